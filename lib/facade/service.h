/* How the library makes the snapshots that callers hold. Threads: any, one at a time for each. */
#ifndef KS_FACADE_SERVICE_H
#define KS_FACADE_SERVICE_H

#include <kubeshields/services.h>

#include "base/error.h"
#include "store/store.h"

/* The clock that services are judged by, and how long they may go unconfirmed. */
struct ks_service_judge {
    int64_t now;              /* seconds since 1970 */
    int64_t unknown_after_ms; /* then they are unknown */
};

/* A copy of what a store shows, in one allocation: free(3) it. NULL if out of memory. */
struct ks_service *ks_service_new(const struct ks_service_view *view, const struct ks_service_judge *judge);

/* Reads the services of a store that the selector names (without a prefix), and their sum. */
int ks_services_read(struct ks_services **services, struct ks_store *store, const struct ks_store_selector *selector,
                     int64_t unknown_after_ms, struct ks_error *err);

#endif
