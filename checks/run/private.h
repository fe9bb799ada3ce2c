/* The parts of run-check, the program that runs one custom check. It uses neither our library nor a sanitizer, because
 * it limits its own memory before anything of the check runs. Every error ends it. */
#ifndef KS_RUN_PRIVATE_H
#define KS_RUN_PRIVATE_H

#define _GNU_SOURCE 1 /* NOLINT: the C library reads this name, before any header */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum {
    RUN_FAILED = 1,           /* the check gave no answer */
    RUN_REFUSED = 125,        /* a wrong call, or a limit or right that could not be taken away */
    RUN_NOT_EXECUTABLE = 126, /* this and the next as in shells */
    RUN_NOT_FOUND = 127,
};

struct run_limits {
    uint64_t memory;    /* bytes of address space */
    uint64_t files;     /* descriptors */
    uint64_t processes; /* of the user, all together */
    uint64_t file_size; /* bytes */
    uint64_t cpu;       /* seconds */
    bool change_user;
    uid_t user;
    gid_t group;
};

/* Closes descriptors, sets the limits, and changes the user if that is wanted. Ends the program if the kernel refuses
 * any of it. */
void run_limits_apply(const struct run_limits *limits);

/* Becomes a program. `arguments` begins with its path, or a name without a slash to look up in PATH, and ends with
 * NULL. */
_Noreturn void run_program(char **arguments);

/* Calls a function of a module and prints its answer as one JSON object. `arguments` ends with NULL. */
_Noreturn void run_module(const char *path, const char *function, char **arguments);

/* Prints one line to standard error and exits. */
_Noreturn void run_end(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Returns the length of the character that a text begins with. If *well_formed is false, it is the length of the broken
 * UTF-8 that one U+FFFD replaces. The text must not be empty. */
size_t run_utf8(const char *text, bool *well_formed);

#endif
