/* A judgement in progress, and what all judges count. Only judging uses this. Pure. Threads: any. */
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
/* The pod does not count, but what is wrong with it is worth to be told. */
void ks_judgement_mention(struct ks_judgement *judgement, const struct ks_pod_facts *pod);
/* There should be as many pods: those that are missing count with the containers of the template (0: unknown). */
void ks_judgement_desire(struct ks_judgement *judgement, int32_t desired, int32_t containers_per_pod);
/* The service has this outcome. */
void ks_judgement_pass(struct ks_judgement *judgement, enum ks_outcome outcome, bool is_down);

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
