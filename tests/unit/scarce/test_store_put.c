/* The store while memory runs out and checks answer or peers report: after a second try everything is there, once. */
#include "config.h"

#include "support/scarce_store.h"

/* ---- custom checks ---- */

static int put_some(struct ks_store *store, struct ks_error *err)
{
    return TRY(store, err, .name = "web-0") || put_check(store, "web", "age", "1", err) ||
           put_check(store, "web", "hits", "2", err) || put_check(store, "zoo", "", "refused", err);
}

static int change_checks(struct ks_store *store, struct ks_error *err)
{
    ks_store_custom_remove(store, "zoo", "");
    return put_check(store, "web", "hits", "3", err) || put_check(store, "web", "size", "4", err) ||
           put_check(store, "mail", "", "refused", err);
}

/* Readers find new services only through a new index, which is built after that of the checks. */
static int remove_check(struct ks_store *store, struct ks_error *err)
{
    ks_store_custom_remove(store, "web", "age");
    return TRY(store, err, .name = "new-0", .owner_name = "new");
}

static int put_it_again(struct ks_store *store, struct ks_error *err)
{
    return remove_check(store, err) || put_check(store, "web", "age", "5", err) ||
           put_check(store, "web", "hits", "6", err);
}

static void checks_come_and_go(void **state)
{
    static const struct store_story stories[] = {
        {"first checks", NULL, put_some, NULL, false},
        {"first checks, half of them seen", NULL, put_some, NULL, true},
        {"answers", put_some, change_checks, NULL, false},
        {"answers, half of them seen", put_some, change_checks, NULL, true},
        {"a check that goes", put_some, remove_check, NULL, false},
        {"a check that goes and comes again", put_some, remove_check, put_it_again, false},
        {"a check that goes and comes in one", put_some, put_it_again, NULL, false},
    };

    (void)state;
    scarce_tell_stories(stories, COUNT(stories));
}

/* ---- a peer's ---- */

static int put_remote(struct ks_store *store, const char *name, int32_t ready, struct ks_error *err)
{
    const struct ks_service_state service = {
        .ready = ready,
        .total = 2,
        .reasons = {.entries = {{"Error", 2}}, .used = 1},
        .versions = {.entries = {{"1.2", 1}}, .used = 1},
        .annotations = {.label = "Label", .color = "", .link = ""},
    };
    const struct ks_remote_service remote = {
        .namespace_name = "shop", .kind = "Deployment", .name = name, .state = &service, .as_of = INT64_MAX};

    return ks_store_remote_put(store, &remote, err);
}

static int put_all(struct ks_store *store, struct ks_error *err)
{
    ks_store_remote_begin(store);
    if (put_remote(store, "web", 1, err) || put_remote(store, "db", 2, err) ||
        put_check(store, "web", "hits", "1", err) || put_check(store, "web", "age", "2", err)) {
        return -1;
    }
    ks_store_remote_end(store);
    ks_store_remote_nodes(store, &(const struct ks_nodes_state){.total = 3, .ready = 2});
    return 0;
}

static int put_all_again(struct ks_store *store, struct ks_error *err)
{
    ks_store_remote_begin(store);
    if (put_remote(store, "web", 2, err) || put_remote(store, "mail", 0, err) ||
        put_check(store, "web", "hits", "3", err)) {
        return -1;
    }
    ks_store_remote_end(store);
    return 0;
}

static int tell_changes(struct ks_store *store, struct ks_error *err)
{
    ks_store_remote_remove(store, "shop", "Deployment", "db");
    ks_store_custom_remove(store, "web", "age");
    return put_remote(store, "web", 2, err) || put_remote(store, "mail", 1, err) ||
           put_check(store, "mail", "queue", "4", err);
}

static void a_peers_services_come_and_go(void **state)
{
    static const struct store_story stories[] = {
        {"a peer's first document", NULL, put_all, NULL, false},
        {"a peer's document again", put_all, put_all_again, NULL, false},
        {"a peer's document again, half of it seen", put_all, put_all_again, NULL, true},
        {"a peer's changes", put_all, tell_changes, NULL, false},
        {"a peer's changes, then all of it", put_all, tell_changes, put_all_again, true},
    };

    (void)state;
    scarce_tell_stories(stories, COUNT(stories));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(checks_come_and_go),
        cmocka_unit_test(a_peers_services_come_and_go),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
