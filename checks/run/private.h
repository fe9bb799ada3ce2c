/* The parts of run-check, the program that custom checks are run by. It stands alone: it limits its own memory before
 * anything of a check runs, so that it has neither libraries nor sanitizers of ours. Its errors end it. */
#ifndef RUN_CHECK_H
#define RUN_CHECK_H

#define _GNU_SOURCE 1 /* NOLINT: not ours, and before everything else */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    RUN_FAILED = 1,           /* a module gave no answer */
    RUN_REFUSED = 125,        /* we were called wrongly, or rights could not be taken away */
    RUN_NOT_EXECUTABLE = 126, /* as shells have it */
    RUN_NOT_FOUND = 127,
};

struct run_limits {
    uint64_t memory;    /* bytes of address space */
    uint64_t files;     /* descriptors */
    uint64_t processes; /* of the user */
    uint64_t file_size; /* bytes */
    uint64_t cpu;       /* seconds */
    bool change_user;
    uid_t user;
    gid_t group;
};

/* Takes away what a check must not have; ends the program where the kernel does not. */
void run_limits_apply(const struct run_limits *limits);

/* Becomes a program, which is looked up in PATH where it has no slash. `arguments` begins with it, and ends with NULL.
 */
_Noreturn void run_program(char **arguments);

/* Calls a function of a module and prints what it answers, as one JSON object. `arguments` ends with NULL. */
_Noreturn void run_module(const char *path, const char *function, char **arguments);

/* One line on standard error, and the end. */
_Noreturn void run_end(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The length of the character that a text begins with; well_formed: it is one of UTF-8, else the part of it that is
 * to be replaced by one U+FFFD. Not to be called at the NUL. */
size_t run_utf8(const char *text, bool *well_formed);

#endif
