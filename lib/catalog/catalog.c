/* Keeps the definitions of a catalog in order, one for each name. */
#include "config.h"

#include "catalog/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/hash.h"
#include "base/string_list.h"
#include "catalog/private.h"

static void unlisted_fini(struct ks_catalog_unlisted *unlisted)
{
    free(unlisted->path);
    free(unlisted->file);
    if (unlisted->conf) {
        ks_conf_fini(unlisted->conf);
        free(unlisted->conf);
    }
}

void ks_catalog_fini(struct ks_catalog *catalog)
{
    for (size_t i = 0; i < catalog->count; i++) {
        ks_definition_fini(&catalog->definitions[i]);
    }
    for (size_t i = 0; i < catalog->unlisted_count; i++) {
        unlisted_fini(&catalog->unlisted[i]);
    }
    free(catalog->definitions);
    ks_refusals_free(catalog->refusals, catalog->refusal_count);
    free(catalog->unlisted);
    ks_string_list_free(catalog->watched);
    *catalog = (struct ks_catalog){.definitions = NULL};
}

uint64_t ks_catalog_digest(const struct ks_catalog *catalog)
{
    uint64_t hash = ks_hash(KS_HASH, &catalog->count, sizeof catalog->count);

    for (size_t i = 0; i < catalog->count; i++) {
        hash = ks_catalog_hash_text(hash, catalog->definitions[i].service);
        hash = ks_catalog_hash_text(hash, catalog->definitions[i].check);
        hash = ks_hash(hash, &catalog->definitions[i].stamp, sizeof catalog->definitions[i].stamp);
    }
    for (size_t i = 0; i < catalog->refusal_count; i++) {
        hash = ks_catalog_hash_text(hash, catalog->refusals[i].file);
        hash = ks_catalog_hash_text(hash, catalog->refusals[i].check);
        hash = ks_catalog_hash_text(hash, catalog->refusals[i].reason);
    }
    return hash;
}

/* ---- order ---- */

static int compare_definitions(const void *one, const void *other)
{
    const struct ks_definition *a = one;
    const struct ks_definition *b = other;
    int order = strcmp(a->service, b->service);

    order = order ? order : strcmp(a->check, b->check);
    return order ? order : (int)a->kind - (int)b->kind;
}

static int compare_refusals(const void *one, const void *other)
{
    const struct ks_refusal *a = one;
    const struct ks_refusal *b = other;
    int order = strcmp(a->file, b->file);

    order = order ? order : strcmp(a->check, b->check);
    return order ? order : strcmp(a->reason, b->reason);
}

void ks_catalog_sort_refusals(struct ks_catalog *catalog)
{
    if (catalog->refusal_count > 1) {
        qsort(catalog->refusals, catalog->refusal_count, sizeof *catalog->refusals, compare_refusals);
    }
}

static int refuse_second(struct ks_catalog *catalog, const struct ks_definition *first,
                         const struct ks_definition *second, struct ks_error *err)
{
    char first_file[KS_ERROR_TEXT_SIZE];
    char file[KS_ERROR_TEXT_SIZE];
    char reason[2 * KS_ERROR_TEXT_SIZE];
    const struct ks_catalog_place place = {.service = second->service, .check = second->check, .file = file};

    ks_definition_file(first, first_file);
    ks_definition_file(second, file);
    snprintf(reason, sizeof reason, "%s already has the check \"%s\": rename one of them", first_file, second->check);
    return ks_catalog_refuse(catalog, &place, reason, err);
}

int ks_catalog_settle(struct ks_catalog *catalog, size_t first, size_t end, struct ks_error *err)
{
    struct ks_definition *definitions = catalog->definitions;
    size_t kept = first;
    int outcome = 0;

    if (end - first < 2) {
        return 0;
    }
    qsort(definitions + first, end - first, sizeof *definitions, compare_definitions);
    for (size_t i = first + 1; i < end; i++) {
        if (strcmp(definitions[kept].check, definitions[i].check) != 0) {
            definitions[++kept] = definitions[i];
            continue;
        }
        if (outcome == 0) {
            outcome = refuse_second(catalog, &definitions[kept], &definitions[i], err);
        }
        ks_definition_fini(&definitions[i]);
    }
    memmove(definitions + kept + 1, definitions + end, (catalog->count - end) * sizeof *definitions);
    catalog->count -= end - kept - 1;
    return outcome;
}

struct name_of_check {
    const char *service;
    const char *check; /* NULL sorts after all checks of the service */
};

static int compare_name(const void *key, const void *element)
{
    const struct name_of_check *name = key;
    const struct ks_definition *definition = element;
    int order = strcmp(name->service, definition->service);

    if (order) {
        return order;
    }
    return name->check ? strcmp(name->check, definition->check) : 1;
}

/* The index of the first definition that is not before this name. */
static size_t lower_bound(const struct ks_catalog *catalog, const char *service, const char *check)
{
    const struct name_of_check name = {service, check};

    return ks_array_lower_bound(&name, catalog->definitions, catalog->count, sizeof catalog->definitions[0],
                                compare_name);
}

const struct ks_definition *ks_catalog_find(const struct ks_catalog *catalog, const char *service, const char *check)
{
    size_t at = lower_bound(catalog, service, check);

    return at < catalog->count && strcmp(catalog->definitions[at].service, service) == 0 &&
                   strcmp(catalog->definitions[at].check, check) == 0
               ? &catalog->definitions[at]
               : NULL;
}

/* ---- sections without a check ---- */

static bool is_refused(const struct ks_catalog *catalog, const char *service, const char *check)
{
    for (size_t i = 0; i < catalog->refusal_count; i++) {
        const struct ks_refusal *refusal = &catalog->refusals[i];

        if (strcmp(refusal->service, service) == 0 && (!refusal->check[0] || strcmp(refusal->check, check) == 0)) {
            return true;
        }
    }
    return false;
}

int ks_catalog_check_sections(struct ks_catalog *catalog, const char *service, const struct ks_conf *conf,
                              struct ks_error *err)
{
    char file[KS_NAME_SIZE + sizeof ".conf"];

    snprintf(file, sizeof file, "%s.conf", service);
    for (size_t i = 0; conf && i < conf->count && !ks_catalog_is_full(catalog); i++) {
        const struct ks_conf_section *section = &conf->sections[i];
        const struct ks_catalog_place place = {.service = service, .check = section->check, .file = file};
        char reason[KS_ERROR_TEXT_SIZE];

        if (!section->check[0] || ks_catalog_find(catalog, service, section->check) ||
            is_refused(catalog, service, section->check)) {
            continue;
        }
        snprintf(reason, sizeof reason, "line %d: [%s]: %s has no such check", section->line, section->check, service);
        if (ks_catalog_refuse(catalog, &place, reason, err)) {
            return -1;
        }
    }
    return 0;
}

/* ---- Python functions ---- */

/* Appends them; the caller sorts. */
static int add_functions(struct ks_catalog *catalog, const struct ks_checks_options *options,
                         const struct ks_catalog_unlisted *unlisted, const char *const *functions, struct ks_error *err)
{
    struct ks_catalog_found found = {
        .place = {.service = unlisted->service, .check = "", .file = unlisted->file},
        .kind = KS_DEFINITION_PYTHON,
        .path = unlisted->path,
        .conf = unlisted->conf,
        .stamp = unlisted->stamp,
    };

    if (!functions || !functions[0]) {
        return ks_catalog_refuse(catalog, &found.place,
                                 "it holds no check: write a function whose name does not begin with '_'", err);
    }
    for (size_t i = 0; functions[i]; i++) {
        found.place.check = functions[i];
        if (ks_catalog_add(catalog, options, &found, err)) {
            return -1;
        }
    }
    return 0;
}

/* Moves all definitions from index `from` to index `to`. */
static int move_definitions(struct ks_catalog *catalog, size_t from, size_t to, struct ks_error *err)
{
    struct ks_definition *definitions = catalog->definitions;
    size_t count = catalog->count - from;
    struct ks_definition *moved;

    if (count == 0 || from == to) {
        return 0;
    }
    moved = calloc(count, sizeof *moved);
    if (!moved) {
        return ks_error_memory(err);
    }
    memcpy(moved, definitions + from, count * sizeof *moved);
    memmove(definitions + to + count, definitions + to, (from - to) * sizeof *moved);
    memcpy(definitions + to, moved, count * sizeof *moved);
    free(moved);
    return 0;
}

int ks_catalog_list(struct ks_catalog *catalog, const struct ks_checks_options *options, size_t index,
                    const char *const *functions, const char *reason, struct ks_error *err)
{
    const struct ks_catalog_unlisted *unlisted = &catalog->unlisted[index];
    const struct ks_catalog_place place = {.service = unlisted->service, .check = "", .file = unlisted->file};
    size_t count = catalog->count;
    size_t first = lower_bound(catalog, unlisted->service, "");
    size_t end = lower_bound(catalog, unlisted->service, NULL);
    int outcome = reason ? ks_catalog_refuse(catalog, &place, reason, err)
                         : add_functions(catalog, options, unlisted, functions, err);

    if (outcome || move_definitions(catalog, count, end, err) ||
        ks_catalog_settle(catalog, first, end + catalog->count - count, err) ||
        ks_catalog_check_sections(catalog, unlisted->service, unlisted->conf, err)) {
        return -1;
    }
    ks_catalog_sort_refusals(catalog);
    return 0;
}
