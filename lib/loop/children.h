/* How orphans.c hangs the children of a loop on it: they live as long as the loop. A header of its own, so that
 * orphans.c does not need libcurl. Private to loop.c and orphans.c. Threads: the loop's. */
#ifndef KS_LOOP_CHILDREN_H
#define KS_LOOP_CHILDREN_H

#include "loop/loop.h"

struct ks_children;

/* NULL until they are set. */
struct ks_children *ks_loop_children(const struct ks_loop *loop);
/* Hands the children over: the loop calls `release` with them when it is freed. */
void ks_loop_set_children(struct ks_loop *loop, struct ks_children *children,
                          void (*release)(struct ks_children *children));

#endif
