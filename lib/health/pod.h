/* The part of one pod in its service: ready containers, restarts that make it yellow, the most severe reason, versions.
 * docs/architecture.md, "Health", has the rules. Pure. Threads: any. */
#ifndef KS_HEALTH_POD_H
#define KS_HEALTH_POD_H

#include <stdbool.h>
#include <stdint.h>

#include "kube/object.h"

#define KS_VERSION_SIZE 256

/* Times are Unix seconds. */
struct ks_pod_digest {
    int64_t created;
    int64_t yellow_until; /* until then, it has restarted too often for its age; 0: never */
    int32_t ready;        /* containers, including sidecars */
    int32_t total;
    int32_t restarts;
    bool deleting;
    bool finished; /* Succeeded or Failed */
    bool failed;
    const char *reason; /* the most severe: "CrashLoopBackOff"; "" if all is well. Borrowed from the pod, or static */
    char version[KS_VERSION_SIZE]; /* image tags of its regular containers: "1.4.2, 2.0" */
};

void ks_pod_digest(struct ks_pod_digest *digest, const struct ks_kube_object *pod);

/* How severe a reason is (larger is worse), and whether it is only a stage on the way up or down. */
int ks_reason_severity(const char *reason);
bool ks_reason_is_passing(const char *reason);

#endif
