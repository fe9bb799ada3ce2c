/* Runs of which only pods are known, such as those of a workflow engine: which one is the newest, and whether it has
 * failed. Pure. Threads: any. */
#ifndef KS_HEALTH_RUN_H
#define KS_HEALTH_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "health/health.h"

struct ks_run {
    uint32_t run;
    int64_t first;          /* when its first pod was created */
    int32_t live, finished; /* pods that decide; executors do not if their driver is known */
    int32_t deleting;       /* pods of any run */
    bool has_failed;        /* a pod failed, and no later try of its step did better */
    const char *doubt;      /* of a finished pod that decides; or "" */
};

/* The newest run; all zero if there is none. Sorts the pods. */
void ks_run_find(const struct ks_evidence *evidence, struct ks_run *run);
/* Whether the pod belongs to the run. */
bool ks_run_has(const struct ks_run *run, const struct ks_pod_facts *pod);

#endif
