#include "config.h"

#include "health/judges.h"

#include <string.h>

#include "kube/object.h"

#define BIT(kind) (1U << KS_KIND_##kind)

static const struct {
    const char *root_kind;
    uint32_t kinds;
} rows[] = {
    {"Deployment", BIT(DEPLOYMENT) | BIT(REPLICASET)},
    {"ReplicaSet", BIT(REPLICASET)},
    {"ReplicationController", BIT(REPLICATIONCONTROLLER)},
    {"StatefulSet", BIT(STATEFULSET)},
    {"DaemonSet", BIT(DAEMONSET)},
    {"Job", BIT(JOB)},
    {"CronJob", BIT(CRONJOB) | BIT(JOB)},
    /* Of others. Their own objects are not watched, but those that they make are. */
    {"DeploymentConfig", BIT(REPLICATIONCONTROLLER)},
    {"Rollout", BIT(REPLICASET)},
};

uint32_t ks_judges_of(const char *root_kind)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (strcmp(rows[i].root_kind, root_kind) == 0) {
            return BIT(POD) | rows[i].kinds;
        }
    }
    return BIT(POD);
}

void ks_judges_put(struct ks_buf *out, uint32_t kinds)
{
    const char *separator = "";

    ks_buf_literal(out, "[");
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        if (kinds & (1U << kind)) {
            ks_buf_printf(out, "%s\"%s\"", separator, ks_kind_plural((enum ks_kind)kind));
            separator = ",";
        }
    }
    ks_buf_literal(out, "]");
}
