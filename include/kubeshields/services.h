/* A snapshot of services, sorted by name, then namespace, then kind. It is yours, never changes, and is independent of
 * where it came from. Threads: any for reading; _free once nobody reads. */
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

/* All of them as one: containers, pods and restarts added up, and the worst color. Borrowed as above. */
const struct ks_service *ks_services_sum(const struct ks_services *services);

#ifdef __cplusplus
}
#endif

#endif
