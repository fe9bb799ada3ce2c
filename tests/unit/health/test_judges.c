/* Which kinds of objects a service should be judged by. */
#include "config.h"

#include "support/testing.h"

#include "health/judges.h"
#include "kube/object.h"

static void the_root_controller_decides(void **state)
{
    static const struct {
        const char *root_kind, *kinds;
    } rows[] = {
        {"Deployment", "[\"pods\",\"deployments\",\"replicasets\"]"},
        {"ReplicaSet", "[\"pods\",\"replicasets\"]"},
        {"ReplicationController", "[\"pods\",\"replicationcontrollers\"]"},
        {"DeploymentConfig", "[\"pods\",\"replicationcontrollers\"]"},
        {"StatefulSet", "[\"pods\",\"statefulsets\"]"},
        {"DaemonSet", "[\"pods\",\"daemonsets\"]"},
        {"Job", "[\"pods\",\"jobs\"]"},
        {"CronJob", "[\"pods\",\"jobs\",\"cronjobs\"]"},
        {"Rollout", "[\"pods\",\"replicasets\"]"},
        {"Cluster", "[\"pods\"]"},
        {"Node", "[\"pods\"]"},
        {"deployment", "[\"pods\"]"},
        {"", "[\"pods\"]"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf kinds KS_CLEANUP_BUF;

        ks_buf_init(&kinds, CEILING);
        ks_judges_put(&kinds, ks_judges_of(rows[i].root_kind));
        assert_row_text(rows[i].root_kind, kinds.data, rows[i].kinds);
    }
}

static void no_kinds_are_an_empty_list(void **state)
{
    struct ks_buf kinds KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&kinds, CEILING);
    ks_judges_put(&kinds, 0);
    assert_string_equal(kinds.data, "[]");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_root_controller_decides),
        cmocka_unit_test(no_kinds_are_an_empty_list),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
