/* Memory that a decoded object borrows from; it is reused from object to object. Pure. Threads: the decoder's. */
#ifndef KS_KUBE_SCRATCH_H
#define KS_KUBE_SCRATCH_H

#include "base/buf.h"
#include "kube/condition.h"
#include "kube/container.h"

struct ks_kube_scratch {
    struct ks_kube_containers containers;
    struct ks_kube_conditions conditions;
    struct ks_buf packed; /* labels, or a selector */
    struct ks_buf entry;  /* the key and the value of one label */
};

void ks_kube_scratch_init(struct ks_kube_scratch *scratch, size_t object_limit);
void ks_kube_scratch_fini(struct ks_kube_scratch *scratch);
/* Call it before each object. */
void ks_kube_scratch_reset(struct ks_kube_scratch *scratch);

#endif
