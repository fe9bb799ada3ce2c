/* Objects that contradict themselves. Nothing can be said of their service, least of all that it is well. Pure.
 * Threads: any. */
#ifndef KS_HEALTH_DOUBT_H
#define KS_HEALTH_DOUBT_H

#include "health/controller.h"
#include "kube/object.h"

/* The largest number of pods, containers or restarts that is believed. */
#define KS_COUNT_MOST 1000000

/* How the object contradicts itself, in a static sentence that names no object; or "". A count that is negative or
 * absurd is a contradiction, too. */
const char *ks_pod_doubt(const struct ks_kube_object *pod);
const char *ks_controller_doubt(const struct ks_controller *controller);

#endif
