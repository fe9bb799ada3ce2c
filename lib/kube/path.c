#include "config.h"

#include "kube/path.h"

#include <string.h>

#include "base/escape.h"

#define VERSIONS_MOST 2

static const char *const groups[KS_KIND_COUNT][VERSIONS_MOST] = {
    [KS_KIND_POD] = {"/api/v1"},
    [KS_KIND_DEPLOYMENT] = {"/apis/apps/v1"},
    [KS_KIND_REPLICASET] = {"/apis/apps/v1"},
    [KS_KIND_REPLICATIONCONTROLLER] = {"/api/v1"},
    [KS_KIND_STATEFULSET] = {"/apis/apps/v1"},
    [KS_KIND_DAEMONSET] = {"/apis/apps/v1"},
    [KS_KIND_JOB] = {"/apis/batch/v1"},
    [KS_KIND_CRONJOB] = {"/apis/batch/v1", "/apis/batch/v1beta1"},
    [KS_KIND_BUDGET] = {"/apis/policy/v1", "/apis/policy/v1beta1"},
    [KS_KIND_NODE] = {"/api/v1"},
};

unsigned ks_kube_path_versions(enum ks_kind kind)
{
    return groups[kind][1] ? 2 : 1;
}

void ks_kube_path_put(struct ks_buf *out, enum ks_kind kind, unsigned version, const char *namespace_name)
{
    const char *group = groups[kind][version];
    const char *plural = ks_kind_plural(kind);

    ks_buf_bytes(out, group, strlen(group));
    if (namespace_name && kind != KS_KIND_NODE) {
        ks_buf_literal(out, "/namespaces/");
        ks_buf_url(out, namespace_name);
    }
    ks_buf_literal(out, "/");
    ks_buf_bytes(out, plural, strlen(plural));
    ks_buf_literal(out, "?");
}

void ks_kube_path_put_excluded(struct ks_buf *out, const char *const *excluded)
{
    if (!excluded || !excluded[0]) {
        return;
    }
    ks_buf_literal(out, "fieldSelector=");
    for (size_t i = 0; excluded[i]; i++) {
        if (i) {
            ks_buf_literal(out, "%2C");
        }
        ks_buf_literal(out, "metadata.namespace%21%3D");
        ks_buf_url(out, excluded[i]);
    }
    ks_buf_literal(out, "&");
}
