/* Changes of a cluster's services. */
#ifndef KS_KUBESHIELDS_CHANGE_H
#define KS_KUBESHIELDS_CHANGE_H

#include <kubeshields/service.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Later versions may add kinds: ignore one that you do not know. */
enum ks_change {
    KS_CHANGE_RESET,   /* drop what you know: all services follow. The first change, and again after a long gap */
    KS_CHANGE_SERVICE, /* a service is new, or changed */
    KS_CHANGE_GONE,    /* a service is gone; only its name, namespace and kind are set */
    KS_CHANGE_CLUSTER  /* the cluster's state or its nodes changed; the service is NULL */
};

/* Receives one change. The service is valid during the call, and NULL for RESET and CLUSTER. It may call the functions
 * of the library, ks_cluster_free among them. From ks_cluster_dispatch it must not call ks_cluster_dispatch for the
 * same cluster: that is KS_ERROR_INVALID.
 *
 * The passing of time is not reported: a service that had restarted becomes green again, and one that is no longer
 * confirmed becomes grey, without a call. If you show colors, read the services again now and then.
 * Threads: see ks_cluster_options.changed and ks_cluster_dispatch. */
typedef void ks_change_function(void *arg, enum ks_change change, const struct ks_service *service);

/* "reset", "service", "gone", "cluster"; "unknown" for a number that is not a change. A static string. */
const char *ks_change_name(enum ks_change change);

#ifdef __cplusplus
}
#endif

#endif
