/* Keeps a catalog up to date with its folder. */
#include "config.h"

#include "checks/loader.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "checks/listing.h"
#include "checks/sandbox.h"
#include "loop/watch.h"
#include "base/clock.h"

#define QUIET_MS        200   /* after the last event of a burst */
#define BURST_MS        1000  /* after its first event, at the latest */
#define PATIENCE_MS     1000  /* for Python files that are being listed */
#define MISSING_MS      1000  /* while there is no folder */
#define PERIOD_MS       60000 /* for changes that inotify does not report */
#define LIST_TIMEOUT_MS 10000 /* at least: imports may take long */

#define EXPIRED         "listing its functions: no answer within the time of the request"

/* A process that lists the functions of a Python file. */
struct lister {
    struct ks_loader *loader;
    struct ks_process *process; /* NULL: idle */
    char service[KS_NAME_SIZE];
    uint64_t stamp;   /* of the file */
    uint64_t imports; /* of the catalog */
};

/* Two things happen side by side: catalogs are read and handed over, and Python files are listed. A catalog waits a
 * moment for listings, and no longer: older listings stand in for them. */
struct ks_loader {
    struct ks_loop *loop;
    const struct ks_checks_options *options;
    ks_loader_loaded *loaded;
    bool (*is_wanted)(void *arg, const char *service); /* NULL: all services are */
    void *arg;
    bool once;
    struct ks_folder_watch watch;
    struct ks_timer soon; /* running: a scan is due */
    int64_t burst_began;  /* the first change since the last scan, CLOCK_MONOTONIC, ms; 0: none */
    struct ks_timer period;
    struct ks_timer patience; /* running: how long the catalog waits for listings */
    bool retries;             /* the next scan tries failed listings again */

    struct ks_catalog catalog; /* read, but not handed over yet */
    bool is_scanned;
    struct ks_listings listings;
    struct lister *listers;
    size_t concurrency; /* the most listers */
    size_t running;     /* listers */

    bool is_handed;  /* a catalog was handed over and taken */
    bool is_partial; /* and it was not complete */
    uint64_t digest; /* of that catalog */
};

/* ---- handing over a catalog ---- */

static void cancel_lister(struct ks_loader *loader, struct lister *lister)
{
    if (lister->process) {
        ks_process_cancel(lister->process);
        lister->process = NULL;
        loader->running--;
    }
}

static void drop_catalog(struct ks_loader *loader)
{
    ks_catalog_fini(&loader->catalog);
    loader->is_scanned = false;
    ks_timer_stop(&loader->patience);
}

static void abandon(struct ks_loader *loader)
{
    for (size_t i = 0; i < loader->concurrency; i++) {
        cancel_lister(loader, &loader->listers[i]);
    }
    drop_catalog(loader);
}

/* Out of memory: the last catalog stays. */
static void fail(struct ks_loader *loader, const struct ks_error *error)
{
    ks_log(loader->options->log, KS_LOG_ERROR, "checks", "%s: %s", loader->options->folder, error->text);
    abandon(loader);
    ks_timer_start(&loader->period, PERIOD_MS);
}

static bool is_wanted(const struct ks_loader *loader, const struct ks_listing *listing)
{
    return !loader->is_wanted || loader->is_wanted(loader->arg, listing->service);
}

/* Adds the functions of Python files that are known by now. */
static int complete(struct ks_loader *loader, struct ks_error *err)
{
    struct ks_catalog *catalog = &loader->catalog;

    for (size_t i = 0; i < catalog->unlisted_count; i++) {
        const struct ks_listing *listing = &loader->listings.items[i];

        if (!ks_listing_is_known(listing)) {
            catalog->is_partial = catalog->is_partial || is_wanted(loader, listing);
        } else if (ks_catalog_list(catalog, loader->options, i, (const char *const *)listing->functions,
                                   listing->reason, err)) {
            return -1;
        }
    }
    return 0;
}

static void hand_over(struct ks_loader *loader)
{
    struct ks_catalog catalog;
    struct ks_error error;
    uint64_t digest;

    if (complete(loader, &error)) {
        fail(loader, &error);
        return;
    }
    catalog = loader->catalog;
    digest = ks_catalog_digest(&catalog);
    loader->catalog = (struct ks_catalog){.definitions = NULL};
    drop_catalog(loader);
    if (loader->is_handed && loader->is_partial == catalog.is_partial && loader->digest == digest) {
        ks_catalog_fini(&catalog);
        return;
    }
    loader->is_partial = catalog.is_partial;
    loader->digest = digest;
    loader->is_handed = loader->loaded(loader->arg, &catalog) == 0;
}

static void on_patience(void *arg)
{
    hand_over(arg);
}

/* ---- listers ---- */

static void go_on(struct ks_loader *loader);
static void on_changed(void *arg);

/* The runner's own error names file and line; otherwise, say how the process ended. */
static void put_failure(const struct ks_process_end *end, char reason[static KS_ERROR_TEXT_SIZE])
{
    size_t line = strcspn(end->errors->data, "\r\n");

    if (end->exit_code == 1 && line > 0) {
        snprintf(reason, KS_ERROR_TEXT_SIZE, "%.*s", (int)(line < KS_ERROR_TEXT_SIZE ? line : KS_ERROR_TEXT_SIZE),
                 end->errors->data);
    } else {
        snprintf(reason, KS_ERROR_TEXT_SIZE, "listing its functions: %.400s", end->err->text);
    }
}

static void on_listed(void *arg, const struct ks_process_end *end)
{
    struct lister *lister = arg;
    struct ks_loader *loader = lister->loader;
    struct ks_listing *listing = ks_listings_find(&loader->listings, lister->service);
    char reason[KS_ERROR_TEXT_SIZE] = "";
    struct ks_error error;

    lister->process = NULL;
    loader->running--;
    listing->is_running = false;
    /* Our own memory ran out, which says nothing about the file. */
    if (end->err && end->err->kind == KS_ERROR_MEMORY) {
        fail(loader, end->err);
        return;
    }
    if (end->err) {
        put_failure(end, reason);
    }
    if (ks_listing_set(listing, end->output->data, end->err ? reason : NULL, &error)) {
        fail(loader, &error);
        return;
    }
    /* The cause of its failure may have been fixed. */
    if (listing->reason && lister->imports != loader->listings.imports) {
        listing->is_current = false;
        listing->is_retried = true;
    }
    if (!loader->is_scanned) {
        on_changed(loader);
    }
    go_on(loader);
}

static int start_lister(struct lister *lister, struct ks_listing *listing, struct ks_error *err)
{
    struct ks_loader *loader = lister->loader;
    int64_t timeout_ms = loader->options->timeout_ms;
    const struct ks_sandbox sandbox = {
        .options = loader->options,
        .service = listing->service,
        .check = "",
        .namespaces = "",
        .timeout_ms = timeout_ms > LIST_TIMEOUT_MS ? timeout_ms : LIST_TIMEOUT_MS,
    };
    struct ks_error error;

    if (ks_sandbox_list(&lister->process, loader->loop, &sandbox, listing->path, on_listed, lister, &error)) {
        lister->process = NULL;
        return error.kind == KS_ERROR_MEMORY ? ks_error_memory(err) : ks_listing_set(listing, "", error.text, err);
    }
    memcpy(lister->service, listing->service, sizeof lister->service);
    lister->stamp = listing->stamp;
    lister->imports = loader->listings.imports;
    listing->is_running = true;
    loader->running++;
    return 0;
}

static struct lister *idle_lister(const struct ks_loader *loader)
{
    for (size_t i = 0; i < loader->concurrency; i++) {
        if (!loader->listers[i].process) {
            return &loader->listers[i];
        }
    }
    return NULL;
}

/* Starts as many listers as may run. Files that are tried again leave one lister to new files. */
static int start_listers(struct ks_loader *loader, bool retried, struct ks_error *err)
{
    size_t most = retried && loader->concurrency > 1 ? loader->concurrency - 1 : loader->concurrency;

    for (size_t i = 0; i < loader->listings.count && loader->running < most; i++) {
        struct ks_listing *listing = &loader->listings.items[i];

        if (!listing->is_current && !listing->is_running && listing->is_retried == retried &&
            is_wanted(loader, listing) && start_lister(idle_lister(loader), listing, err)) {
            return -1;
        }
    }
    return 0;
}

static void go_on(struct ks_loader *loader)
{
    struct ks_error error;

    if (start_listers(loader, false, &error) || start_listers(loader, true, &error)) {
        fail(loader, &error);
    } else if (loader->is_scanned && loader->running == 0) {
        hand_over(loader);
    }
}

/* After a scan, stops listers whose file has changed or is gone. */
static void keep_listers(struct ks_loader *loader)
{
    for (size_t i = 0; i < loader->concurrency; i++) {
        struct lister *lister = &loader->listers[i];
        struct ks_listing *listing = lister->process ? ks_listings_find(&loader->listings, lister->service) : NULL;

        if (listing && listing->stamp == lister->stamp) {
            listing->is_running = true;
        } else {
            cancel_lister(loader, lister);
        }
    }
}

/* ---- when to scan ---- */

static void on_changed(void *arg)
{
    struct ks_loader *loader = arg;
    int64_t now = ks_clock_monotonic();
    int64_t most;

    loader->burst_began = loader->burst_began ? loader->burst_began : now;
    most = loader->burst_began + BURST_MS - now;
    if (most < 0) {
        most = 0;
    }
    ks_timer_start(&loader->soon, most < QUIET_MS ? most : QUIET_MS);
}

static int scan(struct ks_loader *loader, struct ks_error *err)
{
    bool retries = loader->retries;

    loader->burst_began = 0;
    loader->retries = false;
    ks_timer_stop(&loader->soon);
    ks_catalog_fini(&loader->catalog);
    loader->is_scanned = false;
    if (ks_catalog_read(&loader->catalog, loader->options, err) ||
        ks_listings_update(&loader->listings, &loader->catalog, retries, err)) {
        return -1;
    }
    loader->is_scanned = true;
    keep_listers(loader);
    return 0;
}

static void on_soon(void *arg)
{
    struct ks_loader *loader = arg;
    struct ks_error error;

    if (scan(loader, &error)) {
        fail(loader, &error);
        return;
    }
    if (!loader->once) {
        bool is_there = loader->catalog.watched && loader->catalog.watched[0];

        /* Endless changes must not put it off. */
        if (!is_there || !loader->period.running) {
            ks_timer_start(&loader->period, is_there ? PERIOD_MS : MISSING_MS);
        }
        if (ks_folder_watch_set(&loader->watch, loader->catalog.watched)) {
            on_changed(loader);
        }
    }
    if (!loader->patience.running) {
        ks_timer_start(&loader->patience, PATIENCE_MS);
    }
    go_on(loader);
}

static void on_period(void *arg)
{
    struct ks_loader *loader = arg;

    loader->retries = true;
    on_soon(loader);
}

/* ---- the loader ---- */

int ks_loader_new(struct ks_loader **out, struct ks_loop *loop, const struct ks_checks_options *options,
                  ks_loader_loaded *loaded, void *arg, struct ks_error *err)
{
    struct ks_loader *loader = calloc(1, sizeof *loader);

    if (!loader) {
        return ks_error_memory(err);
    }
    loader->concurrency = options->concurrency > 0 ? options->concurrency : 1;
    loader->listers = calloc(loader->concurrency, sizeof *loader->listers);
    if (!loader->listers) {
        free(loader);
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < loader->concurrency; i++) {
        loader->listers[i].loader = loader;
    }
    loader->loop = loop;
    loader->options = options;
    loader->loaded = loaded;
    loader->arg = arg;
    ks_folder_watch_init(&loader->watch, loop, options->log, on_changed, loader);
    ks_timer_init(&loader->soon, loop, on_soon, loader);
    ks_timer_init(&loader->period, loop, on_period, loader);
    ks_timer_init(&loader->patience, loop, on_patience, loader);
    *out = loader;
    return 0;
}

void ks_loader_free(struct ks_loader *loader)
{
    if (!loader) {
        return;
    }
    abandon(loader);
    ks_timer_stop(&loader->soon);
    ks_timer_stop(&loader->period);
    ks_folder_watch_fini(&loader->watch);
    ks_listings_fini(&loader->listings);
    free(loader->listers);
    free(loader);
}

void ks_loader_start(struct ks_loader *loader, bool once)
{
    abandon(loader);
    loader->once = once;
    loader->is_handed = false;
    loader->is_partial = false;
    loader->retries = true;
    loader->burst_began = 0;
    if (once) {
        ks_folder_watch_set(&loader->watch, NULL);
        ks_timer_stop(&loader->period);
    }
    ks_timer_start(&loader->soon, 0);
}

void ks_loader_select(struct ks_loader *loader, bool (*wanted)(void *arg, const char *service))
{
    loader->is_wanted = wanted;
}

void ks_loader_expire(struct ks_loader *loader)
{
    struct ks_error error;

    if (loader->is_handed && !loader->is_partial) {
        return;
    }
    if (scan(loader, &error)) {
        fail(loader, &error);
        return;
    }
    for (size_t i = 0; i < loader->listings.count; i++) {
        struct ks_listing *listing = &loader->listings.items[i];

        if (!listing->is_current && is_wanted(loader, listing) && ks_listing_set(listing, "", EXPIRED, &error)) {
            fail(loader, &error);
            return;
        }
    }
    for (size_t i = 0; i < loader->concurrency; i++) {
        cancel_lister(loader, &loader->listers[i]);
    }
    hand_over(loader);
}
