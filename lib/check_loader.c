#include "config.h"

#include "check_loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check_catalog_private.h"
#include "check_lesson.h"
#include "check_sandbox.h"
#include "check_watch.h"
#include "clock.h"

#define QUIET_MS        200   /* after the last event of a burst */
#define BURST_MS        1000  /* after its first, at the latest */
#define FIRST_MS        1000  /* for the first catalog to be complete */
#define PERIOD_MS       60000 /* for what inotify does not tell */
#define LIST_TIMEOUT_MS 10000 /* at least: imports take their time */

#define EXPIRED         "asked for its functions: no answer within the time of the request"

/* A Python file that is asked for its functions. */
struct listing {
    struct ks_check_loader *loader;
    struct ks_process *process; /* NULL: none is asked */
    size_t index;               /* of catalog.unlisted */
};

struct ks_check_loader {
    struct ks_loop *loop;
    const struct ks_check_options *options;
    ks_check_loader_loaded *loaded;
    bool (*is_wanted)(void *arg, const char *service); /* NULL: all are */
    void *arg;
    bool once;
    struct ks_check_watch watch;
    struct ks_timer soon; /* running: a scan is due */
    int64_t burst_began;  /* CLOCK_MONOTONIC, ms: of what changed since the last scan; 0: nothing has */
    struct ks_timer period;
    struct ks_timer first; /* running: a first catalog is due, complete or not */
    bool retries;          /* the next scan tries failed listings again */

    struct ks_check_catalog catalog; /* while it is being made */
    bool is_making;
    bool is_again; /* a scan came due meanwhile */
    struct ks_check_lessons lessons;
    struct listing *listings;
    size_t concurrency; /* of listings */
    size_t running;     /* of listings */
    size_t next;        /* of catalog.unlisted, to be asked */

    bool is_handed;  /* one was handed over */
    bool is_partial; /* and was not complete */
    uint64_t digest; /* of the last one that was */
};

/* ---- a catalog is complete, or given up ---- */

static void cancel_listings(struct ks_check_loader *loader)
{
    for (size_t i = 0; i < loader->concurrency; i++) {
        ks_process_cancel(loader->listings[i].process);
        loader->listings[i].process = NULL;
    }
    loader->running = 0;
}

static void abandon(struct ks_check_loader *loader)
{
    cancel_listings(loader);
    loader->is_making = false;
    loader->is_again = false;
    ks_check_catalog_fini(&loader->catalog);
}

/* Without memory there is no new catalog: the last one stands. */
static void fail(struct ks_check_loader *loader, const struct ks_error *error)
{
    ks_log(loader->options->log, KS_LOG_ERROR, "checks", "%s: %s", loader->options->folder, error->text);
    abandon(loader);
    ks_timer_start(&loader->period, PERIOD_MS);
}

static void hand_over(struct ks_check_loader *loader)
{
    struct ks_check_catalog catalog = loader->catalog;
    uint64_t digest = ks_check_catalog_digest(&catalog);

    loader->catalog = (struct ks_check_catalog){.definitions = NULL};
    loader->is_making = false;
    if (loader->is_again) {
        loader->is_again = false;
        ks_timer_start(&loader->soon, 0);
    }
    if (!loader->once) {
        ks_timer_start(&loader->period, PERIOD_MS);
    }
    if (loader->is_handed && !loader->is_partial && loader->digest == digest) {
        ks_check_catalog_fini(&catalog);
        return;
    }
    loader->is_handed = true;
    loader->is_partial = false;
    loader->digest = digest;
    loader->loaded(loader->arg, &catalog);
}

static void finish(struct ks_check_loader *loader)
{
    struct ks_error error;

    for (size_t i = 0; i < loader->catalog.unlisted_count; i++) {
        const struct ks_check_lesson *lesson = &loader->lessons.lessons[i];

        if (!lesson->is_learnt) {
            continue;
        }
        if (ks_check_catalog_list(&loader->catalog, loader->options, i, (const char *const *)lesson->functions,
                                  lesson->reason, &error)) {
            fail(loader, &error);
            return;
        }
    }
    hand_over(loader);
}

/* ---- listings ---- */

static void go_on(struct ks_check_loader *loader);

/* The runner's complaint names file and line; how else it ended is told as it is. */
static void tell_failure(const struct ks_process_end *end, char reason[static KS_ERROR_TEXT_SIZE])
{
    size_t line = strcspn(end->errors->data, "\r\n");

    if (end->exit_code == 1 && line > 0) {
        snprintf(reason, KS_ERROR_TEXT_SIZE, "%.*s", (int)(line < KS_ERROR_TEXT_SIZE ? line : KS_ERROR_TEXT_SIZE),
                 end->errors->data);
    } else {
        snprintf(reason, KS_ERROR_TEXT_SIZE, "asked for its functions: %.400s", end->err->text);
    }
}

static void on_listed(void *arg, const struct ks_process_end *end)
{
    struct listing *listing = arg;
    struct ks_check_loader *loader = listing->loader;
    char reason[KS_ERROR_TEXT_SIZE] = "";
    struct ks_error error;

    listing->process = NULL;
    loader->running--;
    if (end->err) {
        tell_failure(end, reason);
    }
    if (ks_check_lesson_learn(&loader->lessons.lessons[listing->index], end->output->data, end->err ? reason : NULL,
                              &error)) {
        fail(loader, &error);
        return;
    }
    go_on(loader);
}

static int start_listing(struct ks_check_loader *loader, struct listing *listing, struct ks_error *err)
{
    const struct ks_check_unlisted *unlisted = &loader->catalog.unlisted[listing->index];
    int64_t timeout_ms = loader->options->timeout_ms;
    const struct ks_check_sandbox sandbox = {
        .options = loader->options,
        .service = unlisted->service,
        .check = "",
        .namespaces = "",
        .timeout_ms = timeout_ms > LIST_TIMEOUT_MS ? timeout_ms : LIST_TIMEOUT_MS,
    };
    struct ks_error error;

    if (ks_check_sandbox_list(&listing->process, loader->loop, &sandbox, unlisted->path, on_listed, listing, &error)) {
        listing->process = NULL;
        return ks_check_lesson_learn(&loader->lessons.lessons[listing->index], "", error.text, err);
    }
    loader->running++;
    return 0;
}

static struct listing *free_listing(const struct ks_check_loader *loader)
{
    for (size_t i = 0; i < loader->concurrency; i++) {
        if (!loader->listings[i].process) {
            return &loader->listings[i];
        }
    }
    return NULL;
}

static bool is_wanted(const struct ks_check_loader *loader, size_t index)
{
    return !loader->is_wanted || loader->is_wanted(loader->arg, loader->catalog.unlisted[index].service);
}

/* Asks as many of the files that nothing is known of as may be asked at once. */
static void go_on(struct ks_check_loader *loader)
{
    struct listing *listing;
    struct ks_error error;

    while (loader->next < loader->catalog.unlisted_count && (listing = free_listing(loader))) {
        size_t index = loader->next++;

        if (loader->lessons.lessons[index].is_learnt || !is_wanted(loader, index)) {
            continue;
        }
        listing->index = index;
        if (start_listing(loader, listing, &error)) {
            fail(loader, &error);
            return;
        }
    }
    if (loader->running == 0) {
        finish(loader);
    }
}

/* ---- when to scan ---- */

static void on_changed(void *arg)
{
    struct ks_check_loader *loader = arg;
    int64_t now = ks_clock_monotonic();
    int64_t most;

    loader->burst_began = loader->burst_began ? loader->burst_began : now;
    most = loader->burst_began + BURST_MS - now;
    if (most < 0) {
        most = 0;
    }
    ks_timer_start(&loader->soon, most < QUIET_MS ? most : QUIET_MS);
}

static void on_soon(void *arg)
{
    struct ks_check_loader *loader = arg;
    struct ks_error error;
    bool retries = loader->retries;

    loader->burst_began = 0;
    if (loader->is_making) {
        loader->is_again = true;
        return;
    }
    ks_timer_stop(&loader->period);
    loader->retries = false;
    if (ks_check_catalog_scan(&loader->catalog, loader->options, &error) ||
        ks_check_lessons_recall(&loader->lessons, &loader->catalog, retries, &error)) {
        fail(loader, &error);
        return;
    }
    if (!loader->once && ks_check_watch_set(&loader->watch, loader->catalog.watched)) {
        on_changed(loader);
    }
    loader->is_making = true;
    loader->next = 0;
    if (!loader->is_handed && !loader->once) {
        ks_timer_start(&loader->first, FIRST_MS);
    }
    go_on(loader);
}

/* What is known of the Python files by now. */
static int list_learnt(const struct ks_check_loader *loader, struct ks_check_catalog *catalog, struct ks_error *err)
{
    for (size_t i = 0; i < catalog->unlisted_count && i < loader->lessons.count; i++) {
        const struct ks_check_lesson *lesson = &loader->lessons.lessons[i];

        if (lesson->is_learnt && lesson->stamp == catalog->unlisted[i].stamp &&
            ks_check_catalog_list(catalog, loader->options, i, (const char *const *)lesson->functions, lesson->reason,
                                  err)) {
            return -1;
        }
    }
    return 0;
}

/* At the start a Python file that hangs must not keep all others waiting: they come first, without it. */
static void on_first(void *arg)
{
    struct ks_check_loader *loader = arg;
    struct ks_check_catalog catalog;
    struct ks_error error;

    if (!loader->is_making || loader->is_handed) {
        return;
    }
    if (ks_check_catalog_scan(&catalog, loader->options, &error) || list_learnt(loader, &catalog, &error)) {
        ks_check_catalog_fini(&catalog);
        fail(loader, &error);
        return;
    }
    loader->is_handed = true;
    loader->is_partial = true;
    loader->digest = ks_check_catalog_digest(&catalog);
    catalog.is_partial = true;
    loader->loaded(loader->arg, &catalog);
}

static void on_period(void *arg)
{
    struct ks_check_loader *loader = arg;

    loader->retries = true;
    on_soon(loader);
}

/* ---- the loader ---- */

int ks_check_loader_new(struct ks_check_loader **out, struct ks_loop *loop, const struct ks_check_options *options,
                        ks_check_loader_loaded *loaded, void *arg, struct ks_error *err)
{
    struct ks_check_loader *loader = calloc(1, sizeof *loader);

    if (!loader) {
        return ks_error_memory(err);
    }
    loader->concurrency = options->concurrency > 0 ? options->concurrency : 1;
    loader->listings = calloc(loader->concurrency, sizeof *loader->listings);
    if (!loader->listings) {
        free(loader);
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < loader->concurrency; i++) {
        loader->listings[i].loader = loader;
    }
    loader->loop = loop;
    loader->options = options;
    loader->loaded = loaded;
    loader->arg = arg;
    ks_check_watch_init(&loader->watch, loop, options->log, on_changed, loader);
    ks_timer_init(&loader->soon, loop, on_soon, loader);
    ks_timer_init(&loader->period, loop, on_period, loader);
    ks_timer_init(&loader->first, loop, on_first, loader);
    *out = loader;
    return 0;
}

void ks_check_loader_free(struct ks_check_loader *loader)
{
    if (!loader) {
        return;
    }
    abandon(loader);
    ks_timer_stop(&loader->soon);
    ks_timer_stop(&loader->period);
    ks_timer_stop(&loader->first);
    ks_check_watch_fini(&loader->watch);
    ks_check_lessons_fini(&loader->lessons);
    free(loader->listings);
    free(loader);
}

void ks_check_loader_start(struct ks_check_loader *loader, bool once)
{
    abandon(loader);
    loader->once = once;
    loader->is_handed = false;
    loader->is_partial = false;
    loader->retries = true;
    loader->burst_began = 0;
    if (once) {
        ks_check_watch_set(&loader->watch, NULL);
        ks_timer_stop(&loader->period);
    }
    ks_timer_start(&loader->soon, 0);
}

void ks_check_loader_select(struct ks_check_loader *loader, bool (*wanted)(void *arg, const char *service))
{
    loader->is_wanted = wanted;
}

void ks_check_loader_expire(struct ks_check_loader *loader)
{
    struct ks_error error;

    if (!loader->is_making) {
        return;
    }
    cancel_listings(loader);
    for (size_t i = 0; i < loader->lessons.count; i++) {
        struct ks_check_lesson *lesson = &loader->lessons.lessons[i];

        if (!lesson->is_learnt && is_wanted(loader, i) && ks_check_lesson_learn(lesson, "", EXPIRED, &error)) {
            fail(loader, &error);
            return;
        }
    }
    finish(loader);
}
