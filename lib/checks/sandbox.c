/* Builds the command line and environment of a check, and starts it. */
#include "config.h"

#include "checks/sandbox.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WORDS_MOST ((size_t)256 * 1024) /* bytes of all arguments, and of the whole environment */

/* A process to start, without its command line. */
struct start {
    struct ks_process **process;
    struct ks_loop *loop;
    const struct ks_sandbox *sandbox;
    ks_process_done *done;
    void *arg;
};

/* The buffer holds words one after another, each with its NUL. */
static void put_word(struct ks_buf *words, const char *word)
{
    ks_buf_bytes(words, word, strlen(word) + 1);
}

static void put_pair(struct ks_buf *words, const char *name, const char *value)
{
    ks_buf_printf(words, "%s=", name);
    put_word(words, value);
}

static void put_limit(struct ks_buf *words, const char *flag, int64_t value)
{
    put_word(words, flag);
    ks_buf_printf(words, "%" PRId64, value);
    put_word(words, "");
}

static void put_kit_file(struct ks_buf *words, const struct ks_sandbox *sandbox, const char *name)
{
    ks_buf_printf(words, "%s/", sandbox->options->kit);
    put_word(words, name);
}

/* The limit on CPU time stops only what keeps several CPUs busy: anything else meets its deadline first. */
static int64_t cpu_seconds(int64_t timeout_ms)
{
    return timeout_ms / 1000 + (timeout_ms % 1000 != 0) + 1;
}

static void put_runner(struct ks_buf *words, const struct ks_sandbox *sandbox)
{
    const struct ks_checks_limits *limits = &sandbox->options->limits;

    put_kit_file(words, sandbox, "run-check");
    put_limit(words, "--memory", limits->memory);
    put_limit(words, "--files", limits->files);
    put_limit(words, "--processes", limits->processes);
    put_limit(words, "--file-size", limits->file_size);
    put_limit(words, "--cpu", cpu_seconds(sandbox->timeout_ms));
    if (sandbox->options->user != 0) {
        put_limit(words, "--user", (int64_t)sandbox->options->user);
        put_limit(words, "--group", (int64_t)sandbox->options->group);
    }
}

/* -I: ignore variables and modules of the user. */
static void put_python(struct ks_buf *words, const struct ks_sandbox *sandbox)
{
    put_word(words, "program");
    put_word(words, sandbox->options->python);
    put_word(words, "-I");
    put_kit_file(words, sandbox, "run-python.py");
    if (sandbox->options->allow_writable) {
        put_word(words, "--allow-writable");
    }
}

static bool has_name(const struct ks_buf *words, const char *name)
{
    size_t length = strlen(name);

    for (size_t at = 0; at < words->length; at += strlen(words->data + at) + 1) {
        if (strncmp(words->data + at, name, length) == 0 && words->data[at + length] == '=') {
            return true;
        }
    }
    return false;
}

static void put_environment(struct ks_buf *words, const struct ks_sandbox *sandbox)
{
    const char *const *names = sandbox->options->environment;

    put_pair(words, "PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
    put_pair(words, "LANG", "C.UTF-8");
    put_pair(words, "HOME", "/");
    put_pair(words, "KUBE_SHIELDS_SERVICE", sandbox->service);
    put_pair(words, "KUBE_SHIELDS_CHECK", sandbox->check);
    put_pair(words, "KUBE_SHIELDS_NAMESPACES", sandbox->namespaces);
    for (; names && *names; names++) {
        const char *value = **names && !strchr(*names, '=') ? getenv(*names) : NULL;

        if (value && !has_name(words, *names)) {
            put_pair(words, *names, value);
        }
    }
}

/* The words as execve(2) needs them; they stay in the buffer. NULL if out of memory. */
static char **list_words(struct ks_buf *words)
{
    size_t count = 0;
    char **list;

    for (size_t at = 0; at < words->length; at += strlen(words->data + at) + 1) {
        count++;
    }
    list = calloc(count + 1, sizeof *list);
    if (list) {
        count = 0;
        for (size_t at = 0; at < words->length; at += strlen(words->data + at) + 1) {
            list[count++] = words->data + at;
        }
    }
    return list;
}

static int start_words(const struct start *start, struct ks_buf *arguments, struct ks_buf *environment,
                       struct ks_error *err)
{
    char **argument_list = list_words(arguments);
    char **environment_list = list_words(environment);
    int outcome;

    if (!argument_list || !environment_list) {
        outcome = ks_error_memory(err);
    } else {
        const struct ks_process_options options = {.arguments = argument_list,
                                                   .environment = environment_list,
                                                   .timeout_ms = start->sandbox->timeout_ms,
                                                   .output_ceiling = KS_SANDBOX_OUTPUT_MOST,
                                                   .error_ceiling = KS_SANDBOX_OUTPUT_MOST};

        outcome = ks_process_start(start->process, start->loop, &options, start->done, start->arg, err);
        if (outcome && access(argument_list[0], X_OK)) {
            ks_error_wrap(err, "SHIELD_CHECK_KIT");
        }
    }
    free(argument_list);
    free(environment_list);
    return outcome;
}

static int start_arguments(const struct start *start, struct ks_buf *arguments, struct ks_error *err)
{
    struct ks_buf environment KS_CLEANUP_BUF;

    ks_buf_init(&environment, WORDS_MOST);
    put_environment(&environment, start->sandbox);
    if (ks_buf_check(arguments, err)) {
        return ks_error_wrap(err, "arguments");
    }
    if (ks_buf_check(&environment, err)) {
        return ks_error_wrap(err, "environment");
    }
    return start_words(start, arguments, &environment, err);
}

int ks_sandbox_start(struct ks_process **process, struct ks_loop *loop, const struct ks_sandbox *sandbox,
                     const struct ks_definition *definition, ks_process_done *done, void *arg, struct ks_error *err)
{
    const struct start start = {process, loop, sandbox, done, arg};
    struct ks_buf arguments KS_CLEANUP_BUF;

    ks_buf_init(&arguments, WORDS_MOST);
    put_runner(&arguments, sandbox);
    switch (definition->kind) {
    case KS_DEFINITION_MODULE:
        put_word(&arguments, "module");
        break;
    case KS_DEFINITION_PYTHON:
        put_python(&arguments, sandbox);
        break;
    case KS_DEFINITION_PROGRAM:
        put_word(&arguments, "program");
        break;
    case KS_DEFINITION_PROMETHEUS:
        return ks_error_set(err, KS_ERROR_INVALID, "a Prometheus query is not a process");
    }
    put_word(&arguments, definition->path);
    if (definition->kind != KS_DEFINITION_PROGRAM) {
        put_word(&arguments, definition->check);
    }
    for (char **argument = definition->arguments; argument && *argument; argument++) {
        put_word(&arguments, *argument);
    }
    return start_arguments(&start, &arguments, err);
}

int ks_sandbox_list(struct ks_process **process, struct ks_loop *loop, const struct ks_sandbox *sandbox,
                    const char *path, ks_process_done *done, void *arg, struct ks_error *err)
{
    const struct start start = {process, loop, sandbox, done, arg};
    struct ks_buf arguments KS_CLEANUP_BUF;

    ks_buf_init(&arguments, WORDS_MOST);
    put_runner(&arguments, sandbox);
    put_python(&arguments, sandbox);
    put_word(&arguments, "--list");
    put_word(&arguments, path);
    return start_arguments(&start, &arguments, err);
}
