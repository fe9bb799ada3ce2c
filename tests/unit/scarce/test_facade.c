/* Callers of the library whose memory runs out: an error, nothing lost, nothing leaked. */
#include "config.h"

#include "support/peer_server.h"
#include "support/scarce_store.h"

#include <kubeshields/kubeshields.h>

#include <sys/eventfd.h>
#include <unistd.h>

#include "facade/cluster.h"
#include "facade/service.h"

#define SERVICES 40 /* so that lists grow */
#define KUBECONFIG                                                                                                     \
    "apiVersion: v1\nkind: Config\ncurrent-context: none\n"                                                            \
    "clusters: [{name: none, cluster: {server: 'http://127.0.0.1:1'}}]\n"                                              \
    "users: [{name: none, user: {}}]\n"                                                                                \
    "contexts: [{name: none, context: {cluster: none, user: none}}]\n"

static char kubeconfig[] = "/tmp/test_scarce.XXXXXX";

static struct ks_store *filled(void)
{
    struct ks_store *store = sample_store(NULL, NULL);
    char name[16];

    sample_live(store, 0);
    for (int i = 0; i < SERVICES; i++) {
        snprintf(name, sizeof name, "web%d", i);
        APPLY(store, KS_KUBE_ADDED, .name = name, .owner_name = name);
    }
    sample_flush(store);
    return store;
}

static int read_snapshot(void *arg, struct ks_error *err)
{
    const struct ks_store_selector all = {.name = NULL};
    struct ks_services *services;
    int outcome;

    if (ks_services_read(&services, arg, &all, 1000, err)) {
        return -1;
    }
    outcome = ks_services_count(services) == SERVICES ? 0 : ks_error_set(err, KS_ERROR_INVALID, "services are missing");
    ks_services_free(services);
    return outcome;
}

static void a_snapshot_is_whole_or_an_error(void **state)
{
    struct ks_store *store = filled();

    (void)state;
    scarce_tell("a snapshot", read_snapshot, store);
    ks_store_free(store);
}

static void count_change(void *arg, enum ks_change change, const struct ks_service *service)
{
    (void)service;
    *(int *)arg += change == KS_CHANGE_SERVICE;
}

/* Once there is memory again, all that was missed is reported, once. */
static int follow(void *arg, struct ks_error *err)
{
    struct ks_cluster *cluster = arg;
    int count = 0;
    uint64_t alerts = 0;
    int outcome;

    cluster->dispatched = (struct ks_following){.version = 0};
    outcome = ks_cluster_dispatch(cluster, count_change, &count, err);
    if (outcome) {
        bool counted = scarce.counts;
        struct ks_error again;

        scarce.counts = false;
        if (read(cluster->fd, &alerts, sizeof alerts) < 0 || count) {
            return ks_error_set(err, KS_ERROR_INVALID, "a change is lost");
        }
        if (ks_cluster_dispatch(cluster, count_change, &count, &again)) {
            *err = again;
            err->kind = KS_ERROR_INVALID;
        }
        scarce.counts = counted;
    }
    return count == SERVICES ? outcome : ks_error_set(err, KS_ERROR_INVALID, "%d changes", count);
}

static void no_change_is_lost(void **state)
{
    struct ks_cluster cluster = {.store = filled(),
                                 .state = KS_CLUSTER_READY,
                                 .options.unknown_after_ms = 1000,
                                 .fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};

    (void)state;
    pthread_mutex_init(&cluster.lock, NULL);
    scarce_tell("changes", follow, &cluster);
    pthread_mutex_destroy(&cluster.lock);
    close(cluster.fd);
    ks_store_free(cluster.store);
}

static int draw(void *arg, struct ks_error *err)
{
    struct ks_badge_options options;
    char *svg;

    (void)arg;
    ks_badge_options_init(&options);
    options.label = "label";
    options.message = "message";
    if (ks_badge_draw(&options, &svg, NULL, err)) {
        return -1;
    }
    free(svg);
    return 0;
}

static void a_badge_is_whole_or_an_error(void **state)
{
    (void)state;
    scarce_tell("a badge", draw, NULL);
}

static int open_cluster(void *arg, struct ks_error *err)
{
    static const char *const names[] = {"shop", "blog", NULL};
    struct ks_cluster_options options;
    struct ks_cluster *cluster;

    (void)arg;
    ks_cluster_options_init(&options);
    options.kubeconfig = kubeconfig;
    options.namespaces = names;
    options.excluded_namespaces = names + 1;
    if (ks_cluster_new(&cluster, &options, err)) {
        return cluster ? ks_error_set(err, KS_ERROR_INVALID, "half a cluster") : -1;
    }
    ks_cluster_free(cluster);
    return 0;
}

static void a_cluster_is_opened_or_an_error(void **state)
{
    int fd = mkstemp(kubeconfig);

    (void)state;
    assert_int_equal(write(fd, KUBECONFIG, sizeof KUBECONFIG - 1), sizeof KUBECONFIG - 1);
    close(fd);
    scarce_tell("a cluster", open_cluster, NULL);
    unlink(kubeconfig);
}

/* ---- another kube-shields ---- */

struct asking {
    struct ks_peer_client_options options;
    struct ks_peer_client *client;
};

static int make_client(void *arg, struct ks_error *err)
{
    struct ks_peer_client *client;

    if (ks_peer_client_new(&client, &((struct asking *)arg)->options, err)) {
        return client ? ks_error_set(err, KS_ERROR_INVALID, "half a client") : -1;
    }
    ks_peer_client_free(client);
    return 0;
}

static int ask_services(void *arg, struct ks_error *err)
{
    struct ks_services *services;
    int outcome;

    if (ks_peer_client_services(((struct asking *)arg)->client, &services, err)) {
        return -1;
    }
    outcome = ks_services_count(services) == SERVICES ? 0 : ks_error_set(err, KS_ERROR_INVALID, "services are missing");
    ks_services_free(services);
    return outcome;
}

static int ask_page(void *arg, struct ks_error *err)
{
    char *body;
    int status;

    if (ks_peer_client_get(((struct asking *)arg)->client, "/", &status, &body, NULL, err)) {
        return -1;
    }
    free(body);
    return 0;
}

static void an_answer_is_whole_or_an_error(void **state)
{
    const struct peer_answer forever = {.tricks = PEER_FOREVER};
    char path[] = "/tmp/test_scarce.XXXXXX";
    struct peer_server *server = calloc(1, sizeof *server);
    struct ks_store *theirs = filled();
    struct asking asking;
    struct ks_buf body KS_CLEANUP_BUF;
    struct ks_error err = {.text = ""};
    char url[64];
    int fd = mkstemp(path);

    (void)state;
    ks_buf_init(&body, CEILING);
    ks_peer_document_write(&body, theirs, "theirs", 0, KS_DOCUMENT_FORMAT);
    ks_store_free(theirs);
    peer_server_start(server, 0);
    peer_server_push(server, &forever, body.data);
    assert_int_equal(write(fd, PEER_SECRET "\n", sizeof PEER_SECRET), sizeof PEER_SECRET);
    close(fd);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", server->port);
    ks_peer_client_options_init(&asking.options);
    asking.options.url = url;
    asking.options.secret_file = path;
    scarce_tell_each("a client", make_client, &asking, false);
    assert_int_equal(ks_peer_client_new(&asking.client, &asking.options, &err), 0);
    scarce_tell_each("services of a peer", ask_services, &asking, true);
    scarce_tell_each("a page of a peer", ask_page, &asking, false);
    ks_peer_client_free(asking.client);
    peer_server_stop(server);
    free(server);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_snapshot_is_whole_or_an_error), cmocka_unit_test(no_change_is_lost),
        cmocka_unit_test(a_badge_is_whole_or_an_error),    cmocka_unit_test(a_cluster_is_opened_or_an_error),
        cmocka_unit_test(an_answer_is_whole_or_an_error),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
