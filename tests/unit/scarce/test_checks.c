/* Files of checks and the queue while memory runs out: complete, or "out of memory". */
#include "config.h"

#include "support/scarce_memory.h"

#include "catalog/conf.h"
#include "catalog/module.h"
#include "support/check_module_image.h"
#include "checks/queue.h"
#include "answers/promql.h"
#include "catalog/queries.h"

static int differs(struct ks_error *err, const char *what)
{
    return ks_error_set(err, KS_ERROR_INVALID, "differs: %s", what);
}

/* ---- texts ---- */

struct text {
    const char *text;
    size_t count;
    const char *error; /* NULL: none */
};

/* The wanted error counts as success. */
static int judge(const struct text *text, int outcome, size_t count, struct ks_error *err)
{
    if (outcome == 0) {
        return count == text->count && !text->error ? 0 : differs(err, "what was read");
    }
    return text->error && strcmp(err->text, text->error) == 0 ? 0 : -1;
}

static int read_conf(void *arg, struct ks_error *err)
{
    const struct text *text = arg;
    struct ks_conf conf;
    int outcome = ks_conf_parse(&conf, text->text, strlen(text->text), err);
    size_t count = conf.count;

    if (outcome == 0 && conf.sections[0].arguments && strcmp(conf.sections[0].arguments[1], "b c") != 0) {
        outcome = differs(err, "arguments");
    }
    ks_conf_fini(&conf);
    return judge(text, outcome, count, err);
}

static int read_queries(void *arg, struct ks_error *err)
{
    const struct text *text = arg;
    struct ks_queries file;
    int outcome = ks_queries_parse(&file, text->text, strlen(text->text), err);
    size_t count = file.count;

    if (outcome == 0 && strcmp(file.checks[count - 1].format, "{value} %") != 0) {
        outcome = differs(err, "the message");
    }
    ks_queries_fini(&file);
    return judge(text, outcome, count, err);
}

#define LONG_QUERY "sum(aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa)"

static void settings_and_queries_are_read(void **state)
{
    static struct text confs[] = {
        {"interval = 5m\narguments = a 'b c'\n[front]\nlabel = x\n[back]\narguments = d \"\"\n[third]\n", 4, NULL},
        {"timeout = 1h\n", 0, "line 1: timeout \"1h\": must be a duration from 100ms to 10m, such as 500ms, 30s or 5m"},
        {"arguments = a 'b\n", 0, "line 1: arguments: quote ' is not closed"},
    };
    static struct text queries[] = {
        {"up: up\ndown: " LONG_QUERY " + \\\n" LONG_QUERY " + \\\n" LONG_QUERY "\n  red > 1: {value} %\n", 2, NULL},
        {"up: up\n  red: {value\n", 0,
         "line 2: message \"{value\": may contain {value}, {value:.2f}, {value:bytes}, {value:duration}, {label} with "
         "a "
         "label's name, and {{ for a brace"},
        {"up:\n", 0, "line 1: check \"up\": no query: must be `check: query`"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(confs); i++) {
        scarce_tell(confs[i].text, read_conf, &confs[i]);
    }
    for (size_t i = 0; i < COUNT(queries); i++) {
        scarce_tell(queries[i].text, read_queries, &queries[i]);
    }
}

static int scan_module(void *arg, struct ks_error *err)
{
    struct ks_module module;
    int outcome = ks_module_scan(&module, arg, sizeof(struct module_image), err);

    if (outcome == 0 && module.count != 2) {
        outcome = differs(err, "the functions");
    }
    ks_module_fini(&module);
    return outcome;
}

static void a_module_is_scanned(void **state)
{
    struct module_image image;

    (void)state;
    module_image_init(&image);
    module_image_add(&image, ABI_SYMBOL_NAME, OBJECT);
    module_image_add(&image, "one", FUNCTION);
    module_image_add(&image, "two", FUNCTION);
    scarce_tell("a module", scan_module, &image);
}

/* ---- turns ---- */

#define MANY 400 /* services, so that their table grows */

static int take_turns(void *arg, struct ks_error *err)
{
    static struct ks_queue_entry entries[MANY];
    struct ks_queue all;
    size_t ran = 0;
    int outcome = 0;

    (void)arg;
    memset(entries, 0, sizeof entries);
    ks_queue_init(&all, MANY);
    for (size_t i = 0; i < MANY; i++) {
        struct ks_error error;
        char service[16];

        snprintf(service, sizeof service, "s%zu", i);
        if (ks_queue_add(&all, &entries[i], service, &error)) {
            outcome = -1;
            *err = error;
            continue;
        }
        ks_queue_wait(&entries[i], 1);
    }
    while (ks_queue_next(&all)) {
        ran++;
    }
    for (size_t i = 0; i < MANY; i++) {
        ran -= entries[i].service != NULL;
        ks_queue_remove(&all, &entries[i]);
    }
    return ran || all.services || all.running ? differs(err, "who ran") : outcome;
}

static void known_checks_still_run(void **state)
{
    (void)state;
    scarce_tell("turns", take_turns, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_and_queries_are_read),
        cmocka_unit_test(a_module_is_scanned),
        cmocka_unit_test(known_checks_still_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
