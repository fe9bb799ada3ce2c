/* Processes that leave their group outlive what started them, but not for long. */
#include "config.h"

#include "support/testing.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "loop/process_stat.h"
#include "support/process_run.h"

/* Sweeps begin within a second, and the next follow soon. Without them the orphans here would live for 60 s. */
#define SOON_MS 8000

static void a_stat_is_read_whatever_its_commands_name(void **state)
{
    static const struct {
        const char *text;
        pid_t pid, parent, group;
    } rows[] = {
        {"12 (sh) S 1 12 12 0 -1\n", 12, 1, 12},
        {"12 (a b) R 3 4 5", 12, 3, 4},
        {"12 () Z 3 4 5", 12, 3, 4},
        {"12 (() Z 3 4 5", 12, 3, 4},
        {"12 () S 7 8 9) Z 3 4 5", 12, 3, 4},
        {"12 (a) b) c) Z 3 4 5", 12, 3, 4},
        {"12 (a\n13 (b) S 1 1 1) D 3 4 5", 12, 3, 4},
        {"12 (kthread) S 0 0 0", 12, 0, 0},
        {"2147483647 (a) S 2147483647 2147483647 5", INT32_MAX, INT32_MAX, INT32_MAX},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_process_stat stat;

        assert_row_number(rows[i].text, ks_process_stat_parse(&stat, rows[i].text), true);
        assert_row_number(rows[i].text, stat.pid, rows[i].pid);
        assert_row_number(rows[i].text, stat.parent, rows[i].parent);
        assert_row_number(rows[i].text, stat.group, rows[i].group);
    }
}

static void other_text_is_not_a_stat(void **state)
{
    static const char *const rows[] = {
        "",
        "12",
        "12 (sh",
        "12 sh) S 1 2 3",
        "(sh) S 1 2 3",
        "x (sh) S 1 2 3",
        "12 (sh)",
        "12 (sh) ",
        "12 (sh) S",
        "12 (sh) S ",
        "12 (sh) S 1",
        "12 (sh) S 1 ",
        "12 (sh) S 1 2",
        "12 (sh) SS 1 2 3",
        "12 (sh) S x 2 3",
        "12 (sh) S 1 x 3",
        "12 (sh) S -1 2 3",
        "12 (sh) S 2147483648 2 3",
        "12 (sh) S 99999999999999999999 2 3",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_process_stat stat;

        assert_row_number(rows[i], ks_process_stat_parse(&stat, rows[i]), false);
    }
}

static bool has_no_child(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 && errno == ECHILD;
}

static void turn(struct run *run, int64_t milliseconds)
{
    struct ks_error err;

    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + milliseconds, &err), 0);
}

/* Waits until no child is left, alive or dead. Returns how long it took, in ms. */
static int64_t wait_for_no_child(struct run *run)
{
    int64_t start = ks_clock_monotonic();

    while (!has_no_child()) {
        turn(run, 5);
        assert_true(ks_clock_monotonic() < start + LONG_MS);
    }
    return ks_clock_monotonic() - start;
}

static int set_up_adopted(void **state)
{
    struct ks_error err = {.text = ""};

    set_up(state);
    if (ks_process_adopt(((struct run *)*state)->loop, &err)) {
        fail_msg("%s", err.text);
    }
    return 0;
}

static int tear_down_adopted(void **state)
{
    wait_for_no_child(*state);
    return tear_down(state);
}

static void start_in(struct run *run, const struct witness *witness, struct ks_process **process, const char *script)
{
    char whole[1024];

    snprintf(whole, sizeof whole, "cd %s; %s", witness->folder, script);
    run->ended = false;
    start_script(run, process, whole, LONG_MS);
}

static void run_in(struct run *run, const struct witness *witness, const char *script)
{
    struct ks_process *process;

    start_in(run, witness, &process, script);
    turn(run, LONG_MS);
    assert_true(run->ended);
}

/* Waits until the orphan has made its file. */
static void wait_until_there(struct run *run, const struct witness *witness)
{
    int64_t deadline = ks_clock_monotonic() + LONG_MS;
    char there[64];

    snprintf(there, sizeof there, "%s/there", witness->folder);
    while (unlink(there)) {
        turn(run, 5);
        assert_true(ks_clock_monotonic() < deadline);
    }
}

/* Waits until every process with the witness is dead. */
static void assert_gone_soon(struct run *run, const struct witness *witness, const char *row)
{
    int64_t deadline = ks_clock_monotonic() + SOON_MS;

    while (!is_gone(witness)) {
        turn(run, 5);
        if (ks_clock_monotonic() > deadline) {
            fail_msg("%s: still there after %d ms", row, SOON_MS);
        }
    }
}

/* The orphan leaves before its group is killed: the script ends when the orphan has made its file. A sweep after the
 * end of the previous script may kill the orphan sooner; then it never makes the file. */
#define WHEN_THERE "for i in $(seq 300); do [ -e there ] && break; sleep 0.01; done; rm -f there"
#define ORPHAN     "(setsid sh -c 'exec 9>fifo; : >there; sleep 60' &); " WHEN_THERE

/* Children from before the adoption are not touched. */
static void children_from_before_are_spared(void **state)
{
    struct witness witness;
    pid_t before = fork();
    siginfo_t info;

    if (before == 0) {
        alarm(60);
        pause();
        _exit(0);
    }
    assert_true(before > 0);
    assert_int_equal(set_up_adopted(state), 0);
    witness_init(&witness);
    run_in(*state, &witness, ORPHAN);
    assert_gone_soon(*state, &witness, "orphan");
    turn(*state, 100);
    assert_int_equal(waitpid(before, NULL, WNOHANG), 0);
    /* It is not reaped either. */
    kill(before, SIGKILL);
    assert_int_equal(waitid(P_PID, (id_t)before, &info, WEXITED | WNOWAIT), 0);
    run_in(*state, &witness, "exit 0");
    turn(*state, 1200);
    assert_int_equal(waitpid(before, NULL, WNOHANG), before);
    witness_fini(&witness);
    assert_int_equal(tear_down_adopted(state), 0);
}

static void orphans_are_gone_soon(void **state)
{
    static const char *const rows[] = {
        ORPHAN,
        "(setsid sh -c 'trap \"\" TERM HUP INT; exec 9>fifo; : >there; while :; do sleep 1; done' &); " WHEN_THERE,
        "(setsid sh -c 'exec 9>fifo >&- 2>&- <&-; : >there; sleep 60 & setsid sleep 60' &); " WHEN_THERE,
        "(setsid setsid -f setsid -f sh -c 'exec 9>fifo; : >there; sleep 60' &); " WHEN_THERE,
        "(setsid sh -c 'exec 9>fifo; : >there; kill -STOP $$' &); " WHEN_THERE,
        /* The parent is a member of the group, which is killed at the end. */
        "(sh -c 'setsid -w sh -c \"exec 9>fifo; : >there; sleep 60\"; sleep 60' & sleep 60) & " WHEN_THERE,
        "for i in 1 2 3 4 5 6 7 8 9; do (setsid sh -c 'exec 9>fifo; : >there; sleep 60' &); done; " WHEN_THERE
        "; sleep 0.2; rm -f there",
        "exec 9>fifo; exec setsid -f sleep 60",
    };
    struct run *run = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct witness witness;

        witness_init(&witness);
        run_in(run, &witness, rows[i]);
        assert_row_number(rows[i], run->failed, false);
        assert_gone_soon(run, &witness, rows[i]);
        assert_true(wait_for_no_child(run) < SOON_MS);
        witness_fini(&witness);
    }
}

static void orphans_of_a_cancelled_process_are_gone_too(void **state)
{
    struct run *run = *state;
    struct ks_process *process;
    struct witness witness;

    witness_init(&witness);
    start_in(run, &witness, &process, "setsid -w sh -c 'exec 9>fifo; : >there; sleep 60'; sleep 60");
    wait_until_there(run, &witness);
    ks_process_cancel(process);
    assert_gone_soon(run, &witness, "cancelled");
    assert_false(run->ended);
    witness_fini(&witness);
}

/* Returns whether a child is dead and not reaped. */
static bool has_zombie(void)
{
    siginfo_t info = {.si_pid = 0};

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid != 0;
}

static void members_of_a_running_group_live_on_and_are_reaped(void **state)
{
    struct run *run = *state;
    struct run others[2] = {{.loop = run->loop}, {.loop = run->loop}};
    struct ks_process *process;
    struct witness witness;
    char go[64];
    int64_t deadline = ks_clock_monotonic() + LONG_MS;
    int fd;

    witness_init(&witness);
    snprintf(go, sizeof go, "%s/go", witness.folder);
    assert_int_equal(mkfifo(go, 0600), 0);
    /* The subshell ends at once, so we adopt its child; the end of another process starts sweeps. */
    start_in(run, &witness, &process, "((exec 9>fifo; : >there; sleep 1; echo alive) &); read line <go; exit 0");
    wait_until_there(run, &witness);
    run_script(&others[0], "exit 0", LONG_MS);
    while (!is_gone(&witness)) {
        turn(run, 5);
        assert_true(ks_clock_monotonic() < deadline);
    }
    run_script(&others[1], "exit 0", LONG_MS);
    while (has_zombie()) {
        turn(run, 5);
        assert_true(ks_clock_monotonic() < deadline);
    }
    assert_false(run->ended);
    fd = open(go, O_WRONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    close(fd);
    turn(run, LONG_MS);
    assert_true(run->ended);
    assert_string_equal(run->output, "alive\n");
    unlink(go);
    witness_fini(&witness);
}

static void a_loop_that_is_freed_leaves_no_process(void **state)
{
    struct run *run = *state;
    struct witness witness;

    witness_init(&witness);
    run_in(run, &witness, ORPHAN);
    assert_false(is_gone(&witness));
    ks_loop_free(run->loop);
    run->loop = NULL;
    assert_true(is_gone(&witness));
    assert_true(has_no_child());
    witness_fini(&witness);
    assert_int_equal(set_up(state), 0);
}

/* Run as a child, this program always becomes another process in a group of its own. */
static int flee(void)
{
    time_t end = time(NULL) + 12;

    setsid();
    while (time(NULL) < end) {
        if (fork() > 0) {
            _exit(0);
        }
        setsid();
    }
    return 0;
}

static void an_orphan_that_flees_by_forking_is_caught(void **state)
{
    struct run *run = *state;
    char *const arguments[] = {(char *)"/proc/self/exe", (char *)"flee", NULL};
    struct ks_process *process;

    assert_int_equal(start(run, &process, arguments, LONG_MS), 0);
    turn(run, LONG_MS);
    assert_true(run->ended);
    assert_true(wait_for_no_child(run) < 10000);
}

/* Run as a child, this program starts another one, outside its group, that traces it for a while. Then it waits, or
 * exits. If its exit is traced too, only the tracer can end it. */
static int be_traced(const char *how, bool stays)
{
    long flags = strcmp(how, "until-the-end") == 0 ? PTRACE_O_TRACEEXIT : 0;
    pid_t us = getpid();
    int said[2];
    char byte = 'n';

    if (pipe(said)) {
        return 2;
    }
    prctl(PR_SET_PTRACER, PR_SET_PTRACER_ANY);
    if (fork() == 0) {
        setsid();
        byte = ptrace(PTRACE_SEIZE, us, NULL, (void *)flags) == 0 ? 'y' : 'n';
        alarm(3);
        while (write(said[1], &byte, 1) == 1) {
            pause();
        }
        _exit(0);
    }
    if (read(said[0], &byte, 1) == 1) {
        printf("%s\n", byte == 'y' ? "traced" : "not permitted");
        fflush(stdout);
    }
    alarm(30);
    while (stays) {
        pause();
    }
    return 0;
}

/* We, its parent, cannot reap it before its tracer is gone: that must not block the loop or keep it busy. */
static void a_traced_process_ends_too(void **state)
{
    static const struct {
        const char *how, *stays, *text;
    } rows[] = {
        {"simply", "stays", "still running after 1500 ms"},
        {"until-the-end", "stays", "still running after 1500 ms"},
        {"simply", "exits", "it ended, but another process traces it and hides how"},
    };
    struct run *run = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        char *const arguments[] = {(char *)"/proc/self/exe", (char *)"be-traced", (char *)rows[i].how,
                                   (char *)rows[i].stays, NULL};
        struct ks_process *process;
        clock_t busy = clock();

        run->ended = false;
        assert_int_equal(start(run, &process, arguments, 1500), 0); /* includes time to begin */
        turn(run, LONG_MS);
        assert_row_number(rows[i].how, run->ended, true);
        assert_row_text(rows[i].how, run->output, "traced\n");
        assert_row_text(rows[i].how, run->err.text, rows[i].text);
        assert_row_number(rows[i].how, run->exit_code, -1);
        assert_true(clock() - busy < CLOCKS_PER_SEC / 4);
        assert_true(wait_for_no_child(run) < 10000);
    }
}

static void cancelling_a_traced_process_does_not_wait(void **state)
{
    static const char *const rows[] = {"simply", "until-the-end"};
    struct run *run = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        char *const arguments[] = {(char *)"/proc/self/exe", (char *)"be-traced", (char *)rows[i], (char *)"stays",
                                   NULL};
        struct ks_process *process;
        int64_t began;

        assert_int_equal(start(run, &process, arguments, LONG_MS), 0);
        turn(run, 200);
        began = ks_clock_monotonic();
        ks_process_cancel(process);
        assert_true(ks_clock_monotonic() - began < 2000);
        assert_true(wait_for_no_child(run) < 10000);
        assert_false(run->ended);
    }
}

static void an_idle_loop_sleeps_without_processes(void **state)
{
    struct run *run = *state;

    run_script(run, "exit 0", LONG_MS);
    turn(run, 2500);
    for (int i = 0; i < 2; i++) {
        /* A sweep would reap this dead child. */
        pid_t child = fork();

        if (child == 0) {
            _exit(0);
        }
        turn(run, 1200);
        assert_int_equal(waitpid(child, NULL, 0), child);
    }
}

int main(int count, char **arguments)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(children_from_before_are_spared),
        cmocka_unit_test(a_stat_is_read_whatever_its_commands_name),
        cmocka_unit_test(other_text_is_not_a_stat),
        cmocka_unit_test_setup_teardown(orphans_are_gone_soon, set_up_adopted, tear_down_adopted),
        cmocka_unit_test_setup_teardown(orphans_of_a_cancelled_process_are_gone_too, set_up_adopted, tear_down_adopted),
        cmocka_unit_test_setup_teardown(members_of_a_running_group_live_on_and_are_reaped, set_up_adopted,
                                        tear_down_adopted),
        cmocka_unit_test_setup_teardown(a_loop_that_is_freed_leaves_no_process, set_up_adopted, tear_down_adopted),
        cmocka_unit_test_setup_teardown(an_orphan_that_flees_by_forking_is_caught, set_up_adopted, tear_down_adopted),
        cmocka_unit_test_setup_teardown(a_traced_process_ends_too, set_up_adopted, tear_down_adopted),
        cmocka_unit_test_setup_teardown(cancelling_a_traced_process_does_not_wait, set_up_adopted, tear_down_adopted),
        cmocka_unit_test_setup_teardown(an_idle_loop_sleeps_without_processes, set_up_adopted, tear_down_adopted),
    };

    if (count > 1 && strcmp(arguments[1], "flee") == 0) {
        return flee();
    }
    if (count > 3 && strcmp(arguments[1], "be-traced") == 0) {
        return be_traced(arguments[2], strcmp(arguments[3], "stays") == 0);
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
