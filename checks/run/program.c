/* Becomes a program, or explains why that is not possible. */
#include "run/private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_PATH    "/usr/local/bin:/usr/bin:/bin"
#define LINE_SIZE       256 /* the kernel reads no more of a #! line */
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

/* Returns only if the program cannot be executed; errno says why. Unlike execvp, it tries nothing with a shell, which
 * would take a program for another machine for a script. */
static void execute(const char *program, char **arguments)
{
    char path[PATH_MAX];
    const char *folders = getenv("PATH");
    int failure = ENOENT;

    if (strchr(program, '/')) {
        execv(program, arguments);
        return;
    }
    for (const char *at = folders ? folders : DEFAULT_PATH; *at; at += strspn(at, ":")) {
        int length = (int)strcspn(at, ":");

        /* Skip relative folders, and empty ones, which mean the current folder. */
        if (*at == '/' && snprintf(path, sizeof path, "%.*s/%s", length, at, program) < (int)sizeof path) {
            execv(path, arguments);
            failure = errno == EACCES ? EACCES : failure;
            if (errno != EACCES && errno != ENOENT && errno != ENOTDIR) {
                return;
            }
        }
        at += length;
    }
    errno = failure;
}

/* Reads the beginning of the first line; "" if the file cannot be read. */
static void read_first_line(const char *program, char line[static LINE_SIZE])
{
    int fd = open(program, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    ssize_t length = fd >= 0 ? read(fd, line, LINE_SIZE - 1) : 0;

    if (fd >= 0) {
        close(fd);
    }
    line[length > 0 ? length : 0] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

/* The file exists, but the interpreter or loader that it needs does not. */
_Noreturn static void end_without_interpreter(const char *program)
{
    char line[LINE_SIZE];
    const char *name = line + 2;
    int length;

    read_first_line(program, line);
    if (strncmp(line, "#!", 2) != 0) {
        run_end(RUN_NOT_FOUND, "%s: its interpreter or loader does not exist", program);
    }
    name += strspn(name, " \t");
    length = (int)strcspn(name, " \t\r");
    if (name[length] == '\r') {
        run_end(RUN_NOT_FOUND,
                "%s: its first line ends with CR LF, so it asks for \"%.*s\\r\": save it with LF line ends", program,
                length, name);
    }
    run_end(RUN_NOT_FOUND, "%s: the interpreter \"%.*s\" in its first line does not exist", program, length, name);
}

void run_program(char **arguments)
{
    const char *program = arguments[0];
    char line[LINE_SIZE];
    int failure;

    execute(program, arguments);
    failure = errno;
    if (failure == ENOENT && strchr(program, '/') && access(program, F_OK) == 0) {
        end_without_interpreter(program);
    }
    if (failure == ENOENT || failure == ENOTDIR) {
        run_end(RUN_NOT_FOUND, "%s: not found", program);
    }
    if (failure == ENOEXEC) {
        read_first_line(program, line);
        run_end(RUN_NOT_EXECUTABLE, "%s: %s", program,
                strncmp(line, BYTE_ORDER_MARK "#!", 5) == 0 ? "it has a byte order mark before #!: save it without"
                                                            : "it has no #! line, or is made for another machine");
    }
    run_end(RUN_NOT_EXECUTABLE, "%s: %s", program, strerror(failure));
}
