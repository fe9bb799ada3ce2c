/* Runs scripts of /bin/sh on a loop, and asserts that they leave nothing behind. */
#ifndef KS_TEST_PROCESS_RUN_H
#define KS_TEST_PROCESS_RUN_H

#include "support/open_descriptors.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/process.h"

#define LONG_MS 20000

struct run {
    struct ks_loop *loop;
    char output[4096];
    size_t output_length;
    size_t error_ceiling, errors_length;
    int exit_code, signal;
    struct ks_error err;
    bool failed, ended;
};

static int descriptors_before;

static inline int set_up(void **state)
{
    static struct run run;
    struct ks_error err;

    run = (struct run){.loop = NULL};
    assert_int_equal(ks_loop_new(&run.loop, &err), 0);
    descriptors_before = open_descriptors();
    *state = &run;
    return 0;
}

/* Asserts that there are no more descriptors than before, and no child, not even a zombie. */
static inline int tear_down(void **state)
{
    struct run *run = *state;

    assert_int_equal(open_descriptors(), descriptors_before);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    ks_loop_free(run->loop);
    return 0;
}

static inline void on_done(void *arg, const struct ks_process_end *end)
{
    struct run *run = arg;

    assert_false(run->ended);
    run->ended = true;
    run->failed = end->err != NULL;
    if (end->err) {
        run->err = *end->err;
    }
    run->exit_code = end->exit_code;
    run->signal = end->signal;
    run->output_length = end->output->length;
    run->errors_length = end->errors->length;
    snprintf(run->output, sizeof run->output, "%s", end->output->data);
    ks_loop_stop(run->loop);
}

static char *const no_environment[] = {NULL};

static inline int start(struct run *run, struct ks_process **process, char *const *arguments, int64_t timeout_ms)
{
    const struct ks_process_options options = {.arguments = arguments,
                                               .environment = no_environment,
                                               .timeout_ms = timeout_ms,
                                               .output_ceiling = 1000,
                                               .error_ceiling = run->error_ceiling};

    return ks_process_start(process, run->loop, &options, on_done, run, &run->err);
}

static inline void start_script(struct run *run, struct ks_process **process, const char *script, int64_t timeout_ms)
{
    char *const arguments[] = {(char *)"/bin/sh", (char *)"-c", (char *)script, NULL};

    if (start(run, process, arguments, timeout_ms)) {
        fail_msg("%s: %s", script, run->err.text);
    }
}

static inline void run_script(struct run *run, const char *script, int64_t timeout_ms)
{
    struct ks_process *process;
    struct ks_error err;

    start_script(run, &process, script, timeout_ms);
    assert_int_equal(ks_loop_run(run->loop, ks_clock_monotonic() + LONG_MS, &err), 0);
    assert_true(run->ended);
}

/* A pipe whose reading end hangs up once every process with its writing end, descriptor 9, is dead. */
struct witness {
    char folder[40];
    char path[48];
    int reader;
};

static inline void witness_init(struct witness *witness)
{
    snprintf(witness->folder, sizeof witness->folder, "/tmp/test_process.XXXXXX");
    assert_non_null(mkdtemp(witness->folder));
    snprintf(witness->path, sizeof witness->path, "%s/fifo", witness->folder);
    assert_int_equal(mkfifo(witness->path, 0600), 0);
    witness->reader = open(witness->path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    assert_true(witness->reader >= 0);
}

static inline void witness_fini(struct witness *witness)
{
    close(witness->reader);
    unlink(witness->path);
    rmdir(witness->folder);
}

static inline bool is_gone(const struct witness *witness)
{
    char byte;

    return read(witness->reader, &byte, 1) == 0;
}

#endif
