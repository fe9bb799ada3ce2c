#include "config.h"

#include "loop/process.h"

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

#include "loop/orphans.h"

#define ERRORS_KEPT 4096 /* if standard error has no ceiling */
#define CHUNK       16384
#define PIPE_CHUNKS 5    /* more than a pipe holds */
#define DEATH_MS    1000 /* a killed process is dead by then, or stuck in the kernel */

struct stream {
    struct ks_process *process;
    const char *name;
    struct ks_descriptor descriptor;
    struct ks_buf text;
    bool has_ceiling; /* more is an error; otherwise it is dropped */
    bool keeps_end;   /* what is dropped is the oldest */
    bool is_cut;      /* some of it could not be kept, and that is an error */
};

struct ks_process {
    ks_process_done *done;
    void *arg;
    struct ks_children *children;
    struct ks_child child;
    struct ks_descriptor exit;
    struct stream output;
    struct stream errors;
    struct ks_timer deadline;
    int64_t timeout_ms;
    bool is_over; /* the deadline has passed */
    bool timed_out;
};

static void close_descriptor(struct ks_descriptor *descriptor)
{
    ks_descriptor_stop(descriptor);
    if (descriptor->fd >= 0) {
        close(descriptor->fd);
        descriptor->fd = -1;
    }
}

static void process_free(struct ks_process *process)
{
    close_descriptor(&process->output.descriptor);
    close_descriptor(&process->errors.descriptor);
    close_descriptor(&process->exit);
    ks_timer_stop(&process->deadline);
    ks_buf_fini(&process->output.text);
    ks_buf_fini(&process->errors.text);
    free(process);
}

static void kill_group(const struct ks_process *process)
{
    kill(-process->child.pid, SIGKILL);
}

/* Kills the whole group, so that nothing outlives the process, then reaps the process. Until then nobody else can get
 * its number. Never waits: returns 0 if the process is stuck in the kernel, or traced by another; sweeps reap it later.
 * -1: see errno. */
static pid_t kill_and_reap(struct ks_process *process, int *status)
{
    pid_t reaped;

    kill_group(process);
    reaped = waitpid(process->child.pid, status, WNOHANG);
    ks_children_remove(process->children, &process->child);
    return reaped;
}

/* Forgets the oldest bytes, so that as many new ones fit. */
static void forget(struct ks_buf *text, size_t needed)
{
    size_t room = text->ceiling - text->length;
    size_t gone = needed > room ? needed - room : 0;

    gone = gone < text->length ? gone : text->length;
    if (gone > 0) {
        memmove(text->data, text->data + gone, text->length - gone + 1);
        text->length -= gone;
    }
}

/* Reads once and keeps whatever fits. Returns the same as read(2), but 0 for a broken stream too. */
static ssize_t read_some(struct stream *stream)
{
    struct ks_buf *text = &stream->text;
    char chunk[CHUNK];
    ssize_t count = read(stream->descriptor.fd, chunk, sizeof chunk);
    size_t room;
    size_t kept;

    if (count < 0) {
        return errno == EAGAIN || errno == EINTR ? -1 : 0;
    }
    if (stream->keeps_end) {
        forget(text, (size_t)count);
    }
    room = text->ceiling - text->length;
    kept = (size_t)count < room ? (size_t)count : room;
    ks_buf_bytes(text, stream->keeps_end ? chunk + count - kept : chunk, kept);
    stream->is_cut = stream->has_ceiling && (stream->is_cut || kept < (size_t)count || text->failed);
    return count;
}

/* Reads the rest of a dead process's pipe, but not more than a pipe holds: somebody may still write to it. */
static void drain(struct stream *stream)
{
    for (int i = 0; stream->descriptor.fd >= 0 && i < PIPE_CHUNKS && read_some(stream) > 0; i++) {
    }
}

/* Reads one chunk per turn, however much there is. */
static void on_stream(void *arg, short revents)
{
    struct stream *stream = arg;
    ssize_t count = read_some(stream);

    (void)revents;
    /* Kill before closing the pipe: that would end the process too, by a signal that is not ours. */
    if (stream->is_cut) {
        kill_group(stream->process);
    }
    if (count == 0 || stream->is_cut) {
        close_descriptor(&stream->descriptor);
    }
}

static bool is_any_cut(const struct ks_process *process)
{
    return process->output.is_cut || process->errors.is_cut;
}

static int describe_cut(const struct stream *stream, struct ks_error *err)
{
    if (stream->text.out_of_memory) {
        ks_error_memory(err);
        return ks_error_wrap(err, "%s", stream->name);
    }
    return ks_error_set(err, KS_ERROR_LIMIT, "%s: more than %zu bytes", stream->name, stream->text.ceiling);
}

static int describe_end(const struct ks_process *process, int status, struct ks_error *err)
{
    size_t line = strcspn(process->errors.text.data, "\r\n");
    const char *text = process->errors.text.data;
    const char *colon = line ? ": " : "";

    if (process->timed_out) {
        return ks_error_set(err, KS_ERROR_TIMEOUT, "still running after %lld ms", (long long)process->timeout_ms);
    }
    if (is_any_cut(process)) {
        return describe_cut(process->output.is_cut ? &process->output : &process->errors, err);
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

/* Reports the end. Whatever is still in the pipes counts. */
static void end_process(struct ks_process *process)
{
    struct ks_process_end end = {.output = &process->output.text, .errors = &process->errors.text, .exit_code = -1};
    struct ks_error error = {.kind = KS_ERROR_NONE};
    bool killed = process->timed_out || is_any_cut(process);
    int status = 0;
    pid_t reaped = kill_and_reap(process, &status);

    if (reaped < 0) {
        ks_error_system(&error, errno, "wait");
    } else if (reaped == 0 && !killed) {
        ks_error_set(&error, KS_ERROR_PROTOCOL, "it ended, but another process traces it and hides how");
    } else if (reaped > 0 && WIFEXITED(status)) {
        end.exit_code = WEXITSTATUS(status);
    } else if (reaped > 0 && (!killed || WTERMSIG(status) != SIGKILL)) {
        end.signal = WTERMSIG(status);
    }
    drain(&process->output);
    drain(&process->errors);
    if (error.kind == KS_ERROR_NONE) {
        describe_end(process, status, &error);
    }
    end.err = error.kind == KS_ERROR_NONE ? NULL : &error;
    process->done(process->arg, &end);
    process_free(process);
}

/* An event alone is no proof: it may belong to a descriptor with the same number that was closed in this turn. */
static bool is_dead(const struct ks_process *process, int wait_ms)
{
    struct pollfd polled = {.fd = process->exit.fd, .events = POLLIN};
    int count;

    do {
        count = poll(&polled, 1, wait_ms);
    } while (count < 0 && errno == EINTR);
    return count > 0;
}

static void on_exit_event(void *arg, short revents)
{
    struct ks_process *process = arg;

    (void)revents;
    if (is_dead(process, 0)) {
        end_process(process);
    }
}

/* Fires twice: we do not wait for a process that is still not dead a while after it was killed. */
static void on_deadline(void *arg)
{
    struct ks_process *process = arg;

    if (process->is_over) {
        end_process(process);
        return;
    }
    process->is_over = true;
    process->timed_out = !is_any_cut(process);
    kill_group(process);
    ks_timer_start(&process->deadline, DEATH_MS);
}

/* The child gets its own session: its leader cannot move to another group, and it loses our terminal. */
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
                   posix_spawnattr_setflags(attributes,
                                            POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF)
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
            failure = posix_spawnp(&process->child.pid, options->arguments[0], &actions, &attributes,
                                   options->arguments, options->environment);
        }
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return failure ? ks_error_system(err, failure, "%s", options->arguments[0]) : 0;
}

/* Spawns with two pipes and keeps their reading ends. */
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
    process->output.descriptor.fd = output[0];
    process->errors.descriptor.fd = errors[0];
    if (status == 0) {
        fcntl(output[0], F_SETFL, O_NONBLOCK);
        fcntl(errors[0], F_SETFL, O_NONBLOCK);
    }
    return status;
}

static void stream_init(struct stream *stream, struct ks_process *process, const char *name, size_t ceiling,
                        bool has_ceiling)
{
    stream->process = process;
    stream->name = name;
    stream->has_ceiling = has_ceiling;
    ks_buf_init(&stream->text, has_ceiling ? ceiling : ERRORS_KEPT);
    ks_descriptor_init(&stream->descriptor, process->exit.loop, on_stream, stream);
}

static struct ks_process *process_new(struct ks_loop *loop, const struct ks_process_options *options,
                                      struct ks_error *err)
{
    struct ks_children *children = ks_children_get(loop);
    struct ks_process *process = children ? calloc(1, sizeof *process) : NULL;

    if (!process) {
        ks_error_memory(err);
        return NULL;
    }
    process->children = children;
    process->timeout_ms = options->timeout_ms;
    ks_descriptor_init(&process->exit, loop, on_exit_event, process);
    stream_init(&process->output, process, "output", options->output_ceiling, true);
    stream_init(&process->errors, process, "standard error", options->error_ceiling, options->error_ceiling > 0);
    process->errors.keeps_end = options->keeps_last_errors;
    ks_timer_init(&process->deadline, loop, on_deadline, process);
    return process;
}

int ks_process_start(struct ks_process **out, struct ks_loop *loop, const struct ks_process_options *options,
                     ks_process_done *done, void *arg, struct ks_error *err)
{
    struct ks_process *process = process_new(loop, options, err);

    if (!process) {
        return -1;
    }
    process->done = done;
    process->arg = arg;
    if (spawn_with_pipes(process, options, err)) {
        process_free(process);
        return -1;
    }
    ks_children_add(process->children, &process->child);
    process->exit.fd = pidfd_open(process->child.pid, 0);
    if (process->exit.fd < 0) {
        ks_error_system(err, errno, "pidfd_open");
        ks_process_cancel(process);
        return -1;
    }
    fcntl(process->exit.fd, F_SETFD, FD_CLOEXEC);
    ks_descriptor_watch(&process->output.descriptor, process->output.descriptor.fd, POLLIN);
    ks_descriptor_watch(&process->errors.descriptor, process->errors.descriptor.fd, POLLIN);
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
    is_dead(process, DEATH_MS);
    kill_and_reap(process, NULL);
    process_free(process);
}
