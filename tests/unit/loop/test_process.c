/* Runs /bin/sh on the loop. Whatever it does, no descriptor and no process is left. */
#include "config.h"

#include "support/testing.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "support/process_run.h"

static void its_output_is_handed_over_at_its_end(void **state)
{
    struct run *run = *state;

    run_script(run, "printf one; echo complaint >&2; printf ' two\\n'", LONG_MS);
    assert_false(run->failed);
    assert_string_equal(run->output, "one two\n");
}

static void the_end_of_a_process_has_the_first_line_of_its_stderr(void **state)
{
    static const struct {
        const char *script;
        enum ks_error_kind kind;
        int exit_code, signal;
        const char *text;
    } rows[] = {
        {"exit 3", KS_ERROR_PROTOCOL, 3, 0, "exit 3"},
        {"echo no such user >&2; echo more >&2; exit 1", KS_ERROR_PROTOCOL, 1, 0, "exit 1: no such user"},
        {"echo >&2; exit 1", KS_ERROR_PROTOCOL, 1, 0, "exit 1"},
        {"kill -TERM $$", KS_ERROR_PROTOCOL, -1, 15, "killed by signal 15"},
        {"kill -KILL $$", KS_ERROR_PROTOCOL, -1, 9, "killed by signal 9"},
        {"echo ouch >&2; kill -SEGV $$", KS_ERROR_PROTOCOL, -1, 11, "killed by signal 11: ouch"},
    };
    struct run *run = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        run->ended = false;
        run_script(run, rows[i].script, LONG_MS);
        assert_row_number(rows[i].script, run->failed, true);
        assert_row_text(rows[i].script, run->err.text, rows[i].text);
        assert_row_number(rows[i].script, run->err.kind, rows[i].kind);
        assert_row_number(rows[i].script, run->exit_code, rows[i].exit_code);
        assert_row_number(rows[i].script, run->signal, rows[i].signal);
    }
}

static void our_own_killing_is_neither_an_exit_nor_a_signal(void **state)
{
    static const struct {
        const char *script;
        int64_t timeout_ms;
        const char *text;
    } rows[] = {
        {"sleep 60", 50, "still running after 50 ms"},
        {"trap '' TERM HUP INT; sleep 60", 50, "still running after 50 ms"},
        {"exec >&- 2>&-; sleep 60", 50, "still running after 50 ms"},
        {"exec yes", LONG_MS, "output: more than 1000 bytes"},
        {"exec yes >&2", LONG_MS, "standard error: more than 2000 bytes"},
    };
    struct run *run = *state;

    run->error_ceiling = 2000;
    for (size_t i = 0; i < COUNT(rows); i++) {
        run->ended = false;
        run_script(run, rows[i].script, rows[i].timeout_ms);
        assert_row_text(rows[i].script, run->err.text, rows[i].text);
        assert_row_number(rows[i].script, run->err.kind,
                          rows[i].timeout_ms == LONG_MS ? KS_ERROR_LIMIT : KS_ERROR_TIMEOUT);
        assert_row_number(rows[i].script, run->exit_code, -1);
        assert_row_number(rows[i].script, run->signal, 0);
    }
}

static void too_much_standard_error_is_an_error_even_after_exit_0(void **state)
{
    struct run *run = *state;

    run->error_ceiling = 5000;
    run_script(run, "printf %05001d 0 >&2", LONG_MS);
    assert_true(run->failed);
    assert_string_equal(run->err.text, "standard error: more than 5000 bytes");
    run->ended = false;
    run_script(run, "printf %05000d 0 >&2", LONG_MS);
    assert_false(run->failed);
    assert_int_equal(run->errors_length, 5000);
}

static void too_much_output_ends_it(void **state)
{
    struct run *run = *state;

    run_script(run, "while :; do echo 0123456789; done", LONG_MS);
    assert_true(run->failed);
    assert_int_equal(run->err.kind, KS_ERROR_LIMIT);
    assert_string_equal(run->err.text, "output: more than 1000 bytes");
}

static void too_much_output_is_an_error_even_after_exit_0(void **state)
{
    struct run *run = *state;

    run_script(run, "printf %01001d 0", LONG_MS);
    assert_true(run->failed);
    assert_int_equal(run->err.kind, KS_ERROR_LIMIT);
    run->ended = false;
    run_script(run, "printf %01000d 0", LONG_MS);
    assert_false(run->failed);
    assert_int_equal(run->output_length, 1000);
}

static void endless_stderr_is_read_and_dropped(void **state)
{
    struct run *run = *state;

    run_script(run,
               "i=0; while [ $i -lt 3000 ]; do echo 0123456789012345678901234567890123456789 >&2; i=$((i+1)); done; "
               "echo well",
               LONG_MS);
    assert_int_equal(run->failed, false);
    assert_int_equal(run->errors_length, 4096);
    assert_string_equal(run->output, "well\n");
}

static void a_flood_of_standard_error_does_not_delay_the_deadline(void **state)
{
    struct run *run = *state;

    run_script(run, "echo first >&2; exec yes >&2", 200);
    assert_true(run->failed);
    assert_int_equal(run->err.kind, KS_ERROR_TIMEOUT);
}

static void the_first_line_of_long_standard_error_is_reported(void **state)
{
    struct run *run = *state;

    run_script(run, "{ echo first; head -c 60000 /dev/zero | tr '\\0' x; } >&2; exit 1", LONG_MS);
    assert_true(run->failed);
    assert_string_equal(run->err.text, "exit 1: first");
}

/* Waits without a turn of the loop. */
static bool is_soon_gone(const struct witness *witness)
{
    const struct timespec moment = {.tv_nsec = 1000000};
    int64_t deadline = ks_clock_monotonic() + LONG_MS;

    while (ks_clock_monotonic() < deadline) {
        if (is_gone(witness)) {
            return true;
        }
        nanosleep(&moment, NULL);
    }
    return false;
}

/* Two members of the group: one has our output, the other has closed it. */
#define WITH_CHILDREN "exec 9>%s; sleep 60 & (exec >/dev/null 2>&1; sleep 60) & "

static void a_deadline_kills_the_whole_group(void **state)
{
    struct run *run = *state;
    struct witness witness;
    char script[256];

    witness_init(&witness);
    snprintf(script, sizeof script, WITH_CHILDREN "wait", witness.path);
    run_script(run, script, 100);
    assert_true(run->failed);
    assert_int_equal(run->err.kind, KS_ERROR_TIMEOUT);
    assert_string_equal(run->err.text, "still running after 100 ms");
    assert_true(is_soon_gone(&witness));
    witness_fini(&witness);
}

static void processes_that_it_leaves_are_killed_and_not_waited_for(void **state)
{
    struct run *run = *state;
    struct witness witness;
    char script[256];

    witness_init(&witness);
    snprintf(script, sizeof script, WITH_CHILDREN "echo done", witness.path);
    run_script(run, script, LONG_MS);
    assert_false(run->failed);
    assert_string_equal(run->output, "done\n");
    assert_true(is_soon_gone(&witness));
    witness_fini(&witness);
}

static void cancelling_kills_it_and_calls_nothing(void **state)
{
    struct run *run = *state;
    struct ks_process *process;
    struct ks_error err;
    struct witness witness;
    char script[256];

    witness_init(&witness);
    snprintf(script, sizeof script, WITH_CHILDREN "wait", witness.path);
    start_script(run, &process, script, LONG_MS);
    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + 50, &err), 0);
    ks_process_cancel(process);
    ks_process_cancel(NULL);
    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + 20, &err), 0);
    assert_false(run->ended);
    assert_true(is_soon_gone(&witness));
    witness_fini(&witness);
}

/* Run as a child, this program moves to our group if it may, and stays. */
static int move_away(void)
{
    bool moved = setpgid(0, getpgid(getppid())) == 0;

    puts(moved ? "moved" : "stays");
    fflush(stdout);
    alarm(30);
    pause();
    return 0;
}

static void leaving_the_group_does_not_escape_the_deadline(void **state)
{
    struct run *run = *state;
    char *const arguments[] = {(char *)"/proc/self/exe", (char *)"move-away", NULL};
    struct ks_process *process;
    struct ks_error err;

    assert_int_equal(start(run, &process, arguments, 2000), 0); /* includes time to begin */
    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + LONG_MS, &err), 0);
    assert_true(run->ended);
    assert_string_equal(run->output, "stays\n");
    assert_int_equal(run->err.kind, KS_ERROR_TIMEOUT);
}

/* These runs end in the same turn of the loop: the first to end cancels another, and a third gets its descriptors. */
struct heir {
    struct run runs[3];
    struct ks_process *processes[3];
    bool replaced;
};

static void on_first_end(void *arg, const struct ks_process_end *end)
{
    struct heir *heir = arg;

    (void)end;
    if (!heir->replaced) {
        heir->replaced = true;
        ks_process_cancel(heir->processes[1]);
        start_script(&heir->runs[2], &heir->processes[2], "sleep 0.1; echo well", LONG_MS);
    }
}

static void an_event_of_another_descriptor_does_not_end_it(void **state)
{
    struct run *run = *state;
    char *const arguments[] = {(char *)"/bin/sh", (char *)"-c", (char *)"echo x; exec >&-; sleep 0.02", NULL};
    const struct ks_process_options options = {
        .arguments = arguments, .environment = no_environment, .timeout_ms = LONG_MS, .output_ceiling = 1000};
    const struct timespec moment = {.tv_nsec = 100000000};
    struct heir heir = {.replaced = false};
    struct ks_error err;

    heir.runs[2].loop = run->loop;
    /* The later one is called first. */
    assert_int_equal(ks_process_start(&heir.processes[1], run->loop, &options, on_first_end, &heir, &err), 0);
    assert_int_equal(ks_process_start(&heir.processes[0], run->loop, &options, on_first_end, &heir, &err), 0);
    nanosleep(&moment, NULL);
    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + LONG_MS, &err), 0);
    assert_true(heir.runs[2].ended);
    assert_string_equal(heir.runs[2].output, "well\n");
}

static void a_missing_program_is_an_error_at_once(void **state)
{
    static char *const missing[][2] = {{(char *)"/no/such/program", NULL}, {(char *)"no-such-program", NULL}};
    struct run *run = *state;

    for (size_t i = 0; i < COUNT(missing); i++) {
        struct ks_process *process;

        assert_int_equal(start(run, &process, missing[i], LONG_MS), -1);
        assert_int_equal(run->err.kind, KS_ERROR_SYSTEM);
        assert_int_equal(run->err.errnum, ENOENT);
        assert_row_part("names it", run->err.text, missing[i][0]);
    }
    assert_false(run->ended);
}

static void a_child_inherits_neither_descriptors_nor_variables(void **state)
{
    struct run *run = *state;
    int leaked = dup(STDERR_FILENO); /* without O_CLOEXEC */

    /* Three streams and the one that ls itself opens; an empty standard input; only the shell's own variables. */
    run_script(run,
               "/bin/ls /proc/self/fd | /usr/bin/wc -l; cat; "
               "/usr/bin/env | grep -v -e ^PWD= -e ^_= -e ^SHLVL= -e ^OLDPWD=; echo end",
               LONG_MS);
    close(leaked);
    assert_string_equal(run->output, "4\nend\n");
}

static void a_child_inherits_no_ignored_or_blocked_signals(void **state)
{
    static const struct {
        const char *script, *error;
    } rows[] = {{"kill -TERM $$; exit 0", "killed by signal 15"}, {"kill -PIPE $$; exit 0", "killed by signal 13"}};
    struct run *run = *state;
    sigset_t blocked, before;

    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < COUNT(rows); i++) {
        run->ended = false;
        run_script(run, rows[i].script, LONG_MS);
        assert_row_text(rows[i].script, run->failed ? run->err.text : "", rows[i].error);
    }
    signal(SIGPIPE, SIG_DFL);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void several_run_at_once(void **state)
{
    struct run *run = *state;
    struct run others[8];
    struct ks_process *process;
    struct ks_error err;
    int64_t deadline = ks_clock_monotonic() + LONG_MS;
    bool all_ended = false;

    for (size_t i = 0; i < COUNT(others); i++) {
        char script[64];

        others[i] = (struct run){.loop = run->loop};
        snprintf(script, sizeof script, "sleep 0.0%zu; echo %zu", COUNT(others) - i, i);
        start_script(&others[i], &process, script, LONG_MS);
    }
    while (!all_ended) {
        assert_int_equal(ks_loop_run(run->loop, deadline, &err), 0);
        assert_true(ks_clock_monotonic() < deadline);
        all_ended = true;
        for (size_t i = 0; i < COUNT(others); i++) {
            all_ended = all_ended && others[i].ended;
        }
    }
    for (size_t i = 0; i < COUNT(others); i++) {
        char wanted[8];

        snprintf(wanted, sizeof wanted, "%zu\n", i);
        assert_string_equal(others[i].output, wanted);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_output_is_handed_over_at_its_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_end_of_a_process_has_the_first_line_of_its_stderr, set_up, tear_down),
        cmocka_unit_test_setup_teardown(our_own_killing_is_neither_an_exit_nor_a_signal, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_much_output_ends_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_much_output_is_an_error_even_after_exit_0, set_up, tear_down),
        cmocka_unit_test_setup_teardown(too_much_standard_error_is_an_error_even_after_exit_0, set_up, tear_down),
        cmocka_unit_test_setup_teardown(endless_stderr_is_read_and_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_deadline_kills_the_whole_group, set_up, tear_down),
        cmocka_unit_test_setup_teardown(processes_that_it_leaves_are_killed_and_not_waited_for, set_up, tear_down),
        cmocka_unit_test_setup_teardown(cancelling_kills_it_and_calls_nothing, set_up, tear_down),
        cmocka_unit_test_setup_teardown(leaving_the_group_does_not_escape_the_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_missing_program_is_an_error_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_child_inherits_neither_descriptors_nor_variables, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_child_inherits_no_ignored_or_blocked_signals, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_first_line_of_long_standard_error_is_reported, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_flood_of_standard_error_does_not_delay_the_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(several_run_at_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_event_of_another_descriptor_does_not_end_it, set_up, tear_down),
    };

    if (count > 1 && strcmp(arguments[1], "move-away") == 0) {
        return move_away();
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
