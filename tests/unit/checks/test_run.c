/* Good checks and bad ones: a bad check affects only its own answer. */
#include "config.h"

#include "support/check_kit.h"
#include "support/process_run.h"

#include <signal.h>
#include <time.h>

#include "checks/run.h"

struct outcome {
    struct ks_loop *loop;
    struct kit kit;
    struct ks_answer answer;
    int64_t took_ms;
    size_t ended;
};

static int set_up_kit(void **state)
{
    static struct outcome outcome;
    struct ks_error err = {.text = ""};

    outcome = (struct outcome){.loop = NULL};
    kit_init(&outcome.kit, KIT_RUN_CHECK);
    assert_int_equal(ks_loop_new(&outcome.loop, &err), 0);
    if (ks_process_adopt(outcome.loop, &err)) {
        fail_msg("%s", err.text);
    }
    descriptors_before = open_descriptors();
    *state = &outcome;
    return 0;
}

static bool has_no_child(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
}

static void turn(struct outcome *outcome, int64_t milliseconds)
{
    struct ks_error err;

    assert_int_equal(ks_loop_run(outcome->loop, ks_clock_monotonic() + milliseconds, &err), 0);
}

/* No child remains after a moment, and no descriptor at all. A process that was left behind would live for 60 s. */
static void assert_nothing_left(struct outcome *outcome)
{
    int64_t deadline = ks_clock_monotonic() + 8000;

    assert_int_equal(open_descriptors(), descriptors_before);
    while (!has_no_child()) {
        turn(outcome, 5);
        assert_true(ks_clock_monotonic() < deadline);
    }
}

static int tear_down_kit(void **state)
{
    struct outcome *outcome = *state;

    assert_nothing_left(outcome);
    ks_answer_fini(&outcome->answer);
    ks_loop_free(outcome->loop);
    kit_fini(&outcome->kit);
    return 0;
}

static void on_answer(void *arg, struct ks_answer *answer, int64_t took_ms)
{
    struct outcome *outcome = arg;

    ks_answer_fini(&outcome->answer);
    outcome->answer = *answer;
    outcome->took_ms = took_ms;
    outcome->ended++;
    ks_loop_stop(outcome->loop);
}

static struct ks_run *start_definition(struct outcome *outcome, const struct ks_definition *definition)
{
    const struct ks_run_job job = {.options = &outcome->kit.options, .definition = definition, .namespaces = "shop"};
    struct ks_run *run;
    size_t ended = outcome->ended;
    struct ks_error err;

    assert_int_equal(ks_run_start(&run, outcome->loop, &job, on_answer, outcome, &err), 0);
    assert_int_equal(outcome->ended, ended);
    return run;
}

static void run_definition(struct outcome *outcome, const struct ks_definition *definition)
{
    size_t ended = outcome->ended;

    start_definition(outcome, definition);
    turn(outcome, LONG_MS + 5000);
    assert_int_equal(outcome->ended, ended + 1);
}

/* A check of this kind. Its file is a script, "hits" of the kit. */
static struct ks_definition script_definition(struct outcome *outcome, enum ks_definition_kind kind, const char *script,
                                              char path[static 64])
{
    char text[1024];

    snprintf(path, 64, "%s/hits", outcome->kit.folder);
    snprintf(text, sizeof text, "#!/bin/sh\ncd %s || exit\n%s\n", outcome->kit.folder, script);
    kit_write(&outcome->kit, "hits", text);
    return kit_definition(kind, path, NULL);
}

static void answers_are_read_by_kind(void **state)
{
    static const struct {
        enum ks_definition_kind kind;
        const char *script, *label, *message, *color;
    } rows[] = {
        {KS_DEFINITION_PROGRAM, "echo '{\"label\":\"l\",\"message\":\"5\",\"color\":\"green\"}'", "l", "5", "green"},
        {KS_DEFINITION_PROGRAM, "echo '{\"message\":\"5\"}'; exit 2", "", "5", "red"},
        {KS_DEFINITION_PROGRAM, "echo 'all well|a=1'", "", "all well", "green"},
        {KS_DEFINITION_PROGRAM, "echo 'not so well'; echo nonsense >&2; exit 1", "", "not so well", "yellow"},
        {KS_DEFINITION_PROGRAM, "echo 'docker said no'; echo nonsense >&2; exit 125", "", "docker said no", "grey"},
        {KS_DEFINITION_PROGRAM, "echo $KUBE_SHIELDS_SERVICE $KUBE_SHIELDS_CHECK $KUBE_SHIELDS_NAMESPACES", "",
         "web hits shop", "green"},
        {KS_DEFINITION_MODULE, "echo '{\"message\":\"'$1'\"}'", "", "hits", "orange"},
        {KS_DEFINITION_MODULE, "echo chatter >&2; echo '{\"message\":\"5\",\"color\":\"red\"}'", "", "5", "red"},
    };
    struct outcome *outcome = *state;
    char path[64];

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_definition definition = script_definition(outcome, rows[i].kind, rows[i].script, path);

        run_definition(outcome, &definition);
        assert_row_text(rows[i].script, outcome->answer.reason, "");
        assert_row_text(rows[i].script, outcome->answer.message, rows[i].message);
        assert_row_text(rows[i].script, outcome->answer.label, rows[i].label);
        assert_row_text(rows[i].script, outcome->answer.color, rows[i].color);
        assert_row_number(rows[i].script, outcome->answer.failed, false);
    }
}

static void python_files_run_in_the_interpreter(void **state)
{
    struct outcome *outcome = *state;
    char path[64], python[64];
    const struct ks_definition definition =
        script_definition(outcome, KS_DEFINITION_PYTHON, "echo '{\"message\":\"'$1 ${2##*/} ${3##*/} $4'\"}'", path);

    /* An interpreter that prints its arguments. */
    snprintf(python, sizeof python, "%s", path);
    outcome->kit.options.python = python;
    run_definition(outcome, &definition);
    assert_string_equal(outcome->answer.message, "-I run-python.py hits hits");
}

static void failures_say_how(void **state)
{
    static const struct {
        const char *script, *message, *reason;
    } rows[] = {
        {"kill -SEGV $$", "killed by signal 11", "killed by signal 11 (Segmentation fault)"},
        {"echo ouch >&2; kill -ABRT $$", "killed by signal 6", "killed by signal 6 (Aborted): ouch"},
        {"kill -KILL $$", "killed by signal 9", "killed by signal 9 (Killed)"},
        {"kill -40 $$", "killed by signal 40", "killed by signal 40 (unknown)"},
        {"kill -XCPU $$", "killed by signal 24",
         "killed by signal 24 (CPU time limit exceeded): more CPU time than its timeout of 20000 ms allows"},
        {"ulimit -t 1; while :; do :; done", "killed by signal 9", "killed by signal 9 (Killed)"},
        {"exit 127", "exit 127", "exit 127"},
        {"echo 'hits: not found' >&2; exit 127", "exit 127", "exit 127: hits: not found"},
        {"echo >&2; echo 'terminate called' >&2; echo '  what():  boom' >&2; kill -ABRT $$", "killed by signal 6",
         "killed by signal 6 (Aborted): terminate called: what():  boom"},
        {"echo 'hits: Permission denied' >&2; exit 126", "exit 126", "exit 126: hits: Permission denied"},
        {"echo 'run-check: misused' >&2; exit 125", "exit 125", "exit 125: run-check: misused"},
        {"exec yes", "too much output", "output: more than 65536 bytes"},
        {"exec yes >&2", "too much output", "standard error: more than 65536 bytes"},
        {"exec head -c 1073741824 /dev/zero", "too much output", "output: more than 65536 bytes"},
        {"exec head -c 1073741824 /dev/zero >&2", "too much output", "standard error: more than 65536 bytes"},
        {"yes & yes >&2 & exec yes", "too much output", "more than 65536 bytes"},
    };
    static const enum ks_definition_kind sorts[] = {KS_DEFINITION_PROGRAM, KS_DEFINITION_MODULE};
    struct outcome *outcome = *state;
    char path[64];

    for (size_t i = 0; i < COUNT(rows) * COUNT(sorts); i++) {
        size_t row = i / COUNT(sorts);
        const struct ks_definition definition =
            script_definition(outcome, sorts[i % COUNT(sorts)], rows[row].script, path);

        run_definition(outcome, &definition);
        assert_row_number(rows[row].script, outcome->answer.failed, true);
        assert_row_text(rows[row].script, outcome->answer.message, rows[row].message);
        assert_row_part(rows[row].script, outcome->answer.reason, rows[row].reason);
    }
}

static void a_run_is_killed_at_its_deadline(void **state)
{
    static const char *const rows[] = {
        "sleep 60",
        "trap '' TERM HUP INT QUIT; while :; do sleep 1; done",
        "exec >&-; sleep 60",
        "exec >&- 2>&- <&-; sleep 60",
        "echo well; exec >&-; sleep 60",
        "while :; do :; done",
        "kill -STOP $$",
        "sleep 60 & sleep 60 & wait",
        "(setsid sh -c 'trap \"\" TERM; sleep 60' &) ; sleep 60",
    };
    struct outcome *outcome = *state;
    char path[64];

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_definition definition = script_definition(outcome, KS_DEFINITION_PROGRAM, rows[i], path);

        definition.timeout_ms = 150;
        run_definition(outcome, &definition);
        assert_row_number(rows[i], outcome->answer.failed, true);
        assert_row_text(rows[i], outcome->answer.message, "timeout");
        assert_row_text(rows[i], outcome->answer.reason, "still running after 150 ms");
        assert_row_number(rows[i], outcome->took_ms >= 150, true);
        assert_nothing_left(outcome);
    }
}

/* The sweep after the previous run may kill the process earlier. */
#define WHEN_THERE "for i in $(seq 300); do [ -e there ] && break; sleep 0.01; done; rm -f there; echo well"

static void leftover_processes_are_soon_killed(void **state)
{
    static const char *const rows[] = {
        "(sh -c 'sleep 60' &); echo well",
        "(setsid sh -c ': >there; sleep 60' &); " WHEN_THERE,
        "(setsid sh -c ': >there; exec >&- 2>&-; trap \"\" TERM; sleep 60 & setsid sleep 60' &); " WHEN_THERE,
    };
    struct outcome *outcome = *state;
    char path[64];

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_definition definition = script_definition(outcome, KS_DEFINITION_PROGRAM, rows[i], path);

        run_definition(outcome, &definition);
        assert_row_text(rows[i], outcome->answer.message, "well");
        assert_nothing_left(outcome);
    }
}

static void a_thousand_runs_leave_nothing(void **state)
{
    static const char *const scripts[] = {"echo well", "exit 3", "kill -9 $$", "sleep 60 & echo well"};
    struct outcome *outcome = *state;
    char path[64];

    for (size_t i = 0; i < COUNT(scripts); i++) {
        const struct ks_definition definition = script_definition(outcome, KS_DEFINITION_PROGRAM, scripts[i], path);
        size_t wanted = outcome->ended + 250;

        for (size_t started = outcome->ended; outcome->ended < wanted;) {
            for (; started < wanted && started < outcome->ended + 4; started++) {
                start_definition(outcome, &definition);
            }
            turn(outcome, LONG_MS);
        }
    }
    assert_int_equal(outcome->ended, 1000);
    assert_nothing_left(outcome);
}

static void a_cancelled_run_is_killed_without_an_answer(void **state)
{
    static const char script[] = "(setsid sh -c ': >there; sleep 60' &); sleep 60";
    struct outcome *outcome = *state;
    char path[64], there[64];
    const struct ks_definition definition = script_definition(outcome, KS_DEFINITION_PROGRAM, script, path);
    struct ks_run *run = start_definition(outcome, &definition);

    snprintf(there, sizeof there, "%s/there", outcome->kit.folder);
    while (access(there, F_OK)) {
        turn(outcome, 5);
    }
    ks_run_cancel(run);
    ks_run_cancel(NULL);
    assert_nothing_left(outcome);
    assert_int_equal(outcome->ended, 0);
}

static void a_run_that_cannot_start_is_a_failure_and_not_at_once(void **state)
{
    struct outcome *outcome = *state;
    const struct ks_definition definition = kit_definition(KS_DEFINITION_PROGRAM, "/c/web/hits", NULL);

    outcome->kit.options.kit = "/no/such";
    ks_run_cancel(start_definition(outcome, &definition));
    turn(outcome, 20);
    assert_int_equal(outcome->ended, 0);
    run_definition(outcome, &definition);
    assert_true(outcome->answer.failed);
    assert_string_equal(outcome->answer.message, "cannot run");
    assert_string_equal(outcome->answer.reason, "SHIELD_CHECK_KIT: /no/such/run-check: No such file or directory");
}

static void the_operators_label_overrides_the_checks(void **state)
{
    static const char *const scripts[] = {
        "echo '{\"label\":\"own\",\"message\":\"5\"}'",
        "echo well",
        "exit 127",
        "exec yes",
    };
    struct outcome *outcome = *state;
    char path[64];

    for (size_t i = 0; i < COUNT(scripts); i++) {
        struct ks_definition definition = script_definition(outcome, KS_DEFINITION_PROGRAM, scripts[i], path);

        snprintf(definition.label, sizeof definition.label, "front page");
        run_definition(outcome, &definition);
        assert_row_text(scripts[i], outcome->answer.label, "front page");
    }
}

/* Nothing listens on port 1; then no server is set. */
static void a_failed_query_names_its_file_and_line(void **state)
{
    static const char *const servers[] = {"http://127.0.0.1:1", NULL};
    struct outcome *outcome = *state;
    char query[] = "up", format[] = "{value}";
    struct ks_definition definition = kit_definition(KS_DEFINITION_PROMETHEUS, "/c/web.promql", NULL);

    definition.query = (struct ks_promql_check){.name = "hits", .line = 7, .query = query, .format = format};
    snprintf(definition.label, sizeof definition.label, "front page");
    for (size_t i = 0; i < COUNT(servers); i++) {
        outcome->kit.options.prometheus = servers[i];
        run_definition(outcome, &definition);
        assert_true(outcome->answer.failed);
        assert_string_equal(outcome->answer.label, "front page");
        assert_memory_equal(outcome->answer.reason, "web.promql line 7: ", 19);
        assert_true(strlen(outcome->answer.reason) > 19);
    }
    ks_run_cancel(start_definition(outcome, &definition));
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up_kit, tear_down_kit)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answers_are_read_by_kind),
        TEST(python_files_run_in_the_interpreter),
        TEST(failures_say_how),
        TEST(a_run_is_killed_at_its_deadline),
        TEST(leftover_processes_are_soon_killed),
        TEST(a_thousand_runs_leave_nothing),
        TEST(a_cancelled_run_is_killed_without_an_answer),
        TEST(a_run_that_cannot_start_is_a_failure_and_not_at_once),
        TEST(the_operators_label_overrides_the_checks),
        TEST(a_failed_query_names_its_file_and_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
