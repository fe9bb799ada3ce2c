/* Watches folders for changes, with inotify. Threads: the loop's. */
#ifndef KS_CHECK_WATCH_H
#define KS_CHECK_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "loop/loop.h"

struct ks_check_watch {
    struct ks_descriptor descriptor; /* of inotify; owned */
    const struct ks_log *log;
    void (*changed)(void *arg);
    void *arg;
    int *watches; /* sorted; owned */
    size_t count;
    bool warned;
};

/* Nothing is opened yet. `changed` is called for every batch of events: soon and often. */
void ks_check_watch_init(struct ks_check_watch *watch, struct ks_loop *loop, const struct ks_log *log,
                         void (*changed)(void *arg), void *arg);
void ks_check_watch_fini(struct ks_check_watch *watch);

/* These folders and no others; NULL-terminated, or NULL for none. True where one of them was not watched before: what
 * happened in it until now, nobody told. A folder that cannot be watched is told to the log, once. */
bool ks_check_watch_set(struct ks_check_watch *watch, char *const *folders);

#endif
