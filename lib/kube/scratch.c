#include "config.h"

#include "kube/scratch.h"

void ks_kube_scratch_init(struct ks_kube_scratch *scratch, size_t object_limit)
{
    *scratch = (struct ks_kube_scratch){0};
    /* Labels need less than they do in either encoding. A requirement may need a few bytes more, for its operator. */
    ks_buf_init(&scratch->packed, 2 * object_limit);
    ks_buf_init(&scratch->entry, 2 * object_limit);
}

void ks_kube_scratch_fini(struct ks_kube_scratch *scratch)
{
    ks_kube_containers_fini(&scratch->containers);
    ks_kube_conditions_fini(&scratch->conditions);
    ks_buf_fini(&scratch->packed);
    ks_buf_fini(&scratch->entry);
}

void ks_kube_scratch_reset(struct ks_kube_scratch *scratch)
{
    ks_kube_containers_reset(&scratch->containers);
    scratch->conditions.count = 0;
    ks_buf_reset(&scratch->packed);
}
