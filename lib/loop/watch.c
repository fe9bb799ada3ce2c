#include "config.h"

#include "loop/watch.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#define EVENTS                                                                                                         \
    (IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_CLOSE_WRITE | IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF)
#define CHUNK 16384

static void on_events(void *arg, short revents)
{
    struct ks_folder_watch *watch = arg;
    _Alignas(struct inotify_event) char chunk[CHUNK];
    ssize_t length = read(watch->descriptor.fd, chunk, sizeof chunk);
    struct inotify_event event;
    bool changed = false;

    (void)revents;
    for (ssize_t at = 0; at + (ssize_t)sizeof event <= length; at += (ssize_t)(sizeof event + event.len)) {
        memcpy(&event, chunk + at, sizeof event);
        /* IN_IGNORED follows our own inotify_rm_watch, or an event that was reported already. */
        changed = changed || !(event.mask & IN_IGNORED);
    }
    if (changed) {
        watch->changed(watch->arg);
    }
}

void ks_folder_watch_init(struct ks_folder_watch *watch, struct ks_loop *loop, const struct ks_log *log,
                          void (*changed)(void *arg), void *arg)
{
    *watch = (struct ks_folder_watch){.log = log, .changed = changed, .arg = arg};
    ks_descriptor_init(&watch->descriptor, loop, on_events, watch);
}

void ks_folder_watch_fini(struct ks_folder_watch *watch)
{
    ks_descriptor_stop(&watch->descriptor);
    if (watch->descriptor.fd >= 0) {
        close(watch->descriptor.fd);
        watch->descriptor.fd = -1;
    }
    free(watch->watches);
    watch->watches = NULL;
    watch->count = 0;
}

static void warn(struct ks_folder_watch *watch, int errnum, const char *what)
{
    const char *limit = errnum == ENOSPC   ? " (fs.inotify.max_user_watches)"
                        : errnum == EMFILE ? " (fs.inotify.max_user_instances)"
                                           : "";

    if (!watch->warned) {
        watch->warned = true;
        ks_log(watch->log, KS_LOG_WARNING, "checks", "%s: inotify: %s%s: changes are noticed only within a minute",
               what, strerrordesc_np(errnum), limit);
    }
}

static bool open_inotify(struct ks_folder_watch *watch, const char *what)
{
    if (watch->descriptor.fd < 0) {
        int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);

        if (fd < 0) {
            warn(watch, errno, what);
            return false;
        }
        ks_descriptor_watch(&watch->descriptor, fd, POLLIN);
    }
    return true;
}

static int compare(const void *one, const void *other)
{
    int a = *(const int *)one;
    int b = *(const int *)other;

    return (a > b) - (a < b);
}

static bool contains(const int *watches, size_t count, int wanted)
{
    return count > 0 && bsearch(&wanted, watches, count, sizeof wanted, compare);
}

/* Watches the folders that can be watched, and returns how many. Folders that are watched already keep their number. */
static size_t add_all(struct ks_folder_watch *watch, char *const *folders, int *watches)
{
    size_t count = 0;

    for (; *folders; folders++) {
        int added = inotify_add_watch(watch->descriptor.fd, *folders, EVENTS | IN_ONLYDIR);

        if (added >= 0) {
            watches[count++] = added;
        } else if (errno != ENOENT) {
            warn(watch, errno, *folders);
        }
    }
    if (count > 1) {
        qsort(watches, count, sizeof *watches, compare);
    }
    return count;
}

/* Replaces the old watches by the new ones. */
static bool replace(struct ks_folder_watch *watch, int *watches, size_t count)
{
    bool is_new = false;

    for (size_t i = 0; i < count; i++) {
        is_new = is_new || !contains(watch->watches, watch->count, watches[i]);
    }
    for (size_t i = 0; i < watch->count; i++) {
        if (!contains(watches, count, watch->watches[i])) {
            inotify_rm_watch(watch->descriptor.fd, watch->watches[i]);
        }
    }
    free(watch->watches);
    watch->watches = watches;
    watch->count = count;
    return is_new;
}

bool ks_folder_watch_set(struct ks_folder_watch *watch, char *const *folders)
{
    size_t count = 0;
    int *watches;

    while (folders && folders[count]) {
        count++;
    }
    if (count > 0 && !open_inotify(watch, folders[0])) {
        return false;
    }
    watches = calloc(count + 1, sizeof *watches);
    if (!watches) {
        warn(watch, ENOMEM, "folders");
        return false;
    }
    return replace(watch, watches, count > 0 ? add_all(watch, folders, watches) : 0);
}
