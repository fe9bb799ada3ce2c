/* Ends orphans: looks through /proc for children of ours that belong to no process that runs, and kills them. */
#include "config.h"

#include "loop/orphans.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "base/clock.h"
#include "loop/children.h"
#include "loop/process.h"
#include "loop/process_stat.h"

#define SWEEP_MS      1000
#define HURRY_MS      50   /* while orphans are found */
#define HURRY_MOST_MS 5000 /* some cannot be killed: we may not, or they are stuck in the kernel */
#define LAST_SWEEPS   100
#define LAST_SWEEP_MS 5
#define EARLIER_MOST  64

struct ks_children {
    struct ks_child *running;
    struct ks_timer sweep;
    int64_t ended;       /* when a process ended last */
    int64_t swept;       /* when the last sweep was; 0: never */
    int64_t found_since; /* since when every sweep has found orphans; -1 if the last one found none */
    bool adopts;
    /* Children from before the adoption. We do not reap them, so nobody else gets their numbers. */
    pid_t earlier[EARLIER_MOST];
    size_t earlier_count;
};

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

static bool is_earlier(const struct ks_children *children, pid_t pid)
{
    for (size_t i = 0; i < children->earlier_count; i++) {
        if (children->earlier[i] == pid) {
            return true;
        }
    }
    return false;
}

/* A child keeps its number until it is reaped, and only this thread reaps, so nobody else is hit. */
static void end_orphan(void *arg, const struct ks_process_stat *child)
{
    struct sweep *sweep = arg;

    if (is_running(sweep->children, child->pid) || is_earlier(sweep->children, child->pid)) {
        return;
    }
    /* A member of a group that still runs ends with the group. */
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

/* Returns whether to look again soon: an orphan may take a moment to die, or leave children of its own. */
static bool sweep_once(const struct ks_children *children)
{
    struct sweep sweep = {.children = children};

    return has_children() && (ks_process_visit_children(end_orphan, &sweep) != 0 || sweep.found > 0);
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
    /* A process that was killed just before may not have been dead yet. */
    if (now - children->ended < SWEEP_MS) {
        ks_timer_start(&children->sweep, SWEEP_MS);
    }
}

static void children_free(struct ks_children *children)
{
    const struct timespec moment = {.tv_nsec = LAST_SWEEP_MS * 1000000L};

    ks_timer_stop(&children->sweep);
    for (int i = 0; i < LAST_SWEEPS && children->adopts && sweep_once(children); i++) {
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
    if (children->adopts && !children->sweep.running) {
        int64_t wait = children->swept + SWEEP_MS - now;

        ks_timer_start(&children->sweep, wait > HURRY_MS ? wait : HURRY_MS);
    }
}

/* Counts all, also those that there is no room for. */
static void spare(void *arg, const struct ks_process_stat *child)
{
    struct ks_children *children = arg;

    if (children->earlier_count < EARLIER_MOST) {
        children->earlier[children->earlier_count] = child->pid;
    }
    children->earlier_count++;
}

static int spare_earlier(struct ks_children *children, struct ks_error *err)
{
    children->earlier_count = 0;
    if (ks_process_visit_children(spare, children)) {
        return errno ? ks_error_system(err, errno, "/proc")
                     : ks_error_set(err, KS_ERROR_SYSTEM, "/proc does not show this process");
    }
    if (children->earlier_count > EARLIER_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "%zu children already: must be at most %d", children->earlier_count,
                            EARLIER_MOST);
    }
    return 0;
}

int ks_process_adopt(struct ks_loop *loop, struct ks_error *err)
{
    struct ks_children *children = ks_children_get(loop);

    if (!children) {
        return ks_error_memory(err);
    }
    if (children->adopts) {
        return 0;
    }
    if (spare_earlier(children, err)) {
        return -1;
    }
    if (prctl(PR_SET_CHILD_SUBREAPER, 1L, 0L, 0L, 0L)) {
        return ks_error_system(err, errno, "PR_SET_CHILD_SUBREAPER");
    }
    children->adopts = true;
    return 0;
}
