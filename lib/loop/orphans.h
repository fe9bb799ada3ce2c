/* The children of a loop: the processes that it runs, and orphans, the processes that those left behind and that became
 * ours by adoption. Private to lib/loop. Threads: the loop's. */
#ifndef KS_LOOP_ORPHANS_H
#define KS_LOOP_ORPHANS_H

#include <sys/types.h>

#include "loop/loop.h"

/* A process that leads a group of its own. It is embedded in what runs it. */
struct ks_child {
    pid_t pid;
    struct ks_child *next; /* belongs to the list of children */
};

struct ks_children;

/* The children of a loop, which owns them. NULL if out of memory. */
struct ks_children *ks_children_get(struct ks_loop *loop);
/* Adds a process that has just been started: it is not taken for an orphan. */
void ks_children_add(struct ks_children *children, struct ks_child *child);
/* Removes a process that has just been reaped. The orphans that it left are looked for soon. */
void ks_children_remove(struct ks_children *children, struct ks_child *child);

#endif
