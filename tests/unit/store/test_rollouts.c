/* Rollouts: the store remembers them, and may be strict with them. */
#include "config.h"

#include "support/store_sample.h"

static void note_outcome(void *arg, const struct ks_service_view *service)
{
    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        if (service->state->services[i]) {
            *(enum ks_outcome *)arg = (enum ks_outcome)i;
        }
    }
}

static enum ks_outcome outcome_of(struct ks_store *store)
{
    enum ks_outcome outcome = KS_OUTCOME_COUNT;

    sample_flush(store);
    ks_store_read_services(store, note_outcome, &outcome);
    return outcome;
}

static void put_pod(struct ks_store *store, const char *name, bool not_ready)
{
    APPLY(store, .name = name, .owner_kind = "ReplicaSet", .owner_name = "web-5d4f8c7d9", .hash = "5d4f8c7d9",
          .not_ready = not_ready);
}

/* The controller may be done before its last pods are ready. */
static void a_rollout_is_remembered_until_it_is_complete(void **unused)
{
    static const struct {
        bool is_strict;
        enum ks_outcome during;
    } rows[] = {{false, KS_OUTCOME_ROLLING_OUT}, {true, KS_OUTCOME_RUNNING}};

    (void)unused;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct ks_store_options options = {.is_strict = rows[i].is_strict};
        struct ks_workload workload = {.desired = 4,
                                       .containers_per_pod = 1,
                                       .replicas = 4,
                                       .updated = 2,
                                       .ready = 3,
                                       .available = 3,
                                       .is_available = KS_TRUE,
                                       .is_progressing = KS_TRUE};
        struct ks_store *store;
        struct ks_error err;

        assert_int_equal(ks_store_new(&store, &options, &err), 0);
        sample_live(store, 0);
        put_pod(store, "a", true);
        put_pod(store, "b", false);
        put_pod(store, "c", false);
        put_pod(store, "d", false);
        APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = workload);
        assert_int_equal(outcome_of(store), rows[i].during);
        workload.updated = 4;
        workload.is_rolled_out = true;
        APPLY(store, .kind = KS_KIND_DEPLOYMENT, .name = "web", .workload = workload);
        assert_int_equal(outcome_of(store), rows[i].during);
        put_pod(store, "a", false);
        assert_int_equal(outcome_of(store), KS_OUTCOME_RUNNING);
        /* What is missing now is missing without a rollout. */
        put_pod(store, "a", true);
        assert_int_equal(outcome_of(store), KS_OUTCOME_RUNNING);
        ks_store_free(store);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rollout_is_remembered_until_it_is_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
