/* One service and its health: all pods that one root controller created (a Deployment, a StatefulSet, a CronJob, …),
 * under that controller's name. It is not a Kubernetes Service.
 *
 * A struct ks_service is a snapshot: it never changes, and it belongs to the struct ks_services, or to the change, that
 * you got it from. Texts are UTF-8, never NULL, and live as long as the service.
 * Threads: any, as many at once as you like. */
#ifndef KS_KUBESHIELDS_SERVICE_H
#define KS_KUBESHIELDS_SERVICE_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ks_service;

/* ---- which service it is; "" for a sum of several services ---- */

const char *ks_service_name(const struct ks_service *service);
const char *ks_service_namespace(const struct ks_service *service);
/* The root controller's kind: "Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", or a custom one. */
const char *ks_service_kind(const struct ks_service *service);

/* ---- its health ---- */

/* "green": it is as it should be.
 * "yellow": nothing is missing beyond what a rollout may take, but not all is done: it rolls out within its budget, its
 *   rollout is paused, its pods are not ready for long enough yet, a run is between pods, it is suspended after a
 *   failure, or it has restarted too often.
 * "red": fewer containers or pods are ready than should be, its rollout or its last run failed.
 * "lightgrey": it is not meant to run now (scaled to 0, suspended, scheduling gated, no node matches), or its objects
 *   contradict themselves: see ks_service_doubts.
 * "grey": unknown, because it has not been confirmed for too long. */
const char *ks_service_color(const struct ks_service *service);
/* The text of its shield: "2/2 (0 restarts)", "3/3 (rolling out)", "2/2 (rollout failed)", "succeeded", "scaled to 0",
 * "unknown", … */
const char *ks_service_message(const struct ks_service *service);
/* One word: "Running", "Progressing", "CrashLoopBackOff", "Init:Error", "Succeeded", "ScaledToZero", "Unknown", … Later
 * versions may have more. */
const char *ks_service_state(const struct ks_service *service);
/* Why nothing is said about it although Kubernetes answers: how its objects contradict themselves, such as "a
 * controller counts more ready pods than pods". Several are separated by "; ". "" if they do not. */
const char *ks_service_doubts(const struct ks_service *service);
/* Which kinds of objects should have had a say, but may not be watched: "deployments, replicasets". What they would say
 * is missing: that pods are, perhaps. "" if all kinds that matter may be watched. */
const char *ks_service_judged_without(const struct ks_service *service);
/* The image tags of its containers, or of its template if it has no pods: "1.4.2", or "1.4.2, 1.5.0" during a rollout;
 * "none" if there are none. */
const char *ks_service_version(const struct ks_service *service);

/* How many of its containers are ready, and how many there should be; sidecars included. */
int32_t ks_service_ready(const struct ks_service *service);
int32_t ks_service_total(const struct ks_service *service);
/* How often these and the init containers have restarted, as far as Kubernetes remembers. */
int32_t ks_service_restarts(const struct ks_service *service);

/* How many pods there are, how many of them are ready, and how many there should be. Pods that a rollout has beyond
 * that number, those that are finished and those that are being deleted do not count. */
int32_t ks_service_pods(const struct ks_service *service);
int32_t ks_service_pods_ready(const struct ks_service *service);
int32_t ks_service_pods_desired(const struct ks_service *service);
/* 1 if nobody says how many pods there should be, and there were more lately, so that the number is a guess: as many as
 * there were. Of a sum: if it is a guess for any service. */
int ks_service_pods_desired_is_guess(const struct ks_service *service);

/* ---- times, in seconds since 1970; 0 if unknown ---- */

/* When its controller was created. */
int64_t ks_service_created(const struct ks_service *service);
/* When its oldest and its newest pod were created. */
int64_t ks_service_oldest_pod(const struct ks_service *service);
int64_t ks_service_newest_pod(const struct ks_service *service);

/* Milliseconds since the API server last confirmed all of this; 0 while it still does. */
int64_t ks_service_age_ms(const struct ks_service *service);

/* ---- its annotations; "" or 0 if it has none ---- */

/* kube-shields.io/label: the left part of its shield. */
const char *ks_service_label(const struct ks_service *service);
/* kube-shields.io/link: an http:// or https:// URL. */
const char *ks_service_link(const struct ks_service *service);
/* kube-shields.io/hidden: 1 if lists, and sums over several namespaces, should omit it. */
int ks_service_is_hidden(const struct ks_service *service);
/* The color of its badge: kube-shields.io/color if that is a color and the service is green, otherwise the same as
 * ks_service_color. */
const char *ks_service_badge_color(const struct ks_service *service);

#ifdef __cplusplus
}
#endif

#endif
