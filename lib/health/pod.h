/* The part of one pod in its service: ready containers, restarts that make it yellow, the most severe reason, versions.
 * docs/health.md has the rules. Pure. Threads: any. */
#ifndef KS_HEALTH_POD_H
#define KS_HEALTH_POD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "health/reason.h"
#include "kube/object.h"

#define KS_VERSION_SIZE 256

/* The facts about a pod that its service is judged by. Times are Unix seconds. Texts are borrowed, never NULL. */
struct ks_pod_facts {
    int64_t created;
    int64_t yellow_until; /* until then, it has restarted too often; 0: never */
    int64_t finished_at;  /* of a finished pod: when its last container ended; 0: unknown */
    int32_t ready;        /* containers that are as they should be, including sidecars */
    int32_t total;
    int32_t restarts;
    uint32_t run;  /* the run that it belongs to, if its service has many: a hash of the run's name; 0: none */
    uint32_t step; /* the step of its run, whose tries share it: a hash; 0: unknown */
    bool is_ready; /* as Kubernetes has it: the Pod's condition. Run to completion: or what completed is all it lacks */
    bool deleting;
    bool finished; /* Succeeded or Failed */
    bool failed;
    bool gated;          /* scheduling gates hold it back, on purpose */
    bool runs_for_ever;  /* its restartPolicy is Always */
    bool is_retrying;    /* run to completion: the reason is one that the next try may fix (CrashLoopBackOff, Error) */
    bool is_helper;      /* another pod made it, which decides the outcome: a driver's executor */
    const char *reason;  /* the most severe, as kubectl words it: "CrashLoopBackOff", "Init:1/2"; "" if all is well */
    const char *version; /* image tags of its regular containers: "1.4.2, 2.0" */
    const char *doubt;   /* how the object contradicts itself, in a sentence; or "" */
};

/* The facts, and the texts that they borrow. */
struct ks_pod_digest {
    struct ks_pod_facts facts; /* run and is_helper are not set here: names.h knows the owner */
    /* Its containers are as they should be, and its condition Ready is not True: if its node is not ready, that is why,
     * and `facts.reason` becomes "NodeNotReady". "" otherwise. Borrowed from the pod. */
    const char *suspect_node;
    char reason[KS_REASON_SIZE];
    char version[KS_VERSION_SIZE];
};

/* The digest borrows from the pod and from itself, so it must not be copied. */
void ks_pod_digest(struct ks_pod_digest *digest, const struct ks_kube_object *pod);

/* The image tags of regular containers, of a pod or of a template: "1.4.2, 2.0", "" without containers. */
void ks_version_of(const struct ks_container *containers, size_t count, char version[static KS_VERSION_SIZE]);

#endif
