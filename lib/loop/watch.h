/* Watches folders for changes, with inotify. Threads: the loop's. */
#ifndef KS_LOOP_WATCH_H
#define KS_LOOP_WATCH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/log.h"
#include "loop/loop.h"

struct ks_folder_watch {
    struct ks_descriptor descriptor; /* inotify's; owned */
    const struct ks_log *log;
    void (*changed)(void *arg);
    void *arg;
    int *watches; /* sorted; owned */
    size_t count;
    bool warned;
};

/* Opens nothing yet. `changed` is called for each batch of events, so soon and often. */
void ks_folder_watch_init(struct ks_folder_watch *watch, struct ks_loop *loop, const struct ks_log *log,
                          void (*changed)(void *arg), void *arg);
void ks_folder_watch_fini(struct ks_folder_watch *watch);

/* Watches these folders and no others; NULL-terminated, or NULL for none. Returns true if one of them was not watched
 * before: changes in it until now were not reported. Logs once that a folder cannot be watched. */
bool ks_folder_watch_set(struct ks_folder_watch *watch, char *const *folders);

#endif
