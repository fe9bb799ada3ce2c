/* Changes after a version, reports of removals, and waiting. */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "support/store_sample.h"

#define LATE       10000 /* ms, longer than anything here takes */
#define FOREVER    INT64_MAX
#define TOMBSTONES 4096
#define PATIENTS   4

/* ---- changes as a text: "full +shop/StatefulSet/web 1/1 -… *web/hits=1 /web/hits" ---- */

static void put_head(void *arg, const struct ks_store_changes *changes)
{
    ks_buf_printf(arg, "%s", changes->full ? "full" : "since");
}

static void put_service(void *arg, const struct ks_service_view *service)
{
    ks_buf_printf(arg, " +%s/%s/%s %d/%d%s", service->namespace_name, service->kind, service->name,
                  (int)service->state->ready, (int)service->state->total, service->age_ms ? " away" : "");
    assert_int_equal(service->custom_count, 0);
}

static void put_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    ks_buf_printf(arg, " -%s/%s/%s", namespace_name, kind, name);
}

static void put_check(void *arg, const struct ks_custom_state *state)
{
    ks_buf_printf(arg, " *%s/%s=%s", state->service, state->check, state->message);
}

static void put_custom_gone(void *arg, const char *service, const char *check)
{
    ks_buf_printf(arg, " /%s/%s", service, check);
}

static void assert_changes(struct ks_store *store, uint64_t since, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;
    const struct ks_store_changes_reader reader = {put_head, put_service, put_gone, put_check, put_custom_gone, &text};

    ks_buf_init(&text, CEILING);
    ks_store_read_changes(store, since, &reader);
    assert_row_text("changes", text.data, wanted);
}

static void note_head(void *arg, const struct ks_store_changes *changes)
{
    *(struct ks_store_changes *)arg = *changes;
}

static void ignore_service(void *arg, const struct ks_service_view *service)
{
    (void)arg;
    (void)service;
}

static void ignore_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    (void)arg;
    (void)namespace_name;
    (void)kind;
    (void)name;
}

static void ignore_check(void *arg, const struct ks_custom_state *state)
{
    (void)arg;
    (void)state;
}

static void ignore_custom_gone(void *arg, const char *service, const char *check)
{
    (void)arg;
    (void)service;
    (void)check;
}

static struct ks_store_changes head_of(struct ks_store *store, uint64_t since)
{
    struct ks_store_changes changes;
    const struct ks_store_changes_reader reader = {note_head,    ignore_service,     ignore_gone,
                                                   ignore_check, ignore_custom_gone, &changes};

    ks_store_read_changes(store, since, &reader);
    return changes;
}

/* ---- versions ---- */

static void a_version_is_visible_once_it_is_published(void **state)
{
    uint64_t since = sample_version(*state);

    APPLY(*state, .name = "web-0");
    assert_changes(*state, since, "since");
    sample_flush(*state);
    assert_int_equal(sample_version(*state), since + 1);
    assert_changes(*state, since, "since +shop/StatefulSet/web 1/1");
    assert_changes(*state, since + 1, "since");
}

static void only_changes_are_read(void **state)
{
    uint64_t since;

    APPLY(*state, .name = "web-0");
    APPLY(*state, .name = "db-0", .owner_name = "db");
    sample_check(*state, "web", "hits", "1");
    sample_check(*state, "web", "age", "1");
    sample_flush(*state);
    since = sample_version(*state);
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .not_ready = true);
    sample_check(*state, "web", "hits", "2");
    sample_flush(*state);
    assert_changes(*state, since, "since +shop/StatefulSet/web 0/1 *web/hits=2");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "db-0");
    ks_store_custom_remove(*state, "web", "age");
    sample_flush(*state);
    assert_changes(*state, since, "since +shop/StatefulSet/web 0/1 -shop/StatefulSet/db *web/hits=2 /web/age");
    assert_changes(*state, since + 1, "since -shop/StatefulSet/db /web/age");
    assert_changes(*state, 0, "full +shop/StatefulSet/web 0/1 *web/hits=2");
    assert_changes(*state, since + 100, "full +shop/StatefulSet/web 0/1 *web/hits=2");
}

static void unchanged_services_are_not_read(void **state)
{
    uint64_t since;

    APPLY(*state, .name = "web-0", .image = "web:1", .restarts = 3);
    APPLY(*state, .kind = KS_KIND_STATEFULSET, .name = "web", .annotations = {.label = "Web"},
          .workload = {.desired = 1});
    sample_flush(*state);
    since = sample_version(*state);
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .image = "web:1", .restarts = 3);
    sample_flush(*state);
    sample_flush(*state);
    assert_int_equal(sample_version(*state), since);
    /* The same while other services change. */
    APPLY(*state, .name = "api-0", .owner_name = "api");
    APPLY(*state, .name = "zoo-0", .owner_name = "zoo");
    sample_flush(*state);
    since = sample_version(*state);
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "api-0", .owner_name = "api");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .not_ready = true);
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "zoo-0", .owner_name = "zoo");
    sample_flush(*state);
    assert_changes(*state, since, "since +shop/StatefulSet/web 0/1");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .image = "web:1", .restarts = 3);
    sample_flush(*state);
    since = sample_version(*state);
    /* A service that came and went between two flushes is not reported. */
    APPLY(*state, .name = "db-0", .owner_name = "db");
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "db-0");
    sample_flush(*state);
    assert_changes(*state, since, "since");
    /* Texts count as changes, like numbers. */
    APPLY(*state, .event = KS_KUBE_MODIFIED, .name = "web-0", .image = "web:2", .restarts = 3);
    sample_flush(*state);
    assert_changes(*state, since, "since +shop/StatefulSet/web 1/1");
    APPLY(*state, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_STATEFULSET, .name = "web",
          .annotations = {.label = "Wob"}, .workload = {.desired = 1});
    sample_flush(*state);
    assert_changes(*state, since + 1, "since +shop/StatefulSet/web 1/1");
}

static void services_added_again_are_not_listed_as_removed(void **state)
{
    uint64_t since;

    APPLY(*state, .name = "web-0");
    sample_check(*state, "web", "hits", "1");
    sample_flush(*state);
    since = sample_version(*state);
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-0");
    ks_store_custom_remove(*state, "web", "hits");
    sample_flush(*state);
    assert_changes(*state, since, "since -shop/StatefulSet/web /web/hits");
    /* The same name, but another service. */
    APPLY(*state, .name = "web-0", .namespace_name = "blog");
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "web");
    sample_check(*state, "web", "age", "1");
    sample_flush(*state);
    assert_changes(*state, since,
                   "since +blog/StatefulSet/web 1/1 +shop/Deployment/web 0/0 -shop/StatefulSet/web *web/age=1 "
                   "/web/hits");
    since = sample_version(*state) - 1;
    APPLY(*state, .name = "web-0");
    sample_check(*state, "web", "hits", "2");
    sample_flush(*state);
    assert_changes(*state, since,
                   "since +blog/StatefulSet/web 1/1 +shop/Deployment/web 0/0 +shop/StatefulSet/web 1/1 "
                   "*web/age=1 *web/hits=2");
    /* A service that went and came back between two flushes has stayed. */
    since = sample_version(*state);
    APPLY(*state, .event = KS_KUBE_DELETED, .name = "web-0");
    APPLY(*state, .name = "web-0");
    sample_flush(*state);
    assert_changes(*state, since, "since");
}

static void add_many(struct ks_store *store, const char *prefix, enum ks_kube_event event, size_t count)
{
    char name[32];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "%s%zu", prefix, i);
        APPLY(store, .event = event, .kind = KS_KIND_DEPLOYMENT, .name = name);
    }
    sample_flush(store);
}

static void everything_is_read_again_after_too_many_removals(void **state)
{
    uint64_t since;

    add_many(*state, "a", KS_KUBE_ADDED, 1);
    add_many(*state, "b", KS_KUBE_ADDED, TOMBSTONES);
    since = sample_version(*state);
    add_many(*state, "a", KS_KUBE_DELETED, 1);
    assert_false(head_of(*state, since).full);
    add_many(*state, "b", KS_KUBE_DELETED, TOMBSTONES - 1);
    assert_false(head_of(*state, since).full);
    add_many(*state, "b", KS_KUBE_DELETED, TOMBSTONES);
    assert_true(head_of(*state, since).full);
    assert_false(head_of(*state, since + 1).full);
    assert_int_equal(sample_version(*state), since + 3);

    /* More removals at once than there are tombstones. */
    add_many(*state, "c", KS_KUBE_ADDED, TOMBSTONES + 10);
    since = sample_version(*state);
    add_many(*state, "c", KS_KUBE_DELETED, TOMBSTONES + 10);
    assert_changes(*state, since, "full");
    assert_changes(*state, since + 1, "since");
}

/* ---- sources ---- */

static void signs_of_life_change_nothing(void **state)
{
    int64_t now = ks_clock_monotonic();
    uint64_t since;

    APPLY(*state, .name = "web-0");
    sample_flush(*state);
    since = sample_version(*state);
    sample_source(*state, 0, KS_KIND_POD, KS_SOURCE_LIVE, now);
    sample_source(*state, 0, KS_KIND_NODE, KS_SOURCE_LIVE, now);
    assert_int_equal(sample_version(*state), since);
    /* They are published nevertheless. */
    sample_source(*state, 0, KS_KIND_NODE, KS_SOURCE_AWAY, now - 5000);
    assert_in_range(head_of(*state, since).nodes_age_ms, 5000, 60000);
    sample_source(*state, 0, KS_KIND_NODE, KS_SOURCE_AWAY, now - 100000);
    assert_in_range(head_of(*state, since).nodes_age_ms, 100000, 160000);
    assert_int_equal(sample_version(*state), since + 1);
}

static void a_service_changes_with_its_own_sources(void **state)
{
    static const struct {
        const char *row;
        enum ks_kind kind;
        enum ks_source_state state;
        const char *wanted;
    } rows[] = {
        {"other kinds are away", KS_KIND_DAEMONSET, KS_SOURCE_AWAY, "since"},
        {"nodes are away", KS_KIND_NODE, KS_SOURCE_AWAY, "since"},
        {"its own kind is away", KS_KIND_DEPLOYMENT, KS_SOURCE_AWAY, "since +shop/Deployment/api 0/0 away"},
        {"and starts again", KS_KIND_DEPLOYMENT, KS_SOURCE_STARTING, "since +shop/Deployment/api 0/0"},
        {"and is back", KS_KIND_DEPLOYMENT, KS_SOURCE_LIVE, "since"},
        {"pods are away", KS_KIND_POD, KS_SOURCE_AWAY,
         "since +shop/Deployment/api 0/0 away +shop/StatefulSet/web 1/1 away"},
        {"pods are back", KS_KIND_POD, KS_SOURCE_LIVE, "since +shop/Deployment/api 0/0 +shop/StatefulSet/web 1/1"},
        {"without pods, nothing is known", KS_KIND_POD, KS_SOURCE_OFF,
         "since -shop/StatefulSet/web -shop/Deployment/api"},
        {"pods are live again", KS_KIND_POD, KS_SOURCE_LIVE, "since +shop/Deployment/api 0/0"},
    };

    APPLY(*state, .name = "web-0");
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "api");
    sample_flush(*state);
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t since = sample_version(*state);
        struct ks_buf text KS_CLEANUP_BUF;
        const struct ks_store_changes_reader reader = {put_head,  put_service,     put_gone,
                                                       put_check, put_custom_gone, &text};

        ks_buf_init(&text, CEILING);
        sample_source(*state, 0, rows[i].kind, rows[i].state, ks_clock_monotonic());
        assert_row_number(rows[i].row, (int64_t)sample_version(*state), (int64_t)since + 1);
        ks_store_read_changes(*state, since, &reader);
        assert_row_text(rows[i].row, text.data, rows[i].wanted);
    }
}

static void the_head_has_readiness_and_nodes(void **unused)
{
    struct ks_store *store = sample_store(NULL, NULL);
    struct ks_store_changes changes = head_of(store, 0);

    (void)unused;
    assert_int_equal(changes.version, 0);
    assert_true(changes.full);
    assert_int_equal(changes.readiness, KS_STARTING);
    assert_int_equal(changes.nodes_state, KS_SOURCE_STARTING);
    sample_live(store, 0);
    changes = head_of(store, 1);
    assert_int_equal(changes.version, 1);
    assert_false(changes.full);
    assert_int_equal(changes.readiness, KS_READY);
    assert_int_equal(changes.nodes_state, KS_SOURCE_LIVE);
    assert_int_equal(changes.nodes_age_ms, 0);
    APPLY(store, .kind = KS_KIND_NODE, .name = "a", .node = {.ready = true});
    sample_flush(store);
    changes = head_of(store, 1);
    assert_int_equal(changes.version, 2);
    assert_int_equal(changes.nodes.ready, 1);
    /* An update that changes nothing relevant is not a change. */
    APPLY(store, .event = KS_KUBE_MODIFIED, .kind = KS_KIND_NODE, .name = "a", .node = {.ready = true});
    sample_flush(store);
    assert_int_equal(sample_version(store), 2);
    ks_store_free(store);
}

/* ---- waiting ---- */

static void a_wait_for_known_news_returns_at_once(void **state)
{
    assert_int_equal(ks_store_wait(*state, 0, FOREVER), 1);
}

static void waiting_ends_at_the_deadline(void **state)
{
    int64_t begin = ks_clock_monotonic();

    assert_int_equal(ks_store_wait(*state, 1, begin + 20), 1);
    assert_in_range(ks_clock_monotonic() - begin, 20, LATE);
    assert_int_equal(ks_store_wait(*state, 1, 0), 1);
    assert_int_equal(ks_store_wait(*state, 1, -5), 1);
}

struct waiting {
    struct ks_store *store;
    uint64_t since;
    atomic_int *returned;
    uint64_t version;
};

static void *wait_for_news(void *arg)
{
    struct waiting *waiting = arg;

    waiting->version = ks_store_wait(waiting->store, waiting->since, FOREVER);
    atomic_fetch_add(waiting->returned, 1);
    return NULL;
}

static void start_waiting(struct ks_store *store, pthread_t threads[static PATIENTS],
                          struct waiting waiting[static PATIENTS], atomic_int *returned)
{
    for (size_t i = 0; i < PATIENTS; i++) {
        waiting[i] = (struct waiting){.store = store, .since = sample_version(store), .returned = returned};
        assert_int_equal(pthread_create(&threads[i], NULL, wait_for_news, &waiting[i]), 0);
    }
}

static void only_news_wakes_waiting_readers(void **state)
{
    pthread_t threads[PATIENTS];
    struct waiting waiting[PATIENTS];
    atomic_int returned = 0;

    start_waiting(*state, threads, waiting, &returned);
    sample_source(*state, 0, KS_KIND_POD, KS_SOURCE_LIVE, ks_clock_monotonic());
    sample_flush(*state);
    /* Our own wait gives the others time to return wrongly. */
    ks_store_wait(*state, 1, ks_clock_monotonic() + 50);
    assert_int_equal(atomic_load(&returned), 0);
    APPLY(*state, .name = "web-0");
    sample_flush(*state);
    for (size_t i = 0; i < PATIENTS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(waiting[i].version, 2);
    }
}

static void waits_can_be_ended_permanently(void **state)
{
    pthread_t threads[PATIENTS];
    struct waiting waiting[PATIENTS];
    atomic_int returned = 0;

    start_waiting(*state, threads, waiting, &returned);
    ks_store_end_waits(*state);
    for (size_t i = 0; i < PATIENTS; i++) {
        pthread_join(threads[i], NULL);
        assert_int_equal(waiting[i].version, 1);
    }
    assert_int_equal(ks_store_wait(*state, 1, FOREVER), 1);
}

/* A peer that follows the changes has the same services, whatever is added and removed meanwhile. */
struct following {
    struct ks_store *store;
    uint64_t version;
    bool has[8];
};

static void follow_head(void *arg, const struct ks_store_changes *changes)
{
    struct following *following = arg;

    following->version = changes->version;
    if (changes->full) {
        memset(following->has, 0, sizeof following->has);
    }
}

static void follow_service(void *arg, const struct ks_service_view *service)
{
    ((struct following *)arg)->has[service->name[0] - 'a'] = true;
}

static void follow_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    (void)namespace_name;
    (void)kind;
    ((struct following *)arg)->has[name[0] - 'a'] = false;
}

static void *follow(void *arg)
{
    struct following *following = arg;
    const struct ks_store_changes_reader reader = {follow_head,  follow_service,     follow_gone,
                                                   ignore_check, ignore_custom_gone, following};

    while (!following->has[7]) { /* "h" comes last */
        ks_store_wait(following->store, following->version, FOREVER);
        ks_store_read_changes(following->store, following->version, &reader);
    }
    return NULL;
}

static void followers_end_up_with_the_current_services(void **state)
{
    pthread_t threads[PATIENTS];
    struct following following[PATIENTS] = {{.version = 0}};

    for (size_t i = 0; i < PATIENTS; i++) {
        following[i].store = *state;
        assert_int_equal(pthread_create(&threads[i], NULL, follow, &following[i]), 0);
    }
    for (int round = 0; round < 3000; round++) {
        const char name[] = {(char)('a' + round % 7), '\0'};

        APPLY(*state, .event = round % 3 ? KS_KUBE_ADDED : KS_KUBE_DELETED, .kind = KS_KIND_DEPLOYMENT, .name = name);
        sample_flush(*state);
    }
    APPLY(*state, .event = KS_KUBE_DELETED, .kind = KS_KIND_DEPLOYMENT, .name = "a");
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "b");
    APPLY(*state, .kind = KS_KIND_DEPLOYMENT, .name = "h");
    sample_flush(*state);
    for (size_t i = 0; i < PATIENTS; i++) {
        pthread_join(threads[i], NULL);
        for (size_t name = 0; name < 8; name++) {
            struct ks_store_selector selector = {.name = (const char[]){(char)('a' + name), '\0'}};
            struct ks_buf text KS_CLEANUP_BUF;

            ks_buf_init(&text, CEILING);
            ks_store_read_sum(*state, &selector, sample_put_sum, &text);
            assert_row_text(selector.name, text.data, following[i].has[name] ? "ready 1: 0/0" : "ready 0: 0/0");
        }
        assert_false(following[i].has[0]);
        assert_true(following[i].has[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        sample_test(a_version_is_visible_once_it_is_published),
        sample_test(only_changes_are_read),
        sample_test(unchanged_services_are_not_read),
        sample_test(services_added_again_are_not_listed_as_removed),
        sample_test(everything_is_read_again_after_too_many_removals),
        sample_test(signs_of_life_change_nothing),
        sample_test(a_service_changes_with_its_own_sources),
        cmocka_unit_test(the_head_has_readiness_and_nodes),
        sample_test(a_wait_for_known_news_returns_at_once),
        sample_test(waiting_ends_at_the_deadline),
        sample_test(only_news_wakes_waiting_readers),
        sample_test(waits_can_be_ended_permanently),
        sample_test(followers_end_up_with_the_current_services),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
