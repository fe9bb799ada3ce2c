/* How many pods a service should have if no controller object speaks for it: its owner's kind is not watched, or may
 * not be. */
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
    for (int i = 0; i < KS_KIND_COUNT; i++) {
        enum ks_kind kind = (enum ks_kind)i;

        if (ks_kind_is_counted(kind) && strcmp(ks_kind_name(kind), service->kind) == 0) {
            return is_off(store, service, kind);
        }
    }
    return ks_name_is_custom_kind(service->kind);
}

static bool is_guessed(const struct ks_store *store, const struct service *service)
{
    return !service->remote && !service->is_controlled && !is_off(store, service, KS_KIND_POD) &&
           is_blind(store, service);
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
    return false;
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
