#include "config.h"

#include "support/testing.h"

#include "kube/path.h"

static void every_kind_has_its_path(void **state)
{
    static const struct {
        enum ks_kind kind;
        unsigned version;
        const char *namespace_name, *path;
    } rows[] = {
        {KS_KIND_POD, 0, NULL, "/api/v1/pods?"},
        {KS_KIND_POD, 0, "shop", "/api/v1/namespaces/shop/pods?"},
        {KS_KIND_POD, 0, "a/../b?c", "/api/v1/namespaces/a%2F..%2Fb%3Fc/pods?"},
        {KS_KIND_DEPLOYMENT, 0, NULL, "/apis/apps/v1/deployments?"},
        {KS_KIND_DEPLOYMENT, 0, "shop", "/apis/apps/v1/namespaces/shop/deployments?"},
        {KS_KIND_REPLICASET, 0, "shop", "/apis/apps/v1/namespaces/shop/replicasets?"},
        {KS_KIND_REPLICATIONCONTROLLER, 0, NULL, "/api/v1/replicationcontrollers?"},
        {KS_KIND_STATEFULSET, 0, NULL, "/apis/apps/v1/statefulsets?"},
        {KS_KIND_DAEMONSET, 0, NULL, "/apis/apps/v1/daemonsets?"},
        {KS_KIND_JOB, 0, "shop", "/apis/batch/v1/namespaces/shop/jobs?"},
        {KS_KIND_CRONJOB, 0, NULL, "/apis/batch/v1/cronjobs?"},
        {KS_KIND_CRONJOB, 1, "shop", "/apis/batch/v1beta1/namespaces/shop/cronjobs?"},
        {KS_KIND_BUDGET, 0, NULL, "/apis/policy/v1/poddisruptionbudgets?"},
        {KS_KIND_BUDGET, 1, "shop", "/apis/policy/v1beta1/namespaces/shop/poddisruptionbudgets?"},
        {KS_KIND_NODE, 0, NULL, "/api/v1/nodes?"},
        {KS_KIND_NODE, 0, "shop", "/api/v1/nodes?"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf path KS_CLEANUP_BUF;

        ks_buf_init(&path, CEILING);
        ks_kube_path_put(&path, rows[i].kind, rows[i].version, rows[i].namespace_name);
        assert_string_equal(path.data, rows[i].path);
    }
}

static void cronjobs_and_budgets_have_an_older_version(void **state)
{
    (void)state;
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        bool has_moved = kind == KS_KIND_CRONJOB || kind == KS_KIND_BUDGET;

        assert_int_equal(ks_kube_path_versions((enum ks_kind)kind), has_moved ? 2 : 1);
    }
}

static void excluded_namespaces_are_left_out_by_the_server(void **state)
{
    static const struct {
        const char *excluded[4];
        const char *selector;
    } rows[] = {
        {{NULL}, ""},
        {{"kube-system", NULL}, "fieldSelector=metadata.namespace%21%3Dkube-system&"},
        {{"a", "b", "c&d", NULL},
         "fieldSelector=metadata.namespace%21%3Da%2Cmetadata.namespace%21%3Db%2Cmetadata.namespace%21%3Dc%26d&"},
    };
    struct ks_buf none KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&none, CEILING);
    ks_kube_path_put_excluded(&none, NULL);
    assert_string_equal(none.data, "");
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf selector KS_CLEANUP_BUF;

        ks_buf_init(&selector, CEILING);
        ks_kube_path_put_excluded(&selector, rows[i].excluded);
        assert_string_equal(selector.data, rows[i].selector);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_kind_has_its_path),
        cmocka_unit_test(cronjobs_and_budgets_have_an_older_version),
        cmocka_unit_test(excluded_namespaces_are_left_out_by_the_server),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
