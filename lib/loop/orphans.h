/* Between process.c and process_orphans.c only: the children of a loop that run, and the strange ones that adoption
 * brings. Threads: the loop's. */
#ifndef KS_PROCESS_ORPHANS_H
#define KS_PROCESS_ORPHANS_H

#include <stdbool.h>
#include <sys/types.h>

#include "loop/loop.h"

/* A process that leads a group of its own; embedded in what runs it. */
struct ks_child {
    pid_t pid;
    struct ks_child *next; /* the children's own */
};

struct ks_children;

/* Those of the loop, which owns them; NULL without memory. */
struct ks_children *ks_children_get(struct ks_loop *loop);
/* It has just been started; from now on it is no strange one. */
void ks_children_add(struct ks_children *children, struct ks_child *child);
/* It has just been reaped; what it left is looked for soon. */
void ks_children_remove(struct ks_children *children, struct ks_child *child);

/* What is wanted of /proc/N/stat (proc_pid_stat(5)). */
struct ks_process_stat {
    pid_t pid;
    pid_t parent;
    pid_t group;
};

/* The command's name, in parentheses, may hold anything, parentheses and blanks among it. False where it is no such
 * line. */
bool ks_process_stat_parse(struct ks_process_stat *stat, const char *text);

#endif
