/* How many pods a service should have that no controller object speaks for: its owner's kind is not watched, or may not
 * be. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

static bool is_off(const struct ks_store *store, const struct service *service, enum ks_kind kind)
{
    return store->written[service->group][kind].source.state == KS_SOURCE_OFF;
}

/* Whether objects of the service's kind are not watched, or may not be. */
static bool is_blind(const struct ks_store *store, const struct service *service)
{
    static const struct {
        const char *name;
        enum ks_kind kind;
    } kinds[] = {
        {"Deployment", KS_KIND_DEPLOYMENT},
        {"ReplicaSet", KS_KIND_REPLICASET},
        {"ReplicationController", KS_KIND_REPLICATIONCONTROLLER},
        {"StatefulSet", KS_KIND_STATEFULSET},
        {"DaemonSet", KS_KIND_DAEMONSET},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].name, service->kind) == 0) {
            return is_off(store, service, kinds[i].kind);
        }
    }
    return ks_name_is_custom_kind(service->kind);
}

/* Jobs say how many pods they have, not how many run for ever beside them. */
static bool has_counted_controller(const struct service *service)
{
    const struct controller *controller;

    DL_FOREACH(service->controllers, controller)
    {
        if (controller->content.kind != KS_KIND_JOB && controller->content.kind != KS_KIND_CRONJOB) {
            return true;
        }
    }
    return false;
}

static bool is_guessed(const struct ks_store *store, const struct service *service)
{
    return !service->remote && !service->is_controlled && !has_counted_controller(service) &&
           !is_off(store, service, KS_KIND_POD) && is_blind(store, service);
}

static bool has_something_to_guess(const struct service *service)
{
    const struct pod *pod;

    DL_FOREACH(service->pods, pod)
    {
        if (pod->runs_for_ever) {
            return true;
        }
    }
    return service->desired_before > 0;
}

void ks_guess_free(struct ks_store *store, struct service *service)
{
    struct guess *guess = service->guess;

    if (!guess) {
        return;
    }
    ks_budgets_uncover(store, guess);
    DL_DELETE(guess->space->guesses, guess);
    ks_space_release(store, guess->space);
    service->guess = NULL;
    service->stays = false;
    free(guess);
}

int ks_guess_update(struct ks_store *store, struct service *service)
{
    struct guess *guess;

    if (!is_guessed(store, service)) {
        ks_guess_free(store, service);
        service->desired_before = 0;
        return 0;
    }
    if (service->guess || !has_something_to_guess(service)) {
        return 0;
    }
    guess = calloc(1, sizeof *guess);
    if (!guess) {
        return -1;
    }
    guess->space = ks_space_get(store, service->namespace_name);
    if (!guess->space) {
        free(guess);
        return -1;
    }
    guess->service = service;
    DL_APPEND(guess->space->guesses, guess);
    service->guess = guess;
    service->relabelled = true;
    return 0;
}

void ks_guess_expect(struct ks_store *store, struct guess *guess, int32_t current, struct ks_evidence *evidence)
{
    int32_t most = ks_lately_most(store, guess, current);
    int32_t exact, least;

    ks_budgets_expect(guess, &exact, &least);
    evidence->expected = exact > 0 ? exact : least > most ? least : most;
    evidence->expected_is_guess = exact == 0;
    evidence->expected_by_budget = exact > 0 || least > 0;
}
