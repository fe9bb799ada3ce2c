/* Between loop.c and process_orphans.c only: what the processes of one loop share lives as long as the loop. Apart from
 * loop_private.h, so that it is reached without libcurl. Threads: the loop's. */
#ifndef KS_LOOP_CHILDREN_H
#define KS_LOOP_CHILDREN_H

#include "loop/loop.h"

struct ks_children;

/* NULL until it is set. */
struct ks_children *ks_loop_children(const struct ks_loop *loop);
/* Handed over: `release` is called with it when the loop is freed. */
void ks_loop_set_children(struct ks_loop *loop, struct ks_children *children,
                          void (*release)(struct ks_children *children));

#endif
