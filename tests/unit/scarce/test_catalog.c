/* A folder of checks while memory runs out: all of its checks, or "out of memory". */
#include "config.h"

#include "support/scarce_memory.h"

#include <dirent.h>
#include <errno.h>

#include "catalog/private.h"
#include "support/check_catalog_rows.h"
#include "checks/listing.h"
#include "checks/private.h"

/* These two allocate inside of libc. */
char *__real_realpath(const char *path, char *real);
DIR *__real_fdopendir(int fd);
char *__wrap_realpath(const char *path, char *real);
DIR *__wrap_fdopendir(int fd);

char *__wrap_realpath(const char *path, char *real)
{
    if (!real && scarce_fails()) {
        errno = ENOMEM;
        return NULL;
    }
    return __real_realpath(path, real);
}

DIR *__wrap_fdopendir(int fd)
{
    if (scarce_fails()) {
        errno = ENOMEM;
        return NULL;
    }
    return __real_fdopendir(fd);
}

static int differs(struct ks_error *err, const char *what)
{
    return ks_error_set(err, KS_ERROR_INVALID, "differs: %s", what);
}

/* ---- listings ---- */

/* Learned functions stay, even if they could not be sorted again. */
static int recall_lessons(void *arg, struct ks_error *err)
{
    const struct ks_catalog *catalog = arg;
    struct ks_listings listings = {.items = NULL};
    int outcome = ks_listings_update(&listings, catalog, false, err);

    for (size_t i = 0; outcome == 0 && i < listings.count; i++) {
        outcome = ks_listing_set(&listings.items[i], "one\ntwo\n", i == 1 ? "no check in it" : NULL, err);
    }
    if (outcome == 0) {
        outcome = ks_listings_update(&listings, catalog, false, err);
        if (listings.count != catalog->unlisted_count) {
            outcome = differs(err, "a lesson is gone");
        }
        for (size_t i = 0; i < listings.count; i++) {
            if (!listings.items[i].is_current || !ks_listing_is_known(&listings.items[i])) {
                outcome = differs(err, "a lesson is forgotten");
            }
        }
    }
    ks_listings_fini(&listings);
    return outcome;
}

/* ---- the folder ---- */

struct found {
    struct ks_checks_options options;
    struct ks_catalog all; /* its content with enough memory */
    size_t to_run;         /* of these, before Python files list theirs */
};

static int list_all(struct ks_catalog *catalog, const struct ks_checks_options *options, struct ks_error *err)
{
    static const char *const functions[] = {"hits", "one", "_no", "health", NULL};

    for (size_t i = 0; i < catalog->unlisted_count; i++) {
        if (ks_catalog_list(catalog, options, i, functions, i == 1 ? "SyntaxError" : NULL, err)) {
            return -1;
        }
    }
    return 0;
}

static bool is_same(const struct ks_catalog *one, const struct ks_catalog *other)
{
    size_t watched = 0;

    while (one->watched[watched] && other->watched[watched]) {
        watched++;
    }
    return ks_catalog_digest(one) == ks_catalog_digest(other) && one->unlisted_count == other->unlisted_count &&
           !one->watched[watched] && !other->watched[watched];
}

static int scan_folder(void *arg, struct ks_error *err)
{
    const struct found *found = arg;
    struct ks_catalog catalog;
    int outcome = ks_catalog_read(&catalog, &found->options, err);

    if (outcome == 0) {
        outcome = list_all(&catalog, &found->options, err);
    }
    if (outcome == 0 && !is_same(&catalog, &found->all)) {
        outcome = differs(err, catalog.refusal_count ? catalog.refusals[0].reason : "the catalog");
    }
    ks_catalog_fini(&catalog);
    return outcome;
}

/* ---- what is to run ---- */

static int load(struct ks_scheduler *scheduler, const struct ks_checks_options *options, bool is_scarce,
                struct ks_error *err)
{
    struct ks_catalog catalog;
    int outcome;

    if (ks_catalog_read(&catalog, options, err)) {
        return -1;
    }
    scarce.counts = is_scarce;
    outcome = ks_scheduler_load(scheduler, &catalog);
    scarce.counts = false;
    return outcome ? ks_error_memory(err) : 0;
}

/* A catalog is merged completely, at the latest when it comes again. */
static int schedule(void *arg, struct ks_error *err)
{
    static const struct ks_store_options nowhere = {.namespaces = NULL};
    const struct found *found = arg;
    struct ks_scheduler *scheduler = NULL;
    struct ks_loop *loop = NULL;
    struct ks_store *store = NULL;
    int outcome;

    scarce.counts = false;
    if (ks_loop_new(&loop, err) || ks_store_new(&store, &nowhere, err) ||
        ks_scheduler_new(&scheduler, loop, &found->options, store, err)) {
        outcome = differs(err, "the world");
    } else {
        outcome = load(scheduler, &found->options, true, err);
        if ((outcome && load(scheduler, &found->options, false, NULL)) || scheduler->count != found->to_run) {
            outcome = differs(err, "what is to run");
        }
    }
    ks_scheduler_free(scheduler);
    ks_store_free(store);
    ks_loop_free(loop);
    return outcome;
}

static void put_entries(const struct folder *folder)
{
    static const struct file files[] = {
        {"web.conf", PLAIN, "interval = 5m\narguments = a 'b c'\n[up]\nlabel = x\n[none]\n"},
        {"web.py", PLAIN, "def hits(): return 1\n"},
        {"web.promql", PLAIN, "up: up\nfront: up\nhealth: up\n"},
        {"web/", PROGRAM, NULL},
        {"web/front", PROGRAM, "x"},
        {"web/README", PLAIN, "x"},
        {"web/plain", PLAIN, "x"},
        {"web/link", PROGRAM, "-> /bin/sh"},
        {"web/gone", PROGRAM, "-> nowhere"},
        {"broken.promql", PLAIN, "up\n"},
        {"broken.py", PLAIN, "def\n"},
        {"broken.so", PLAIN, "x"},
        {"empty/", PROGRAM, NULL},
        {"empty.conf", PLAIN, "x\n"},
        {"alone.conf", PLAIN, "interval = 5m\n"},
        {"third.py", 0666, ""},
        {"fourth.py", PLAIN, ""},
        {"out.py", PLAIN, "-> /etc/passwd"},
        {"what.txt", PLAIN, ""},
        {"no name.py", PLAIN, ""},
        {"_helper.py", PLAIN, ""},
    };

    for (size_t i = 0; i < COUNT(files); i++) {
        folder_put(folder, &files[i]);
    }
    folder_put_module(folder, "web.so", "one", "two");
}

static void a_folder_is_scanned(void **state)
{
    const struct folder *folder = *state;
    struct found found = {.options = options_of(folder)};
    struct ks_error err;

    put_entries(folder);
    scan(&found.all, &found.options);
    found.to_run = found.all.count;
    assert_int_equal(list_all(&found.all, &found.options, &err), 0);
    assert_int_equal(found.all.unlisted_count, 4);
    scarce_tell("a folder", scan_folder, &found);
    scarce_tell("a schedule", schedule, &found);
    scarce_tell("listings", recall_lessons, &found.all);
    ks_catalog_fini(&found.all);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_folder_is_scanned, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
