/* check-run: runs one custom check now. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "checks/oneshot.h"
#include "commands/command.h"
#include "settings/checks.h"

#define TEXT_CEILING (256 * 1024)
#define LINES_MOST   100 /* from standard error */

/* `name: text`, without control characters. */
static void print_line(const char *name, const char *text)
{
    struct ks_buf line KS_CLEANUP_BUF;

    ks_buf_init(&line, TEXT_CEILING);
    ks_buf_line(&line, text);
    printf("%s: %s\n", name, line.data);
}

/* Line by line, but not a single line that the reason of the failure already quotes. */
static void print_errors(const struct ks_answer *answer)
{
    char *rest = answer->errors;
    size_t count = 0;
    char *line;

    while ((line = strsep(&rest, "\n"))) {
        bool is_all = count == 0 && (!rest || !*rest) && strstr(answer->reason, line);

        if (!is_all && (*line || rest) && count++ < LINES_MOST) {
            print_line("standard error", line);
        }
    }
    if (count > LINES_MOST) {
        printf("standard error: %zu more lines\n", count - LINES_MOST);
    }
}

static void print_answer(const struct ks_definition *definition, const struct ks_answer *answer, int64_t took_ms)
{
    print_line(answer->label[0] ? answer->label : definition->check, answer->message);
    printf("color: %s\n", answer->color);
    printf("took: %" PRId64 " ms\n", took_ms);
    if (answer->raw) {
        print_line("raw", answer->raw);
    }
    if (answer->mistake[0]) {
        print_line("mistake", answer->mistake);
    }
    if (answer->failed) {
        print_line("failed", answer->reason);
    }
    if (answer->errors) {
        print_errors(answer);
    }
}

/* Reports why there is no such check: it was refused, or it does not exist. */
static void print_missing(const struct ks_catalog *catalog, const struct ks_checks_options *options,
                          char *const *operands)
{
    bool is_refused = false;

    for (size_t i = 0; i < catalog->refusal_count; i++) {
        const struct ks_refusal *refusal = &catalog->refusals[i];
        bool is_of_service = strcmp(refusal->service, operands[0]) == 0 || !refusal->file[0];

        if (is_of_service && (!refusal->check[0] || strcmp(refusal->check, operands[1]) == 0)) {
            struct ks_buf path KS_CLEANUP_BUF;

            ks_buf_init(&path, CHECKS_PATH_CEILING);
            checks_put_path(&path, options->folder, refusal);
            command_complain(path.data, refusal->reason);
            is_refused = true;
        }
    }
    if (!is_refused) {
        struct ks_error error;

        ks_error_set(&error, KS_ERROR_INVALID, "\"%.80s\" \"%.80s\": no such check in %.200s; check-list prints all",
                     operands[0], operands[1], options->folder);
        command_complain("check-run", error.text);
    }
}

static int run_check(const struct ks_checks_options *options, const struct ks_definition *definition)
{
    struct ks_answer answer;
    struct ks_error error;
    int64_t took_ms = 0;
    int status;

    printf("%s, %s\n", ks_definition_kind_name(definition->kind), definition->path);
    if (ks_oneshot_run(&answer, &took_ms, options, definition, &error)) {
        command_complain("check-run", error.text);
        ks_answer_fini(&answer);
        return 1;
    }
    print_answer(definition, &answer, took_ms);
    status = answer.failed;
    ks_answer_fini(&answer);
    return status;
}

int command_check_run(const struct settings *settings, const struct ks_log *log, int count, char *const *operands)
{
    struct ks_checks_options options;
    struct ks_catalog catalog;
    const struct ks_definition *definition;
    struct ks_error error;
    int status = 1;

    if (count != 2) {
        command_complain("check-run", "needs a service and a check after the options: kube-shields check-run web hits");
        return COMMAND_USAGE;
    }
    if (checks_options(&options, settings, log, &error) || ks_oneshot_find(&catalog, &options, operands[0], &error)) {
        command_complain("check-run", error.text);
        return 1;
    }
    definition = ks_catalog_find(&catalog, operands[0], operands[1]);
    if (definition) {
        status = run_check(&options, definition);
    } else {
        print_missing(&catalog, &options, operands);
    }
    ks_catalog_fini(&catalog);
    return status;
}
