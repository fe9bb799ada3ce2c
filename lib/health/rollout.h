/* Rollouts: what a controller that replaces its pods says of it. Pure. Threads: any.
 *
 * Source: Kubernetes, "Deployments" (rolling update, progress deadline, pausing), "StatefulSets" (partitions) and
 * "Perform a Rolling Update on a DaemonSet". */
#ifndef KS_HEALTH_ROLLOUT_H
#define KS_HEALTH_ROLLOUT_H

#include <stdbool.h>
#include <stdint.h>

#include "health/controller.h"

struct ks_rollout {
    bool is_failed;          /* it is stuck, or its controller cannot make pods */
    bool is_updating;        /* pods of an older template are being replaced */
    bool is_behind;          /* fewer new pods than desired: a rollout that has begun is not over */
    bool is_unobserved;      /* the spec has changed, and its controller has not looked yet */
    bool is_paused;          /* by spec.paused, whether anything waits for it or not */
    bool has_pending_change; /* paused, and something does */
    bool may_surge;          /* that there are more pods than desired is a sign of a rollout */
    bool is_broken;          /* its own condition says that it has too few pods */
    int32_t max_unavailable; /* how many pods may be missing or not ready meanwhile */
};

void ks_rollout_read(const struct ks_controller *controller, struct ks_rollout *rollout);

#endif
