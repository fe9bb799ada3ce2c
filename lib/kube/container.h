/* The containers of the pod or of the template that is being decoded: the spec names them; the statuses of a pod come
 * later, in any order.
 * Pure. Threads: the decoder's. */
#ifndef KS_KUBE_CONTAINER_H
#define KS_KUBE_CONTAINER_H

#include "base/error.h"
#include "kube/object.h"

/* The memory is reused from object to object. */
struct ks_kube_containers {
    struct ks_container *items; /* owned; their texts are borrowed */
    size_t count;
    size_t capacity;
    size_t next; /* where the search for the next status starts */
};

void ks_kube_containers_fini(struct ks_kube_containers *containers);

/* Forgets the containers, but keeps the memory. */
void ks_kube_containers_reset(struct ks_kube_containers *containers);

/* Appends a container of the spec, without a status. -1 only if out of memory. */
int ks_kube_containers_add(struct ks_kube_containers *containers, enum ks_container_role role, const char *name,
                           const char *image, struct ks_error *err);

/* The container that a status with this name belongs to, or NULL. `init`: the status is from initContainerStatuses. */
struct ks_container *ks_kube_containers_find(struct ks_kube_containers *containers, bool init, const char *name);

/* How many containers run side by side: regular ones and sidecars. */
int32_t ks_kube_containers_per_pod(const struct ks_kube_containers *containers);

/* KS_CONTAINER_SIDECAR or KS_CONTAINER_INIT, by the container's restartPolicy; "" if it has none. */
enum ks_container_role ks_kube_init_container_role(const char *restart_policy);

#endif
