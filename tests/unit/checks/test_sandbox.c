/* The command line and environment of run-check, printed by a run-check of our own. */
#include "config.h"

#include "support/check_kit.h"
#include "support/process_run.h"

/* Prints its arguments, one on each line, then its environment: unlike the shell, /proc shows it without additions. */
#define REPEAT "#!/bin/sh\nprintf '%s\\n' \"$@\"\necho --\n/usr/bin/tr '\\0' '\\n' </proc/$$/environ; exit 0\n"

#define LIMITS "--memory\n1073741824\n--files\n64\n--processes\n256\n--file-size\n1048576\n--cpu\n21\n"

static struct kit kit;

static int set_up_kit(void **state)
{
    if (set_up(state)) {
        return -1;
    }
    kit_init(&kit, REPEAT);
    return 0;
}

static int tear_down_kit(void **state)
{
    kit_fini(&kit);
    return tear_down(state);
}

static struct ks_sandbox make_sandbox(void)
{
    return (struct ks_sandbox){
        .options = &kit.options, .service = "web", .check = "hits", .namespaces = "default shop", .timeout_ms = 20000};
}

static void run_definition(struct run *run, const struct ks_sandbox *sandbox, const struct ks_definition *definition)
{
    struct ks_process *process;
    struct ks_error err = {.text = ""};

    run->ended = false;
    if (ks_sandbox_start(&process, run->loop, sandbox, definition, on_done, run, &err)) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + LONG_MS, &err), 0);
    assert_true(run->ended);
}

/* The arguments before "--" and after it. */
static const char *split(struct run *run)
{
    char *middle = strstr(run->output, "\n--\n");

    assert_non_null(middle);
    middle[1] = '\0';
    return middle + 4;
}

/* The folder of the kit has a new name each time. */
static void expand(char *to, size_t size, const char *text)
{
    const char *mark = strstr(text, "KIT");

    if (mark) {
        snprintf(to, size, "%.*s%s%s", (int)(mark - text), text, kit.folder, mark + 3);
    } else {
        snprintf(to, size, "%s", text);
    }
}

static void each_kind_has_its_command_line(void **state)
{
    static const char *const arguments[] = {"-H", "example.org", "two words", "", "--cpu", "$(x)", NULL};
    static const struct {
        enum ks_definition_kind kind;
        const char *path;
        const char *const *arguments;
        const char *wanted;
    } rows[] = {
        {KS_DEFINITION_PROGRAM, "/c/web/hits", NULL, LIMITS "program\n/c/web/hits\n"},
        {KS_DEFINITION_PROGRAM, "/c/web/hits", arguments,
         LIMITS "program\n/c/web/hits\n-H\nexample.org\ntwo words\n\n--cpu\n$(x)\n"},
        {KS_DEFINITION_MODULE, "/c/web.so", NULL, LIMITS "module\n/c/web.so\nhits\n"},
        {KS_DEFINITION_MODULE, "/c/web.so", arguments,
         LIMITS "module\n/c/web.so\nhits\n-H\nexample.org\ntwo words\n\n--cpu\n$(x)\n"},
        {KS_DEFINITION_PYTHON, "/c/web.py", NULL, LIMITS "program\npython3\n-I\nKIT/run-python.py\n/c/web.py\nhits\n"},
        {KS_DEFINITION_PYTHON, "/c/web.py", arguments + 4,
         LIMITS "program\npython3\n-I\nKIT/run-python.py\n/c/web.py\nhits\n--cpu\n$(x)\n"},
    };
    struct run *run = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_sandbox sandbox = make_sandbox();
        const struct ks_definition definition = kit_definition(rows[i].kind, rows[i].path, rows[i].arguments);
        char wanted[1024];

        expand(wanted, sizeof wanted, rows[i].wanted);
        run_definition(run, &sandbox, &definition);
        split(run);
        assert_row_text(rows[i].path, run->output, wanted);
    }
}

static void a_python_file_is_listed(void **state)
{
    struct run *run = *state;
    const struct ks_sandbox sandbox = make_sandbox();
    struct ks_process *process;
    struct ks_error err;
    char wanted[1024];

    assert_int_equal(ks_sandbox_list(&process, run->loop, &sandbox, "/c/web.py", on_done, run, &err), 0);
    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + LONG_MS, &err), 0);
    split(run);
    expand(wanted, sizeof wanted, LIMITS "program\npython3\n-I\nKIT/run-python.py\n--list\n/c/web.py\n");
    assert_string_equal(run->output, wanted);
}

static void the_cpu_has_the_timeout_rounded_up_and_a_second(void **state)
{
    static const struct {
        int64_t timeout_ms;
        const char *wanted;
    } rows[] = {
        {999, "--cpu\n2\n"},    {1000, "--cpu\n2\n"},     {1001, "--cpu\n3\n"},
        {10000, "--cpu\n11\n"}, {600000, "--cpu\n601\n"},
    };
    struct run *run = *state;
    const struct ks_definition definition = kit_definition(KS_DEFINITION_PROGRAM, "/c/web/hits", NULL);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_sandbox sandbox = make_sandbox();

        sandbox.timeout_ms = rows[i].timeout_ms;
        run_definition(run, &sandbox, &definition);
        assert_row_part(rows[i].wanted, run->output, rows[i].wanted);
    }
}

static void errors_name_the_setting_of_user_and_group(void **state)
{
    struct run *run = *state;
    const struct ks_sandbox sandbox = make_sandbox();
    const struct ks_definition definition = kit_definition(KS_DEFINITION_PROGRAM, "/c/web/hits", NULL);

    kit.options.user = 4000000000;
    kit.options.group = 65534;
    run_definition(run, &sandbox, &definition);
    split(run);
    assert_string_equal(run->output, LIMITS "--user\n4000000000\n--group\n65534\nprogram\n/c/web/hits\n");
}

#define PATH_LINE "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
#define ABOUT     "KUBE_SHIELDS_SERVICE=web\nKUBE_SHIELDS_CHECK=hits\nKUBE_SHIELDS_NAMESPACES=default shop\n"

static void the_environment_has_only_the_promised_variables(void **state)
{
    static const char *const names[][8] = {
        {NULL},
        {"TEST_ONE", "TEST_UNSET", "TEST_EMPTY", NULL},
        {"PATH", "LANG", "HOME", "KUBE_SHIELDS_SERVICE", "KUBE_SHIELDS_CHECK", NULL},
        {"TEST_ONE", "TEST_ONE", "TEST", "", "TEST_ONE=x", "=", NULL},
    };
    static const char *const wanted[] = {
        PATH_LINE "LANG=C.UTF-8\nHOME=/\n" ABOUT,
        PATH_LINE "LANG=C.UTF-8\nHOME=/\n" ABOUT "TEST_ONE=a=b c\nTEST_EMPTY=\n",
        PATH_LINE "LANG=C.UTF-8\nHOME=/\n" ABOUT,
        PATH_LINE "LANG=C.UTF-8\nHOME=/\n" ABOUT "TEST_ONE=a=b c\n",
    };
    struct run *run = *state;
    const struct ks_sandbox sandbox = make_sandbox();
    const struct ks_definition definition = kit_definition(KS_DEFINITION_PROGRAM, "/c/web/hits", NULL);

    setenv("TEST_ONE", "a=b c", 1);
    setenv("TEST_EMPTY", "", 1);
    setenv("TEST_SECRET", "x", 1);
    setenv("KUBE_SHIELDS_SERVICE", "other", 1);
    for (size_t i = 0; i < COUNT(names); i++) {
        kit.options.environment = names[i];
        run_definition(run, &sandbox, &definition);
        assert_row_text("environment", split(run), wanted[i]);
    }
    kit.options.environment = NULL;
    run_definition(run, &sandbox, &definition);
    assert_row_text("no names", split(run), wanted[0]);
    unsetenv("KUBE_SHIELDS_SERVICE");
}

static void both_streams_have_a_ceiling(void **state)
{
    static const struct {
        const char *script, *error;
    } rows[] = {
        {"#!/bin/sh\nhead -c 65536 /dev/zero; head -c 65536 /dev/zero >&2\n", ""},
        {"#!/bin/sh\nhead -c 65537 /dev/zero\n", "output: more than 65536 bytes"},
        {"#!/bin/sh\nhead -c 65537 /dev/zero >&2\n", "standard error: more than 65536 bytes"},
    };
    struct run *run = *state;
    const struct ks_sandbox sandbox = make_sandbox();
    const struct ks_definition definition = kit_definition(KS_DEFINITION_PROGRAM, "/c/web/hits", NULL);

    for (size_t i = 0; i < COUNT(rows); i++) {
        kit_write(&kit, "run-check", rows[i].script);
        run->err.text[0] = '\0';
        run_definition(run, &sandbox, &definition);
        assert_row_text(rows[i].script, run->err.text, rows[i].error);
    }
}

static void a_failed_start_is_an_error(void **state)
{
    static char long_word[300000];
    static const char *const long_arguments[] = {long_word, NULL};
    static const struct {
        enum ks_definition_kind kind;
        const char *kit;
        const char *const *arguments;
        enum ks_error_kind error;
        const char *text;
    } rows[] = {
        {KS_DEFINITION_PROGRAM, "/no/such", NULL, KS_ERROR_SYSTEM, "/no/such/run-check: No such file or directory"},
        {KS_DEFINITION_PROMETHEUS, "/no/such", NULL, KS_ERROR_INVALID, "a Prometheus query is not a process"},
        {KS_DEFINITION_PROGRAM, "/no/such", long_arguments, KS_ERROR_LIMIT, "arguments: "},
    };
    struct run *run = *state;
    const struct ks_sandbox sandbox = make_sandbox();

    memset(long_word, 'x', sizeof long_word - 1);
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_definition definition = kit_definition(rows[i].kind, "/c/web/hits", rows[i].arguments);
        struct ks_process *process;
        struct ks_error err;

        kit.options.kit = rows[i].kit;
        assert_int_equal(ks_sandbox_start(&process, run->loop, &sandbox, &definition, on_done, run, &err), -1);
        assert_row_part(rows[i].text, err.text, rows[i].text);
        assert_row_number(rows[i].text, err.kind, rows[i].error);
    }
    assert_false(run->ended);
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up_kit, tear_down_kit)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_has_its_command_line),
        TEST(a_python_file_is_listed),
        TEST(the_cpu_has_the_timeout_rounded_up_and_a_second),
        TEST(errors_name_the_setting_of_user_and_group),
        TEST(the_environment_has_only_the_promised_variables),
        TEST(both_streams_have_a_ceiling),
        TEST(a_failed_start_is_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
