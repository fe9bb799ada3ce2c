/* Runs a check and turns what happens into its answer. */
#include "config.h"

#include "checks/run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "answers/stderr.h"
#include "answers/output.h"
#include "checks/prometheus.h"
#include "checks/sandbox.h"
#include "base/clock.h"

/* With these exit codes, run-check (like shells) says that the check did not run. */
#define EXIT_MISUSED        125
#define EXIT_NOT_EXECUTABLE 126
#define EXIT_NOT_FOUND      127

struct ks_run {
    const struct ks_checks_options *options;
    const struct ks_definition *definition;
    ks_run_done *done;
    void *arg;
    int64_t started;
    int64_t timeout_ms;
    struct ks_process *process; /* for a program or function */
    struct ks_query *query;     /* for a query */
    struct ks_timer soon;
    struct ks_answer failure;
};

/* The operator's label overrides the check's own, also if it failed. */
static void finish(struct ks_run *run, struct ks_answer *answer)
{
    if (run->definition->label[0]) {
        ks_answer_label(answer, run->definition->label);
    }
    run->done(run->arg, answer, ks_clock_monotonic() - run->started);
    free(run);
}

static void fail_by_signal(struct ks_answer *answer, const struct ks_run *run, const struct ks_process_end *end)
{
    const char *description = sigdescr_np(end->signal);
    char error_line[KS_ERROR_TEXT_SIZE];
    const char *colon;
    char message[64];

    ks_answer_stderr_line(error_line, end->errors->data);
    colon = error_line[0] ? ": " : "";
    snprintf(message, sizeof message, "killed by signal %d", end->signal);
    if (end->signal == SIGXCPU) {
        ks_answer_fail(answer, message, "%s (%s): more CPU time than its timeout of %lld ms allows%s%s", message,
                       description, (long long)run->timeout_ms, colon, error_line);
    } else {
        ks_answer_fail(answer, message, "%s (%s)%s%s", message, description ? description : "unknown", colon,
                       error_line);
    }
}

/* A program that exits with such a code itself will have printed something. */
static bool has_not_run(const struct ks_answer_output *end)
{
    return end->length == 0 && (end->exit_code == EXIT_MISUSED || end->exit_code == EXIT_NOT_EXECUTABLE ||
                                end->exit_code == EXIT_NOT_FOUND);
}

static void read_output(struct ks_answer *answer, const struct ks_run *run, const struct ks_process_end *end)
{
    const struct ks_answer_output output = {.output = end->output->data,
                                            .length = end->output->length,
                                            .error_output = end->errors->data,
                                            .exit_code = end->exit_code};

    if (has_not_run(&output)) {
        ks_answer_fail_exit(answer, &output);
    } else if (run->definition->kind == KS_DEFINITION_PROGRAM) {
        ks_answer_from_program(answer, &output);
    } else {
        ks_answer_from_runner(answer, &output);
    }
}

static void judge(struct ks_answer *answer, const struct ks_run *run, const struct ks_process_end *end)
{
    enum ks_error_kind kind = end->err ? end->err->kind : KS_ERROR_NONE;

    if (kind == KS_ERROR_TIMEOUT) {
        ks_answer_fail(answer, "timeout", "%s", end->err->text);
    } else if (kind == KS_ERROR_LIMIT) {
        ks_answer_fail(answer, "too much output", "%s", end->err->text);
    } else if (kind == KS_ERROR_MEMORY) {
        ks_answer_fail(answer, "out of memory", "%s", end->err->text);
    } else if (kind != KS_ERROR_NONE && end->signal) {
        fail_by_signal(answer, run, end);
    } else if (kind != KS_ERROR_NONE && end->exit_code < 0) {
        ks_answer_fail(answer, "no answer", "%s", end->err->text);
    } else {
        read_output(answer, run, end);
    }
}

/* Name the user if the check's own file is not accessible: the person who looks is mostly another user with more
 * rights. */
static void name_user(struct ks_answer *answer, const struct ks_run *run)
{
    const struct ks_checks_options *options = run->options;
    const char *slash = strrchr(run->definition->path, '/');
    const char *file = slash ? slash + 1 : run->definition->path;

    if (answer->failed && options->user && strstr(answer->reason, strerrordesc_np(EACCES)) &&
        strstr(answer->reason, file)) {
        ks_answer_fail(answer, answer->message, "%s, for the user %s (SHIELD_CHECK_USER)", answer->reason,
                       options->user_name);
    }
}

static void on_process_done(void *arg, const struct ks_process_end *end)
{
    struct ks_run *run = arg;
    struct ks_answer answer;

    ks_answer_init(&answer);
    judge(&answer, run, end);
    name_user(&answer, run);
    answer.errors = end->errors->length ? strdup(end->errors->data) : NULL;
    finish(run, &answer);
}

/* Adds file and line to what is wrong with a query. */
static void on_query_done(void *arg, struct ks_answer *answer)
{
    struct ks_run *run = arg;
    const char *slash = strrchr(run->definition->path, '/');
    const char *file = slash ? slash + 1 : run->definition->path;
    int line = run->definition->query.line;
    struct ks_answer before = *answer;

    if (answer->failed) {
        ks_answer_fail(answer, before.message, "%s line %d: %s", file, line, before.reason);
    } else if (answer->mistake[0]) {
        answer->mistake[0] = '\0';
        ks_answer_mistake(answer, "%s line %d: %s", file, line, before.mistake);
    }
    finish(run, answer);
}

static void on_soon(void *arg)
{
    struct ks_run *run = arg;
    struct ks_answer answer = run->failure;

    finish(run, &answer);
}

static int start_process(struct ks_run *run, const struct ks_run_job *job, struct ks_error *err)
{
    const struct ks_definition *definition = job->definition;
    const struct ks_sandbox sandbox = {.options = job->options,
                                       .service = definition->service,
                                       .check = definition->check,
                                       .namespaces = job->namespaces,
                                       .timeout_ms = run->timeout_ms};
    struct ks_error error;

    if (ks_sandbox_start(&run->process, run->soon.loop, &sandbox, definition, on_process_done, run, &error) == 0) {
        return 0;
    }
    if (error.kind == KS_ERROR_MEMORY) {
        return ks_error_memory(err);
    }
    ks_answer_init(&run->failure);
    ks_answer_fail(&run->failure, "cannot run", "%s", error.text);
    ks_timer_start(&run->soon, 0);
    return 0;
}

static int start_query(struct ks_run *run, const struct ks_run_job *job, struct ks_error *err)
{
    const struct ks_query_request question = {
        .options = job->options, .check = &job->definition->query, .timeout_ms = run->timeout_ms};

    return ks_query_start(&run->query, run->soon.loop, &question, on_query_done, run, err);
}

int ks_run_start(struct ks_run **out, struct ks_loop *loop, const struct ks_run_job *job, ks_run_done *done, void *arg,
                 struct ks_error *err)
{
    const struct ks_definition *definition = job->definition;
    int64_t timeout_ms = definition->timeout_ms ? definition->timeout_ms : job->options->timeout_ms;
    struct ks_run *run = calloc(1, sizeof *run);
    int outcome;

    if (!run) {
        return ks_error_memory(err);
    }
    *run = (struct ks_run){.options = job->options,
                           .definition = definition,
                           .done = done,
                           .arg = arg,
                           .started = ks_clock_monotonic(),
                           .timeout_ms = timeout_ms};
    ks_timer_init(&run->soon, loop, on_soon, run);
    outcome = definition->kind == KS_DEFINITION_PROMETHEUS ? start_query(run, job, err) : start_process(run, job, err);
    if (outcome) {
        free(run);
        return -1;
    }
    *out = run;
    return 0;
}

void ks_run_cancel(struct ks_run *run)
{
    if (!run) {
        return;
    }
    if (run->soon.running) {
        ks_timer_stop(&run->soon);
        ks_answer_fini(&run->failure);
    }
    ks_process_cancel(run->process);
    ks_query_cancel(run->query);
    free(run);
}
