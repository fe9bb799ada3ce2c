/* Judges a service that changed: gathers all that is known of it, and seals its state. */
#include "config.h"

#include <stdlib.h>

#include "store/private.h"

/* The pods and controllers of a service, for its judgement. */
struct gathered {
    struct ks_pod_facts *facts;
    const struct ks_pod_facts **pods;
    const struct ks_controller **controllers;
    int32_t current; /* pods that are meant to run for ever */
    bool has_runs;
};

static void count(const struct service *service, struct ks_evidence *evidence)
{
    const struct pod *pod;
    const struct controller *controller;

    DL_FOREACH(service->pods, pod)
    {
        evidence->pod_count++;
    }
    DL_FOREACH(service->controllers, controller)
    {
        evidence->controller_count++;
    }
}

static void blame_node(const struct ks_store *store, struct remark *remark, struct ks_pod_facts *facts)
{
    remark->is_node_down = ks_node_is_down(store, remark->node);
    if (remark->is_node_down) {
        facts->reason = "NodeNotReady";
        facts->is_retrying = false; /* the next try would have to wait for the node, too */
    }
}

static void gather_pods(const struct ks_store *store, const struct service *service, struct gathered *gathered,
                        struct ks_evidence *evidence)
{
    struct pod *pod;
    size_t count = 0;

    DL_FOREACH(service->pods, pod)
    {
        struct ks_pod_facts *facts = &gathered->facts[count];

        ks_pod_look(pod, facts);
        if (pod->remark) {
            blame_node(store, pod->remark, facts);
        }
        gathered->pods[count++] = facts;
        gathered->current += pod->runs_for_ever && !pod->deleting && !pod->finished;
        gathered->has_runs = gathered->has_runs || facts->run;
        evidence->is_hidden = evidence->is_hidden || pod->is_hidden;
    }
}

static void gather_controllers(const struct service *service, struct gathered *gathered)
{
    const struct controller *controller;
    size_t count = 0;

    DL_FOREACH(service->controllers, controller)
    {
        gathered->controllers[count++] = &controller->content;
        gathered->has_runs = gathered->has_runs || controller->content.kind == KS_KIND_JOB;
    }
}

static struct sealed_state *seal(const struct service *service, const struct ks_service_state *state, bool has_runs)
{
    struct sealed_state *sealed = ks_state_seal(state, INT64_MAX);

    if (sealed) {
        sealed->has_runs = has_runs && ks_name_is_custom_kind(service->kind);
    }
    return sealed;
}

static struct sealed_state *judge(struct ks_store *store, struct service *service, struct gathered *gathered,
                                  struct ks_evidence *evidence)
{
    struct ks_service_state state;

    gather_pods(store, service, gathered, evidence);
    gather_controllers(service, gathered);
    if (service->guess) {
        ks_guess_expect(store, service->guess, gathered->current, evidence);
        service->guess->is_hidden = service->pods ? evidence->is_hidden : service->guess->is_hidden;
        evidence->is_hidden = service->guess->is_hidden;
    }
    if (evidence->expected > 0) {
        evidence->controller_count = 0; /* pods that run for ever decide, whatever Jobs are beside them */
    }
    service->stays = !service->pods && !service->controllers && evidence->expected > 0;
    service->is_rolling = ks_judge(evidence, &state);
    return seal(service, &state, gathered->has_runs);
}

int ks_service_judge(struct ks_store *store, struct service *service)
{
    struct gathered gathered = {.current = 0};
    struct ks_evidence evidence = {
        .kind = service->kind, .was_rolling = service->was_rolling, .is_strict = store->is_strict};

    free(service->next_state);
    service->next_state = NULL;
    count(service, &evidence);
    gathered.facts = calloc(evidence.pod_count + 1, sizeof *gathered.facts);
    gathered.pods = calloc(evidence.pod_count + 1, sizeof(struct ks_pod_facts *));
    gathered.controllers = calloc(evidence.controller_count + 1, sizeof(struct ks_controller *));
    if (gathered.facts && gathered.pods && gathered.controllers) {
        evidence.pods = gathered.pods;
        evidence.controllers = gathered.controllers;
        service->next_state = judge(store, service, &gathered, &evidence);
    }
    free(gathered.facts);
    free(gathered.pods);
    free(gathered.controllers);
    return service->next_state ? 0 : -1;
}
