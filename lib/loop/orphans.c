#include "config.h"

#include "loop/orphans.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/children.h"
#include "loop/process.h"

#define SWEEP_MS      1000
#define HURRY_MS      50   /* while strange ones are found */
#define HURRY_MOST_MS 5000 /* some cannot be killed: not allowed to, or stuck in the kernel */
#define LAST_SWEEPS   100
#define LAST_SWEEP_MS 5
#define EARLIER_MOST  64
#define STAT_SIZE     512

struct ks_children {
    struct ks_child *running;
    struct ks_timer sweep;
    int64_t ended;       /* when a process ended last */
    int64_t swept;       /* when it was looked last; 0 for never */
    int64_t found_since; /* each sweep has found some; -1 where the last one found none */
};

/* The kernel knows one adopter per process, whatever its threads and loops. */
static atomic_bool adopted;

/* Children from before; not reaped by us, so that their numbers stay theirs. Not written any more once it is adopted.
 */
static pid_t earlier[EARLIER_MOST];
static size_t earlier_count;

/* A number with a blank behind it. */
static bool read_number(const char **text, pid_t *number)
{
    char *end;
    long value;

    errno = 0;
    value = strtol(*text, &end, 10);
    if (errno || end == *text || *end != ' ' || value < 0 || value > INT_MAX) {
        return false;
    }
    *text = end + 1;
    *number = (pid_t)value;
    return true;
}

bool ks_process_stat_parse(struct ks_process_stat *stat, const char *text)
{
    const char *rest = strrchr(text, ')');

    if (!rest || !read_number(&text, &stat->pid) || *text != '(') {
        return false;
    }
    /* ") S 1 2 …": behind the name there are only the state and numbers. */
    if (rest[1] != ' ' || rest[2] == '\0' || rest[3] != ' ') {
        return false;
    }
    rest += 4;
    return read_number(&rest, &stat->parent) && read_number(&rest, &stat->group);
}

static bool read_stat(const char *name, struct ks_process_stat *stat)
{
    char path[sizeof "/proc//stat" + NAME_MAX];
    char text[STAT_SIZE];
    ssize_t length;
    int fd;

    snprintf(path, sizeof path, "/proc/%s/stat", name);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    length = read(fd, text, sizeof text - 1);
    close(fd);
    if (length <= 0) {
        return false;
    }
    text[length] = '\0';
    return ks_process_stat_parse(stat, text);
}

static int is_numeric(const struct dirent *entry)
{
    return entry->d_name[strspn(entry->d_name, "0123456789")] == '\0';
}

/* The newest first: one that replaces itself again and again by a child is met before it is gone. */
static int by_number_down(const struct dirent **a, const struct dirent **b)
{
    long first = strtol((*a)->d_name, NULL, 10);
    long second = strtol((*b)->d_name, NULL, 10);

    return (first < second) - (first > second);
}

/* That of another PID namespace has other numbers. */
static bool proc_shows_us(void)
{
    char self[32];
    ssize_t length = readlink("/proc/self", self, sizeof self - 1);

    if (length <= 0) {
        return false;
    }
    self[length] = '\0';
    return strtol(self, NULL, 10) == getpid();
}

/* -1 with errno set where /proc cannot be read. */
static int visit_children(void (*visit)(void *arg, const struct ks_process_stat *child), void *arg)
{
    struct dirent **entries;
    pid_t us = getpid();
    int count = proc_shows_us() ? scandir("/proc", &entries, is_numeric, by_number_down) : -1;

    for (int i = 0; i < count; i++) {
        struct ks_process_stat stat;

        if (read_stat(entries[i]->d_name, &stat) && stat.parent == us) {
            visit(arg, &stat);
        }
        free(entries[i]);
    }
    if (count >= 0) {
        free(entries);
    }
    return count < 0 ? -1 : 0;
}

struct sweep {
    const struct ks_children *children;
    size_t found;
};

static bool is_running(const struct ks_children *children, pid_t pid)
{
    for (const struct ks_child *child = children->running; child; child = child->next) {
        if (child->pid == pid) {
            return true;
        }
    }
    return false;
}

static bool is_earlier(pid_t pid)
{
    for (size_t i = 0; i < earlier_count; i++) {
        if (earlier[i] == pid) {
            return true;
        }
    }
    return false;
}

/* A child keeps its number until it is reaped, and only this thread reaps: nobody else is hit. */
static void end_strange(void *arg, const struct ks_process_stat *child)
{
    struct sweep *sweep = arg;

    if (is_running(sweep->children, child->pid) || is_earlier(child->pid)) {
        return;
    }
    /* Adopted while what it belongs to still runs: it ends with that. */
    if (!is_running(sweep->children, child->group)) {
        kill(child->pid, SIGKILL);
        sweep->found++;
    }
    waitpid(child->pid, NULL, WNOHANG);
}

static bool has_children(void)
{
    siginfo_t info;

    return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0 || errno != ECHILD;
}

/* Whether to look again soon: what was found may take a moment to die, or have left children of its own. */
static bool sweep_once(const struct ks_children *children)
{
    struct sweep sweep = {.children = children};

    return has_children() && (visit_children(end_strange, &sweep) != 0 || sweep.found > 0);
}

static void on_sweep(void *arg)
{
    struct ks_children *children = arg;
    int64_t now = ks_clock_monotonic();

    children->swept = now;
    if (sweep_once(children)) {
        children->found_since = children->found_since < 0 ? now : children->found_since;
        ks_timer_start(&children->sweep, now - children->found_since < HURRY_MOST_MS ? HURRY_MS : SWEEP_MS);
        return;
    }
    children->found_since = -1;
    /* What was killed just before may not have been dead yet. */
    if (now - children->ended < SWEEP_MS) {
        ks_timer_start(&children->sweep, SWEEP_MS);
    }
}

static void children_free(struct ks_children *children)
{
    const struct timespec moment = {.tv_nsec = LAST_SWEEP_MS * 1000000L};

    ks_timer_stop(&children->sweep);
    for (int i = 0; i < LAST_SWEEPS && atomic_load(&adopted) && sweep_once(children); i++) {
        nanosleep(&moment, NULL);
    }
    free(children);
}

struct ks_children *ks_children_get(struct ks_loop *loop)
{
    struct ks_children *children = ks_loop_children(loop);

    if (!children && (children = calloc(1, sizeof *children))) {
        children->found_since = -1;
        ks_timer_init(&children->sweep, loop, on_sweep, children);
        ks_loop_set_children(loop, children, children_free);
    }
    return children;
}

void ks_children_add(struct ks_children *children, struct ks_child *child)
{
    child->next = children->running;
    children->running = child;
}

void ks_children_remove(struct ks_children *children, struct ks_child *child)
{
    int64_t now = ks_clock_monotonic();

    for (struct ks_child **link = &children->running; *link; link = &(*link)->next) {
        if (*link == child) {
            *link = child->next;
            break;
        }
    }
    children->ended = now;
    if (atomic_load(&adopted) && !children->sweep.running) {
        int64_t wait = children->swept + SWEEP_MS - now;

        ks_timer_start(&children->sweep, wait > HURRY_MS ? wait : HURRY_MS);
    }
}

static void spare(void *arg, const struct ks_process_stat *child)
{
    size_t *count = arg;

    if (*count < EARLIER_MOST) {
        earlier[*count] = child->pid;
    }
    (*count)++;
}

int ks_process_adopt(struct ks_error *err)
{
    size_t count = 0;

    if (atomic_load(&adopted)) {
        return 0;
    }
    errno = 0;
    if (visit_children(spare, &count)) {
        return errno ? ks_error_system(err, errno, "/proc")
                     : ks_error_set(err, KS_ERROR_SYSTEM, "/proc does not show this process");
    }
    if (count > EARLIER_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "%zu children already, at most %d are accepted", count, EARLIER_MOST);
    }
    if (prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L)) {
        return ks_error_system(err, errno, "PR_SET_CHILD_SUBREAPER");
    }
    earlier_count = count;
    atomic_store(&adopted, true);
    return 0;
}
