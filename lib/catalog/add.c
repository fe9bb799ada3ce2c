/* Adds checks and refusals to a catalog, up to its ceiling. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/escape.h"
#include "base/hash.h"
#include "base/string_list.h"
#include "catalog/private.h"

#define LINE_CEILING (8 * KS_ERROR_TEXT_SIZE)

/* ---- stamps ---- */

uint64_t ks_catalog_hash_text(uint64_t hash, const char *text)
{
    return text ? ks_hash(hash, text, strlen(text) + 1) : ks_hash(hash, "\xff", 2);
}

static uint64_t hash_query(uint64_t hash, const struct ks_promql_check *query)
{
    hash = ks_catalog_hash_text(hash, query->query);
    hash = ks_catalog_hash_text(hash, query->format);
    for (size_t i = 0; i < query->threshold_count; i++) {
        const struct ks_promql_threshold *threshold = &query->thresholds[i];

        hash = ks_catalog_hash_text(hash, threshold->color);
        hash = ks_hash(hash, &threshold->operator, sizeof threshold->operator);
        hash = ks_hash(hash, &threshold->number, sizeof threshold->number);
    }
    return hash;
}

static uint64_t stamp_of(const struct ks_definition *definition, uint64_t file)
{
    uint64_t hash = ks_hash(KS_HASH, &file, sizeof file);

    hash = ks_hash(hash, &definition->kind, sizeof definition->kind);
    hash = ks_catalog_hash_text(hash, definition->path);
    hash = ks_catalog_hash_text(hash, definition->label);
    hash = ks_hash(hash, &definition->interval_ms, sizeof definition->interval_ms);
    hash = ks_hash(hash, &definition->timeout_ms, sizeof definition->timeout_ms);
    for (char **argument = definition->arguments; argument && *argument; argument++) {
        hash = ks_catalog_hash_text(hash, *argument);
    }
    return hash_query(hash, &definition->query);
}

/* ---- adding ---- */

static size_t size_of(const struct ks_catalog *catalog)
{
    return catalog->count + catalog->refusal_count + catalog->unlisted_count;
}

bool ks_catalog_is_full(const struct ks_catalog *catalog)
{
    return size_of(catalog) > KS_CATALOG_MOST;
}

/* File names and foreign texts may contain anything; a reason is one line. */
static int set_reason(struct ks_refusal *refusal, const char *reason, struct ks_error *err)
{
    struct ks_buf line KS_CLEANUP_BUF;

    ks_buf_init(&line, LINE_CEILING);
    ks_buf_line(&line, reason);
    snprintf(refusal->reason, sizeof refusal->reason, "%s", line.data);
    return ks_buf_check(&line, err);
}

static int append_refusal(struct ks_catalog *catalog, const struct ks_catalog_place *place, const char *reason,
                          struct ks_error *err)
{
    struct ks_refusal *refusals = ks_array_grow(catalog->refusals, catalog->refusal_count, sizeof *refusals);
    struct ks_refusal *refusal;

    if (!refusals) {
        return ks_error_memory(err);
    }
    catalog->refusals = refusals;
    refusal = &refusals[catalog->refusal_count];
    if (set_reason(refusal, reason, err)) {
        return -1;
    }
    refusal->file = strdup(place->file);
    if (!refusal->file) {
        return ks_error_memory(err);
    }
    snprintf(refusal->service, sizeof refusal->service, "%s", place->service);
    snprintf(refusal->check, sizeof refusal->check, "%s", place->check);
    catalog->refusal_count++;
    return 0;
}

/* Said once, even if a check that is dropped makes room for a moment. */
static int refuse_the_rest(struct ks_catalog *catalog, struct ks_error *err)
{
    static const struct ks_catalog_place folder = {.service = "", .check = "", .file = ""};
    char reason[KS_ERROR_TEXT_SIZE];

    snprintf(reason, sizeof reason, "more than %d checks and refusals: the rest is left out", KS_CATALOG_MOST);
    for (size_t i = 0; i < catalog->refusal_count; i++) {
        if (strcmp(catalog->refusals[i].reason, reason) == 0) {
            return 0;
        }
    }
    return append_refusal(catalog, &folder, reason, err);
}

int ks_catalog_refuse(struct ks_catalog *catalog, const struct ks_catalog_place *place, const char *reason,
                      struct ks_error *err)
{
    if (ks_catalog_is_full(catalog)) {
        return 0;
    }
    return size_of(catalog) < KS_CATALOG_MOST ? append_refusal(catalog, place, reason, err)
                                              : refuse_the_rest(catalog, err);
}

static int copy_arguments(struct ks_definition *definition, char *const *arguments, struct ks_error *err)
{
    struct ks_string_list copies KS_CLEANUP_STRING_LIST = {.strings = NULL};

    if (ks_string_list_add_all(&copies, (const char *const *)arguments, err)) {
        return -1;
    }
    definition->arguments = ks_string_list_take(&copies);
    return 0;
}

static int define(struct ks_definition *definition, const struct ks_checks_options *options,
                  const struct ks_catalog_found *found, struct ks_error *err)
{
    struct ks_conf_section settings;

    ks_conf_find(found->conf, found->place.check, &settings);
    *definition = (struct ks_definition){
        .kind = found->kind,
        .path = strdup(found->path),
        .interval_ms = settings.interval_ms ? settings.interval_ms : options->interval_ms,
        .timeout_ms = settings.timeout_ms ? settings.timeout_ms : options->timeout_ms,
    };
    snprintf(definition->service, sizeof definition->service, "%s", found->place.service);
    snprintf(definition->check, sizeof definition->check, "%s", found->place.check);
    snprintf(definition->label, sizeof definition->label, "%s", settings.label);
    if (!definition->path) {
        return ks_error_memory(err);
    }
    if (copy_arguments(definition, settings.arguments, err) ||
        (found->query && ks_promql_check_copy(&definition->query, found->query, err))) {
        return -1;
    }
    definition->stamp = stamp_of(definition, found->stamp);
    return 0;
}

int ks_catalog_add(struct ks_catalog *catalog, const struct ks_checks_options *options,
                   const struct ks_catalog_found *found, struct ks_error *err)
{
    struct ks_definition *definitions;
    struct ks_error error;

    if (ks_name_check_check(found->place.check, &error)) {
        return ks_catalog_refuse(catalog, &found->place, error.text, err);
    }
    if (strcmp(found->place.check, "health") == 0) {
        return ks_catalog_refuse(catalog, &found->place, "\"health\" is the automatic check: rename it", err);
    }
    if (ks_catalog_is_full(catalog)) {
        return 0;
    }
    if (size_of(catalog) == KS_CATALOG_MOST) {
        return refuse_the_rest(catalog, err);
    }
    definitions = ks_array_grow(catalog->definitions, catalog->count, sizeof *definitions);
    if (!definitions) {
        return ks_error_memory(err);
    }
    catalog->definitions = definitions;
    if (define(&definitions[catalog->count], options, found, err)) {
        ks_definition_fini(&definitions[catalog->count]);
        return -1;
    }
    catalog->count++;
    return 0;
}
