/* A judgement in progress, and what is counted in each. Only the files that judge include this. Pure. Threads: any. */
#ifndef KS_HEALTH_JUDGEMENT_H
#define KS_HEALTH_JUDGEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "health/health.h"

struct ks_judgement {
    const struct ks_evidence *evidence;
    struct ks_service_state *state;
    int32_t containers_per_pod; /* of the pods seen, for those that are missing */
    const char *version;        /* of the newest controller's template */
    int64_t version_created;
    int64_t annotations_created;
};

/* The controller takes part in the judgement. */
void ks_judgement_take(struct ks_judgement *judgement, const struct ks_controller *controller);
/* The pod counts. */
void ks_judgement_count(struct ks_judgement *judgement, const struct ks_pod_facts *pod);
/* There should be this many pods. Call it after all pods that count: those that are missing count with the containers
 * of the template (0: unknown). */
void ks_judgement_desire(struct ks_judgement *judgement, int32_t desired, int32_t containers_per_pod);
/* The service has this outcome. */
void ks_judgement_pass(struct ks_judgement *judgement, enum ks_outcome outcome, bool is_down);

/* The earlier one of two times, or the later one; 0: unknown. */
int64_t ks_time_earlier(int64_t one, int64_t other);
int64_t ks_time_later(int64_t one, int64_t other);

/* Whether the pod is as it should be, also with what is known of its node. */
bool ks_pod_is_up(const struct ks_pod_facts *pod);
/* Its node does not answer. */
bool ks_pod_is_on_lost_node(const struct ks_pod_facts *pod);
/* Neither finished nor being deleted. */
bool ks_pod_is_live(const struct ks_pod_facts *pod);

/* For sorting: live pods first, of these the ones that are up, of these the oldest. What else differs has an order,
 * too, so that the order in which pods arrived does not matter. */
int ks_pod_order(const struct ks_pod_facts *one, const struct ks_pod_facts *other);

#endif
