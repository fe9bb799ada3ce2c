/* Readers while the writer writes: they see every flush as a whole, and read nothing that was freed. Meant for
 * sanitizers: thread for the former, address for the latter. */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>

#include "support/store_sample.h"

#define PODS    10
#define ROUNDS  2000
#define READERS 4

struct shared {
    struct ks_store *store;
    atomic_bool done;
    atomic_int reads;
    atomic_int violations;
};

static void check_sum(void *arg, const struct ks_store_sum *sum)
{
    struct shared *shared = arg;
    size_t length = 0;

    for (uint32_t i = 0; i < sum->state.versions.used; i++) {
        length += strlen(sum->state.versions.entries[i].text);
    }
    if (sum->state.total != PODS || sum->state.ready != PODS || sum->readiness != KS_READY || length == 0) {
        atomic_fetch_add(&shared->violations, 1);
    }
    atomic_fetch_add(&shared->reads, 1);
}

static void check_service(void *arg, const struct ks_service_view *service)
{
    struct shared *shared = arg;

    if (service->state->ready > PODS || strlen(service->name) != 1 || strcmp(service->namespace_name, "shop") != 0) {
        atomic_fetch_add(&shared->violations, 1);
    }
}

static void ignore_sum(void *arg, const struct ks_store_sum *sum)
{
    (void)arg;
    (void)sum;
}

static void *read_on(void *arg)
{
    struct shared *shared = arg;
    const struct ks_store_selector all = {.name = NULL};
    const struct ks_store_selector alias = {.name = "old-1"};
    struct ks_store_stats stats;
    struct ks_nodes_state nodes;
    int64_t age_ms;

    while (!atomic_load(&shared->done)) {
        ks_store_read_sum(shared->store, &all, check_sum, shared);
        ks_store_read_sum(shared->store, &alias, ignore_sum, NULL);
        ks_store_read_services(shared->store, check_service, shared);
        ks_store_stats(shared->store, &stats);
        ks_store_nodes(shared->store, &nodes, &age_ms);
        if (stats.pods != PODS || nodes.total > 1) {
            atomic_fetch_add(&shared->violations, 1);
        }
    }
    return NULL;
}

/* Moves a pod to another service, so that services come and go; the number of pods stays. */
static void move_pod(struct ks_store *store, int round)
{
    const char owner[] = {(char)('a' + round % 7), '\0'};
    char name[16];
    char generate_name[16];

    snprintf(name, sizeof name, "pod-%d", round % PODS);
    snprintf(generate_name, sizeof generate_name, "old-%d-", round % 3);
    APPLY(store, .event = KS_KUBE_MODIFIED, .name = name, .owner_name = owner, .owner_kind = "DaemonSet",
          .generate_name = generate_name);
    APPLY(store, .kind = KS_KIND_NODE, .name = "node", .event = round % 2 ? KS_KUBE_DELETED : KS_KUBE_ADDED);
}

static void list_again(struct ks_store *store)
{
    char name[16];

    ks_store_list_begin(store, 0, KS_KIND_POD);
    for (int i = 0; i < PODS; i++) {
        snprintf(name, sizeof name, "pod-%d", i);
        APPLY(store, .name = name, .owner_name = "z");
    }
    ks_store_list_end(store, 0, KS_KIND_POD);
}

static void readers_see_every_flush_as_a_whole(void **state)
{
    struct shared shared = {.store = sample_store(NULL, NULL)};
    pthread_t readers[READERS];

    (void)state;
    sample_live(shared.store, 0);
    list_again(shared.store);
    sample_flush(shared.store);
    for (int i = 0; i < READERS; i++) {
        assert_int_equal(pthread_create(&readers[i], NULL, read_on, &shared), 0);
    }
    for (int round = 0; round < ROUNDS || atomic_load(&shared.reads) < READERS; round++) {
        if (round % 50 == 0) {
            list_again(shared.store);
        } else {
            move_pod(shared.store, round);
        }
        ks_store_source(shared.store, 0, KS_KIND_POD, round % 2 ? KS_SOURCE_AWAY : KS_SOURCE_LIVE, 1);
        sample_flush(shared.store);
    }
    atomic_store(&shared.done, true);
    for (int i = 0; i < READERS; i++) {
        pthread_join(readers[i], NULL);
    }
    assert_int_equal(atomic_load(&shared.violations), 0);
    ks_store_free(shared.store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readers_see_every_flush_as_a_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
