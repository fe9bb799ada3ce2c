/* The collector with peers: for one request, and running. */
#include "config.h"

#include "support/peer_server.h"
#include "support/store_sample.h"

#include <sys/stat.h>

#include "collector/collector.h"
#include "document/document.h"

#define PEERS    3
#define PATIENCE 10000 /* ms */
#define KUBECONFIG                                                                                                     \
    "apiVersion: v1\nkind: Config\ncurrent-context: none\n"                                                            \
    "clusters: [{name: none, cluster: {server: 'http://127.0.0.1:1'}}]\n"                                              \
    "users: [{name: none, user: {}}]\n"                                                                                \
    "contexts: [{name: none, context: {cluster: none, user: none}}]\n"

struct fixture {
    struct peer_server servers[PEERS];
    struct ks_peer_address addresses[PEERS];
    struct ks_peer_options peers[PEERS];
    struct ks_store *copies[PEERS];
    struct ks_store *store;
    struct ks_keyring *keyring;
    struct ks_collector *collector;
    struct ks_collector_options options;
    char folder[32], kubeconfig[64], secret[64];
};

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");

    assert_non_null(file);
    assert_int_equal(chmod(path, 0600), 0);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct ks_error err = {.text = ""};

    assert_non_null(fixture);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/test_collector.XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->kubeconfig, sizeof fixture->kubeconfig, "%s/kubeconfig", fixture->folder);
    snprintf(fixture->secret, sizeof fixture->secret, "%s/secret", fixture->folder);
    write_file(fixture->kubeconfig, KUBECONFIG);
    write_file(fixture->secret, PEER_SECRET "\n");
    if (ks_keyring_new(&fixture->keyring, fixture->secret, false, NULL, &err)) {
        fail_msg("%s", err.text);
    }
    fixture->store = sample_store(NULL, NULL);
    for (size_t i = 0; i < PEERS; i++) {
        struct ks_peer_address *address = &fixture->addresses[i];

        peer_server_start(&fixture->servers[i], 0);
        snprintf(address->name, sizeof address->name, "peer%zu", i);
        snprintf(address->host, sizeof address->host, "127.0.0.1:%u", fixture->servers[i].port);
        snprintf(address->url, sizeof address->url, "http://127.0.0.1:%u", fixture->servers[i].port);
        fixture->peers[i] =
            (struct ks_peer_options){.address = address, .instance = "own", .keyring = fixture->keyring};
        fixture->copies[i] = sample_store(NULL, NULL);
    }
    fixture->options = (struct ks_collector_options){.source.kubeconfig = fixture->kubeconfig,
                                                     .watch_timeout_ms = 60000,
                                                     .heartbeat_ms = 60000,
                                                     .object_limit = 1 << 20,
                                                     .peers = fixture->peers,
                                                     .peer_stores = fixture->copies,
                                                     .peer_count = PEERS,
                                                     .keyring = fixture->keyring};
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    ks_collector_free(fixture->collector);
    for (size_t i = 0; i < PEERS; i++) {
        peer_server_stop(&fixture->servers[i]);
        ks_store_free(fixture->copies[i]);
    }
    ks_store_free(fixture->store);
    ks_keyring_free(fixture->keyring);
    unlink(fixture->kubeconfig);
    unlink(fixture->secret);
    rmdir(fixture->folder);
    free(fixture);
    return 0;
}

static void make(struct fixture *fixture)
{
    struct ks_error err = {.text = ""};

    if (ks_collector_new(&fixture->collector, &fixture->options, fixture->store, &err)) {
        fail_msg("%s", err.text);
    }
}

/* A peer that has one service. */
static void push_service(struct fixture *fixture, size_t i, const char *service, unsigned tricks)
{
    const struct peer_answer answer = {.tricks = tricks};
    const char instance[] = {(char)('a' + i), '\0'};
    struct ks_store *theirs = sample_store(NULL, NULL);
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, CEILING);
    APPLY(theirs, KS_KUBE_ADDED, .owner_name = service);
    sample_live(theirs, 0);
    ks_peer_document_write(&body, theirs, instance, 0, KS_DOCUMENT_FORMAT);
    peer_server_push(&fixture->servers[i], &answer, body.data);
    ks_store_free(theirs);
}

static void assert_trouble(struct fixture *fixture, size_t i, const char *wanted)
{
    struct ks_remote_report report;

    ks_store_remote_read_report(fixture->copies[i], &report);
    assert_row_text(fixture->addresses[i].name, report.trouble, wanted);
}

static void test_one_request_waits_for_every_peer(void **state)
{
    struct fixture *fixture = *state;
    int64_t begun = ks_clock_monotonic();
    struct ks_error err = {.text = ""};

    make(fixture);
    push_service(fixture, 0, "web", PEER_HONEST);
    push_service(fixture, 1, "api", PEER_HONEST);
    peer_server_stop(&fixture->servers[2]);
    assert_int_equal(ks_collector_collect(fixture->collector, begun + PATIENCE, &err), 0);
    assert_true(ks_clock_monotonic() - begun < PATIENCE / 2);
    assert_services(fixture->copies[0], "shop/StatefulSet/web 1/1");
    assert_services(fixture->copies[1], "shop/StatefulSet/api 1/1");
    assert_trouble(fixture, 0, "");
}

static void test_one_request_waits_no_longer_than_its_deadline(void **state)
{
    struct fixture *fixture = *state;
    const struct ks_store_selector all = {.name = NULL};
    struct ks_error err = {.text = ""};

    make(fixture);
    push_service(fixture, 0, "web", PEER_HONEST);
    push_service(fixture, 1, "api", PEER_HONEST);
    /* Leaves time for the peer that answers. */
    assert_int_equal(ks_collector_collect(fixture->collector, ks_clock_monotonic() + 2000, &err), 0);
    assert_services(fixture->copies[0], "shop/StatefulSet/web 1/1");
    assert_trouble(fixture, 1, "");
    assert_trouble(fixture, 2, "no answer at the deadline");
    assert_int_equal(ks_store_readiness(fixture->copies[2]), KS_STARTING);
    assert_int_equal(ks_collector_check(fixture->collector, &all, NULL, 0, &err), 0);
}

/* Peers can still answer if our own cluster is away. */
static void test_our_own_cluster_away_does_not_end_it(void **state)
{
    struct fixture *fixture = *state;
    int64_t begun = ks_clock_monotonic();
    struct ks_error err = {.text = ""};

    fixture->options.kinds = 1U << KS_KIND_POD;
    make(fixture);
    for (size_t i = 0; i < PEERS; i++) {
        push_service(fixture, i, "web", PEER_HONEST);
    }
    assert_int_equal(ks_collector_collect(fixture->collector, begun + PATIENCE, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_NETWORK);
    assert_true(ks_clock_monotonic() - begun < PATIENCE / 2);
    for (size_t i = 0; i < PEERS; i++) {
        assert_services(fixture->copies[i], "shop/StatefulSet/web 1/1");
    }
}

static void *run(void *arg)
{
    struct fixture *fixture = arg;
    struct ks_error err = {.text = ""};

    if (ks_collector_run(fixture->collector, &err)) {
        fail_msg("%s", err.text);
    }
    return NULL;
}

/* A peer that does not know the new first secret refuses our requests. */
static void test_a_secret_that_changes_is_read_again(void **state)
{
    struct fixture *fixture = *state;
    int64_t deadline = ks_clock_monotonic() + PATIENCE;
    pthread_t thread;

    make(fixture);
    assert_int_equal(pthread_create(&thread, NULL, run, fixture), 0);
    push_service(fixture, 0, "web", PEER_FOREVER);
    assert_true(peer_server_wait(&fixture->servers[0]));
    write_file(fixture->secret, "a new secret for everybody\n");
    while (peer_server_wait(&fixture->servers[0])) {
        assert_true(ks_clock_monotonic() < deadline);
    }
    ks_collector_stop(fixture->collector);
    pthread_join(thread, NULL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* Each of these once hung, spun, crashed or collected nothing. */
static void test_invalid_options_are_refused(void **state)
{
    struct fixture *fixture = *state;
    struct ks_collector_options rows[5];
    struct ks_peer_options peer = fixture->peers[0];
    struct ks_error err;

    for (size_t i = 0; i < COUNT(rows); i++) {
        rows[i] = fixture->options;
    }
    rows[0].heartbeat_ms = 0;
    rows[1].watch_timeout_ms = -1;
    rows[2].object_limit = 0;
    rows[3].kinds = 1U << KS_KIND_COUNT;
    rows[4].peer_count = 0;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_collector *collector;

        err = (struct ks_error){.kind = KS_ERROR_NONE};
        assert_int_equal(ks_collector_new(&collector, &rows[i], fixture->store, &err), -1);
        assert_int_equal(err.kind, KS_ERROR_INVALID);
    }
    peer.instance = NULL;
    fixture->options.peers = &peer;
    fixture->options.peer_count = 1;
    make(fixture);
    assert_int_equal(ks_collector_collect(fixture->collector, -1, &err), -1);
    assert_row_part("instance", err.text, "must be set");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_invalid_options_are_refused),
        TEST(test_one_request_waits_for_every_peer),
        TEST(test_one_request_waits_no_longer_than_its_deadline),
        TEST(test_our_own_cluster_away_does_not_end_it),
        TEST(test_a_secret_that_changes_is_read_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
