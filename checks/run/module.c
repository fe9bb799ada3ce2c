/* Loads a C module, calls one of its functions, and prints the answer as JSON. */
#include "run/private.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KUBE_SHIELDS_CHECK_HOST
#include "kube-shields-check.h"

#define ANSWER_MOST 65536 /* bytes: kube-shields reads no more */

struct answer {
    char text[ANSWER_MOST];
    size_t length;
    bool too_long;
};

/* One process runs one check, so there is one answer, and atexit's function finds these. */
static struct answer answer;
static pid_t runner;
static const char *running; /* the function's name */

/* A check answers by returning. If it calls exit(0), its exit code alone would look like success without an answer. */
static void on_exit_called(void)
{
    /* A process that the module forked may exit as it likes. */
    if (getpid() == runner) {
        run_end(RUN_FAILED, "%s called exit", running);
    }
}

static void put(const char *bytes, size_t length)
{
    if (length > sizeof answer.text - answer.length) {
        answer.too_long = true;
        return;
    }
    memcpy(answer.text + answer.length, bytes, length);
    answer.length += length;
}

static void put_string(const char *text)
{
    char escape[8];
    bool well_formed;

    put("\"", 1);
    while (*text && !answer.too_long) {
        size_t length = run_utf8(text, &well_formed);

        if (!well_formed) {
            put("\xef\xbf\xbd", 3);
        } else if (*text == '"' || *text == '\\') {
            put("\\", 1);
            put(text, 1);
        } else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            put(escape, (size_t)snprintf(escape, sizeof escape, "\\u%04x", (unsigned)*text));
        } else {
            put(text, length);
        }
        text += length;
    }
    put("\"", 1);
}

/* Leaves out a member without a value. */
static void put_member(const char *name, const char *value)
{
    if (value) {
        put(answer.length > 1 ? ",\"" : "\"", answer.length > 1 ? 2 : 1);
        put(name, strlen(name));
        put("\":", 2);
        put_string(value);
    }
}

/* kube-shields judges the raw value. It stands on a line of its own, so nothing in it can become part of the object. */
static void put_answer(const struct kube_shields_check *check)
{
    put("{", 1);
    put_member("label", check->label);
    put_member("message", check->message[0] ? check->message : NULL);
    put_member("color", check->color);
    put("}\n", 2);
    if (check->raw && *check->raw) {
        put(check->raw, strnlen(check->raw, ANSWER_MOST + 1));
        put("\n", 1);
    }
}

static void write_answer(int fd)
{
    size_t written = 0;

    if (answer.too_long) {
        run_end(RUN_FAILED, "%s: the answer is longer than %d bytes", running, ANSWER_MOST);
    }
    while (written < answer.length) {
        ssize_t count = write(fd, answer.text + written, answer.length - written);

        if (count < 0 && errno != EINTR) {
            run_end(RUN_FAILED, "%s: the answer cannot be written: %s", running, strerror(errno));
        }
        written += count > 0 ? (size_t)count : 0;
    }
}

/* Finds a symbol of this type that the module itself exports; those of libraries that it needs do not count. */
static void *find(void *module, const char *name, int type)
{
    struct link_map *wanted = NULL;
    struct link_map *owner = NULL;
    const ElfW(Sym) *symbol = NULL;
    Dl_info info;
    void *address = dlsym(module, name);

    if (!address || dlinfo(module, RTLD_DI_LINKMAP, &wanted) ||
        !dladdr1(address, &info, (void **)&owner, RTLD_DL_LINKMAP) ||
        !dladdr1(address, &info, (void **)&symbol, RTLD_DL_SYMENT)) {
        return NULL;
    }
    return owner == wanted && symbol && ELF64_ST_TYPE(symbol->st_info) == type ? address : NULL;
}

static void *load(const char *path)
{
    void *module = dlopen(path, RTLD_NOW | RTLD_LOCAL);
    const unsigned *abi;

    if (!module) {
        run_end(RUN_FAILED, "%s", dlerror());
    }
    abi = find(module, "_kube_shields_check_abi", STT_OBJECT);
    if (!abi) {
        run_end(RUN_FAILED, "%s: no _kube_shields_check_abi: include <kube-shields-check.h>", path);
    } else if (*abi != KUBE_SHIELDS_CHECK_ABI) {
        run_end(RUN_FAILED, "%s: made for ABI %u of kube-shields-check.h, must be %d: compile it again", path, *abi,
                KUBE_SHIELDS_CHECK_ABI);
    }
    return module;
}

static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value ? value : "";
}

/* Returns a descriptor for the answer. From now on, whatever the module prints goes to standard error. */
static int take_output(void)
{
    int output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);

    if (output < 0 || dup2(STDERR_FILENO, STDOUT_FILENO) < 0) {
        run_end(RUN_REFUSED, "run-check: standard output: %s", strerror(errno));
    }
    return output;
}

void run_module(const char *path, const char *function, char **arguments)
{
    static struct kube_shields_check check;
    int (*call)(struct kube_shields_check *);
    void *address;
    int output = take_output();
    int status;

    runner = getpid();
    running = function;
    atexit(on_exit_called);
    address = find(load(path), function, STT_FUNC);
    if (!address) {
        run_end(RUN_FAILED, "%s: no function %s in it", path, function);
    }
    /* POSIX says that a function's address fits into a pointer; C has no cast for it. */
    memcpy(&call, &address, sizeof call);
    check.service = environment("KUBE_SHIELDS_SERVICE");
    check.name = function;
    check.namespaces = environment("KUBE_SHIELDS_NAMESPACES");
    check.arguments = (const char *const *)arguments;
    while (arguments[check.argument_count]) {
        check.argument_count++;
    }
    status = call(&check);
    if (getpid() != runner) {
        _exit(0); /* forked by the function: there is one answer already */
    }
    check.message[sizeof check.message - 1] = '\0';
    if (status && check.message[0]) {
        run_end(RUN_FAILED, "%s", check.message);
    }
    if (status) {
        run_end(RUN_FAILED, "%s returned %d and no message", function, status);
    }
    put_answer(&check);
    write_answer(output);
    fflush(stdout);
    _exit(0);
}
