#include "config.h"

#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#define ERROR_OUTPUT_CEILING 4096
#define CHUNK                16384
#define PIPE_CHUNKS          5 /* more than a pipe holds */

struct ks_process {
    ks_process_done *done;
    void *arg;
    pid_t pid;
    struct ks_descriptor exit;
    struct ks_descriptor output;
    struct ks_descriptor errors;
    struct ks_buf output_text;
    struct ks_buf error_text;
    struct ks_timer deadline;
    int64_t timeout_ms;
    bool timed_out;
    bool too_long;
};

static void close_stream(struct ks_descriptor *stream)
{
    ks_descriptor_stop(stream);
    if (stream->fd >= 0) {
        close(stream->fd);
        stream->fd = -1;
    }
}

static void process_free(struct ks_process *process)
{
    close_stream(&process->output);
    close_stream(&process->errors);
    close_stream(&process->exit);
    ks_timer_stop(&process->deadline);
    ks_buf_fini(&process->output_text);
    ks_buf_fini(&process->error_text);
    free(process);
}

static void kill_group(const struct ks_process *process)
{
    kill(-process->pid, SIGKILL);
}

/* Reads once, and keeps what fits. What read(2) returns, but 0 also for a stream that is broken. */
static ssize_t read_some(struct ks_descriptor *stream, struct ks_buf *text, bool *too_long)
{
    char chunk[CHUNK];
    ssize_t count = read(stream->fd, chunk, sizeof chunk);
    size_t room = text->ceiling - text->length;
    size_t kept;

    if (count < 0) {
        return errno == EAGAIN || errno == EINTR ? -1 : 0;
    }
    kept = (size_t)count < room ? (size_t)count : room;
    ks_buf_bytes(text, chunk, kept);
    *too_long = *too_long || kept < (size_t)count || text->failed;
    return count;
}

/* What is left in the pipe of a process that is dead: no more, since somebody may still write to it. */
static void drain(struct ks_descriptor *stream, struct ks_buf *text, bool *too_long)
{
    for (int i = 0; stream->fd >= 0 && i < PIPE_CHUNKS && read_some(stream, text, too_long) > 0; i++) {
    }
}

static void on_output(void *arg, short revents)
{
    struct ks_process *process = arg;

    (void)revents;
    if (read_some(&process->output, &process->output_text, &process->too_long) == 0 || process->too_long) {
        close_stream(&process->output);
    }
    if (process->too_long) {
        kill_group(process);
    }
}

/* Of its complaints the first ones are enough, yet it may go on complaining. */
static void on_errors(void *arg, short revents)
{
    struct ks_process *process = arg;
    bool ignored = false;

    (void)revents;
    if (read_some(&process->errors, &process->error_text, &ignored) == 0) {
        close_stream(&process->errors);
    }
}

static void on_deadline(void *arg)
{
    struct ks_process *process = arg;

    process->timed_out = true;
    kill_group(process);
}

static int describe_end(const struct ks_process *process, int status, struct ks_error *err)
{
    size_t line = strcspn(process->error_text.data, "\r\n");
    const char *text = process->error_text.data;
    const char *colon = line ? ": " : "";

    if (process->timed_out) {
        return ks_error_set(err, KS_ERROR_TIMEOUT, "still running after %lld ms", (long long)process->timeout_ms);
    }
    if (process->too_long) {
        return ks_error_set(err, KS_ERROR_LIMIT, "output: more than %zu bytes", process->output_text.ceiling);
    }
    if (WIFSIGNALED(status)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "killed by signal %d%s%.*s", WTERMSIG(status), colon, (int)line,
                            text);
    }
    if (WEXITSTATUS(status) != 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "exit %d%s%.*s", WEXITSTATUS(status), colon, (int)line, text);
    }
    return 0;
}

static void on_exit_event(void *arg, short revents)
{
    struct ks_process *process = arg;
    struct ks_error error = {.kind = KS_ERROR_NONE};
    bool ignored = false;
    int status = 0;

    (void)revents;
    /* Nothing that it started may outlive it; while it is not reaped, its number is nobody else's. */
    kill_group(process);
    if (waitpid(process->pid, &status, 0) < 0) {
        ks_error_system(&error, errno, "wait");
    }
    /* What is still in the pipes counts. */
    drain(&process->output, &process->output_text, &process->too_long);
    drain(&process->errors, &process->error_text, &ignored);
    if (error.kind == KS_ERROR_NONE) {
        describe_end(process, status, &error);
    }
    process->done(process->arg, &process->output_text, error.kind == KS_ERROR_NONE ? NULL : &error);
    process_free(process);
}

static int set_up_child(posix_spawn_file_actions_t *actions, posix_spawnattr_t *attributes, int output, int errors)
{
    sigset_t none;
    sigset_t all;

    sigemptyset(&none);
    sigfillset(&all);
    return posix_spawn_file_actions_addopen(actions, 0, "/dev/null", O_RDONLY, 0) ||
                   posix_spawn_file_actions_adddup2(actions, output, 1) ||
                   posix_spawn_file_actions_adddup2(actions, errors, 2) ||
                   posix_spawn_file_actions_addclosefrom_np(actions, 3) ||
                   posix_spawnattr_setsigmask(attributes, &none) || posix_spawnattr_setsigdefault(attributes, &all) ||
                   posix_spawnattr_setpgroup(attributes, 0) ||
                   posix_spawnattr_setflags(attributes,
                                            POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
               ? -1
               : 0;
}

static int spawn(struct ks_process *process, const struct ks_process_options *options, int output, int errors,
                 struct ks_error *err)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int failure = ENOMEM;

    if (posix_spawn_file_actions_init(&actions)) {
        return ks_error_memory(err);
    }
    if (posix_spawnattr_init(&attributes) == 0) {
        if (set_up_child(&actions, &attributes, output, errors) == 0) {
            failure = posix_spawnp(&process->pid, options->arguments[0], &actions, &attributes, options->arguments,
                                   options->environment);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure ? ks_error_system(err, failure, "%s", options->arguments[0]) : 0;
}

/* Spawns with two pipes and takes their reading ends. */
static int spawn_with_pipes(struct ks_process *process, const struct ks_process_options *options, struct ks_error *err)
{
    int output[2];
    int errors[2];
    int status;

    if (pipe2(output, O_CLOEXEC)) {
        return ks_error_system(err, errno, "pipe");
    }
    if (pipe2(errors, O_CLOEXEC)) {
        ks_error_system(err, errno, "pipe");
        close(output[0]);
        close(output[1]);
        return -1;
    }
    status = spawn(process, options, output[1], errors[1], err);
    close(output[1]);
    close(errors[1]);
    process->output.fd = output[0];
    process->errors.fd = errors[0];
    if (status == 0) {
        fcntl(output[0], F_SETFL, O_NONBLOCK);
        fcntl(errors[0], F_SETFL, O_NONBLOCK);
    }
    return status;
}

int ks_process_start(struct ks_process **out, struct ks_loop *loop, const struct ks_process_options *options,
                     ks_process_done *done, void *arg, struct ks_error *err)
{
    struct ks_process *process = calloc(1, sizeof *process);

    if (!process) {
        return ks_error_memory(err);
    }
    process->done = done;
    process->arg = arg;
    process->timeout_ms = options->timeout_ms;
    ks_buf_init(&process->output_text, options->output_ceiling);
    ks_buf_init(&process->error_text, ERROR_OUTPUT_CEILING);
    ks_descriptor_init(&process->output, loop, on_output, process);
    ks_descriptor_init(&process->errors, loop, on_errors, process);
    ks_descriptor_init(&process->exit, loop, on_exit_event, process);
    ks_timer_init(&process->deadline, loop, on_deadline, process);
    if (spawn_with_pipes(process, options, err)) {
        process_free(process);
        return -1;
    }
    process->exit.fd = pidfd_open(process->pid, 0);
    if (process->exit.fd < 0) {
        ks_error_system(err, errno, "pidfd_open");
        kill_group(process);
        waitpid(process->pid, NULL, 0);
        process_free(process);
        return -1;
    }
    fcntl(process->exit.fd, F_SETFD, FD_CLOEXEC);
    ks_descriptor_watch(&process->output, process->output.fd, POLLIN);
    ks_descriptor_watch(&process->errors, process->errors.fd, POLLIN);
    ks_descriptor_watch(&process->exit, process->exit.fd, POLLIN);
    ks_timer_start(&process->deadline, options->timeout_ms);
    *out = process;
    return 0;
}

void ks_process_cancel(struct ks_process *process)
{
    if (!process) {
        return;
    }
    kill_group(process);
    waitpid(process->pid, NULL, 0);
    process_free(process);
}
