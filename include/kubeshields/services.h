/* A snapshot of services, sorted by name, then namespace, then kind. It belongs to you, never changes, and
 * does not depend on where it came from. Threads: any may read it; free it once nobody reads it any more. */
#ifndef KS_KUBESHIELDS_SERVICES_H
#define KS_KUBESHIELDS_SERVICES_H

#include <stddef.h>

#include <kubeshields/service.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ks_services;

void ks_services_free(struct ks_services *services);

size_t ks_services_count(const struct ks_services *services);

/* The service at an index below the count; NULL for any other index. Borrowed: it lives as long as the snapshot. */
const struct ks_service *ks_services_at(const struct ks_services *services, size_t index);

/* All of them as one service: the sums of containers, pods and restarts, and the worst color. Borrowed as above. */
const struct ks_service *ks_services_sum(const struct ks_services *services);

#ifdef __cplusplus
}
#endif

#endif
