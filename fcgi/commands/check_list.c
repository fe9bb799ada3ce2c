/* check-list: all custom checks, and the files that were refused. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "checks/oneshot.h"
#include "commands/command.h"
#include "settings/checks.h"

/* 90000 as "90s", 1500 as "1500ms". */
static void put_duration(int64_t duration_ms)
{
    if (duration_ms % 1000) {
        printf("%" PRId64 "ms", duration_ms);
    } else {
        printf("%" PRId64 "s", duration_ms / 1000);
    }
}

static void print_check(const struct ks_definition *definition, int width)
{
    char name[KS_NAME_SIZE + KS_CHECK_NAME_SIZE];

    snprintf(name, sizeof name, "%s/%s", definition->service, definition->check);
    printf("%-*s  %-10s  every ", width, name, ks_definition_kind_name(definition->kind));
    put_duration(definition->interval_ms);
    printf(", %s\n", definition->path);
}

/* A mistake in web.conf refuses all files of web. It is printed once, with web.conf. */
static bool is_for_conf(const struct ks_refusal *refusal)
{
    char conf[KS_NAME_SIZE + sizeof ".conf"];
    size_t length = (size_t)snprintf(conf, sizeof conf, "%s.conf", refusal->service);

    return strcmp(refusal->file, conf) != 0 && strncmp(refusal->reason, conf, length) == 0 &&
           refusal->reason[length] == ':';
}

static void print_refusal(const struct ks_refusal *refusal, const char *folder)
{
    struct ks_buf line KS_CLEANUP_BUF;

    ks_buf_init(&line, CHECKS_PATH_CEILING);
    checks_put_path(&line, folder, refusal);
    if (is_for_conf(refusal)) {
        printf("refused: %s: see %s.conf\n", line.data, refusal->service);
    } else {
        printf("refused: %s: %s\n", line.data, refusal->reason);
    }
}

static int width_of(const struct ks_catalog *catalog)
{
    size_t width = 0;

    for (size_t i = 0; i < catalog->count; i++) {
        size_t length = strlen(catalog->definitions[i].service) + strlen(catalog->definitions[i].check) + 1;

        width = length > width ? length : width;
    }
    return (int)width;
}

int command_check_list(const struct settings *settings, const struct ks_log *log, int count, char *const *operands)
{
    struct ks_checks_options options;
    struct ks_catalog catalog;
    struct ks_error error;
    int width;
    int status;

    if (count > 0) {
        ks_error_set(&error, KS_ERROR_INVALID, "\"%.80s\": must be an option; there are no operands", operands[0]);
        command_complain("check-list", error.text);
        return COMMAND_USAGE;
    }
    if (checks_options(&options, settings, log, &error) || ks_oneshot_find(&catalog, &options, NULL, &error)) {
        command_complain("check-list", error.text);
        return 1;
    }
    width = width_of(&catalog);
    for (size_t i = 0; i < catalog.count; i++) {
        print_check(&catalog.definitions[i], width);
    }
    for (size_t i = 0; i < catalog.refusal_count; i++) {
        print_refusal(&catalog.refusals[i], options.folder);
    }
    if (catalog.count == 0 && catalog.refusal_count == 0) {
        printf("%s: no checks\n", options.folder);
    }
    status = catalog.refusal_count > 0;
    ks_catalog_fini(&catalog);
    return status;
}
