#include "config.h"

#include "checks/queue.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/hash_table.h"
#include "health/names.h"

struct ks_check_service {
    UT_hash_handle hh;
    struct ks_check_turn *waiting; /* the one that has waited longest first */
    size_t checks;
    size_t running;
    size_t patient;    /* of these */
    uint64_t begun[2]; /* the numbers of its latest run, and of its latest patient one; 0: none yet */
    char name[KS_NAME_SIZE];
};

void ks_check_turns_init(struct ks_check_turns *turns, size_t places)
{
    *turns = (struct ks_check_turns){.places = places > 0 ? places : 1};
}

static struct ks_check_service *get_service(struct ks_check_turns *turns, const char *name)
{
    struct ks_check_service *service;
    size_t length = strlen(name);

    HASH_FIND(hh, turns->services, name, length, service);
    if (service || length >= sizeof service->name || !(service = calloc(1, sizeof *service))) {
        return service;
    }
    memcpy(service->name, name, length + 1);
    HASH_ADD_KEYPTR(hh, turns->services, service->name, length, service);
    if (!service->hh.tbl) {
        free(service);
        return NULL;
    }
    return service;
}

int ks_check_turns_add(struct ks_check_turns *turns, struct ks_check_turn *turn, const char *service,
                       struct ks_error *err)
{
    turn->service = get_service(turns, service);
    if (!turn->service) {
        return ks_error_memory(err);
    }
    turn->service->checks++;
    turn->state = KS_CHECK_TURN_IDLE;
    return 0;
}

void ks_check_turns_remove(struct ks_check_turns *turns, struct ks_check_turn *turn)
{
    struct ks_check_service *service = turn->service;

    if (!service) {
        return;
    }
    ks_check_turns_end(turns, turn);
    turn->service = NULL;
    if (--service->checks == 0) {
        HASH_DEL(turns->services, service);
        free(service);
    }
}

void ks_check_turn_wait(struct ks_check_turn *turn, int64_t now)
{
    if (turn->state == KS_CHECK_TURN_IDLE) {
        turn->state = KS_CHECK_TURN_WAITS;
        turn->since = now;
        DL_APPEND(turn->service->waiting, turn);
    }
}

void ks_check_turns_end(struct ks_check_turns *turns, struct ks_check_turn *turn)
{
    if (turn->state == KS_CHECK_TURN_WAITS) {
        DL_DELETE(turn->service->waiting, turn);
    } else if (turn->state == KS_CHECK_TURN_RUNS) {
        turns->running--;
        turn->service->running--;
        turns->patient -= turn->is_patient;
        turn->service->patient -= turn->is_patient;
    }
    turn->state = KS_CHECK_TURN_IDLE;
}

static size_t all_but_one(size_t places)
{
    return places > 1 ? places - 1 : 1;
}

/* Of the places that one service may have. Of two one is for patient runs: it takes none from the ordinary ones of its
 * service. */
static size_t places_taken(const struct ks_check_turns *turns, const struct ks_check_turn *turn)
{
    const struct ks_check_service *service = turn->service;

    return turns->places == 2 && !turn->is_patient ? service->running - service->patient : service->running;
}

static bool may_run(const struct ks_check_turns *turns, const struct ks_check_turn *turn)
{
    const struct ks_check_service *service = turn->service;
    bool has_others = HASH_COUNT(turns->services) > 1;
    size_t patient_places = all_but_one(turns->places);

    if (turns->running >= turns->places || (has_others && places_taken(turns, turn) >= all_but_one(turns->places))) {
        return false;
    }
    return !turn->is_patient ||
           (turns->patient < patient_places && !(has_others && service->patient >= all_but_one(patient_places)));
}

static struct ks_check_turn *first_of(const struct ks_check_turns *turns, const struct ks_check_service *service)
{
    struct ks_check_turn *turn = service->waiting;

    while (turn && !may_run(turns, turn)) {
        turn = turn->next;
    }
    return turn;
}

/* Each sort for itself: else a service whose ordinary checks run often would never have its patient ones run. */
static uint64_t begun_of(const struct ks_check_turn *turn)
{
    return turn->service->begun[turn->is_patient];
}

struct ks_check_turn *ks_check_turns_next(struct ks_check_turns *turns)
{
    struct ks_check_turn *next = NULL;

    if (turns->running >= turns->places) {
        return NULL;
    }
    for (const struct ks_check_service *service = turns->services; service; service = service->hh.next) {
        struct ks_check_turn *turn = first_of(turns, service);

        if (turn && (!next || begun_of(turn) < begun_of(next))) {
            next = turn;
        }
    }
    if (next) {
        ks_check_turns_end(turns, next);
        next->state = KS_CHECK_TURN_RUNS;
        turns->running++;
        turns->patient += next->is_patient;
        next->service->running++;
        next->service->patient += next->is_patient;
        next->service->begun[next->is_patient] = ++turns->begun;
    }
    return next;
}

void ks_check_turns_restart(struct ks_check_turns *turns, int64_t now)
{
    for (struct ks_check_service *service = turns->services; service; service = service->hh.next) {
        struct ks_check_turn *turn;

        DL_FOREACH(service->waiting, turn)
        {
            turn->since = now;
        }
    }
}

const struct ks_check_turn *ks_check_turns_oldest(const struct ks_check_turns *turns)
{
    const struct ks_check_turn *oldest = NULL;

    for (const struct ks_check_service *service = turns->services; service; service = service->hh.next) {
        if (service->waiting && (!oldest || service->waiting->since < oldest->since)) {
            oldest = service->waiting;
        }
    }
    return oldest;
}
