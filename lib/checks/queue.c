/* Decides which check runs next. */
#include "config.h"

#include "checks/queue.h"

#include <stdlib.h>
#include <string.h>

#include <utlist.h>

#include "base/hash_table.h"
#include "health/names.h"

struct ks_queue_service {
    UT_hash_handle hh;
    struct ks_queue_entry *waiting; /* the one that has waited longest comes first */
    size_t checks;
    size_t running;
    size_t patient;    /* of those that run */
    uint64_t begun[2]; /* numbers of its latest ordinary and patient run; 0: none yet */
    char name[KS_NAME_SIZE];
};

void ks_queue_init(struct ks_queue *queue, size_t places)
{
    *queue = (struct ks_queue){.places = places > 0 ? places : 1};
}

static struct ks_queue_service *get_service(struct ks_queue *queue, const char *name)
{
    struct ks_queue_service *service;
    size_t length = strlen(name);

    HASH_FIND(hh, queue->services, name, length, service);
    if (service || length >= sizeof service->name || !(service = calloc(1, sizeof *service))) {
        return service;
    }
    memcpy(service->name, name, length + 1);
    HASH_ADD_KEYPTR(hh, queue->services, service->name, length, service);
    if (!service->hh.tbl) {
        free(service);
        return NULL;
    }
    return service;
}

int ks_queue_add(struct ks_queue *queue, struct ks_queue_entry *entry, const char *service, struct ks_error *err)
{
    entry->service = get_service(queue, service);
    if (!entry->service) {
        return ks_error_memory(err);
    }
    entry->service->checks++;
    entry->state = KS_QUEUE_IDLE;
    return 0;
}

void ks_queue_remove(struct ks_queue *queue, struct ks_queue_entry *entry)
{
    struct ks_queue_service *service = entry->service;

    if (!service) {
        return;
    }
    ks_queue_end(queue, entry);
    entry->service = NULL;
    if (--service->checks == 0) {
        HASH_DEL(queue->services, service);
        free(service);
    }
}

void ks_queue_wait(struct ks_queue_entry *entry, int64_t now)
{
    if (entry->state == KS_QUEUE_IDLE) {
        entry->state = KS_QUEUE_WAITING;
        entry->since = now;
        DL_APPEND(entry->service->waiting, entry);
    }
}

void ks_queue_end(struct ks_queue *queue, struct ks_queue_entry *entry)
{
    if (entry->state == KS_QUEUE_WAITING) {
        DL_DELETE(entry->service->waiting, entry);
    } else if (entry->state == KS_QUEUE_RUNNING) {
        queue->running--;
        entry->service->running--;
        queue->patient -= entry->is_patient;
        entry->service->patient -= entry->is_patient;
    }
    entry->state = KS_QUEUE_IDLE;
}

static size_t all_but_one(size_t places)
{
    return places > 1 ? places - 1 : 1;
}

/* How many of the places for one service are taken. If there are two, a patient run takes none from the ordinary runs
 * of its service. */
static size_t places_taken(const struct ks_queue *queue, const struct ks_queue_entry *entry)
{
    const struct ks_queue_service *service = entry->service;

    return queue->places == 2 && !entry->is_patient ? service->running - service->patient : service->running;
}

static bool may_run(const struct ks_queue *queue, const struct ks_queue_entry *entry)
{
    const struct ks_queue_service *service = entry->service;
    bool has_others = HASH_COUNT(queue->services) > 1;
    size_t patient_places = all_but_one(queue->places);

    if (queue->running >= queue->places || (has_others && places_taken(queue, entry) >= all_but_one(queue->places))) {
        return false;
    }
    return !entry->is_patient ||
           (queue->patient < patient_places && !(has_others && service->patient >= all_but_one(patient_places)));
}

static struct ks_queue_entry *first_of(const struct ks_queue *queue, const struct ks_queue_service *service)
{
    struct ks_queue_entry *entry = service->waiting;

    while (entry && !may_run(queue, entry)) {
        entry = entry->next;
    }
    return entry;
}

/* Counted for each kind: otherwise frequent ordinary checks would starve the patient ones of their service. */
static uint64_t begun_of(const struct ks_queue_entry *entry)
{
    return entry->service->begun[entry->is_patient];
}

struct ks_queue_entry *ks_queue_next(struct ks_queue *queue)
{
    struct ks_queue_entry *next = NULL;

    if (queue->running >= queue->places) {
        return NULL;
    }
    for (const struct ks_queue_service *service = queue->services; service; service = service->hh.next) {
        struct ks_queue_entry *entry = first_of(queue, service);

        if (entry && (!next || begun_of(entry) < begun_of(next))) {
            next = entry;
        }
    }
    if (next) {
        ks_queue_end(queue, next);
        next->state = KS_QUEUE_RUNNING;
        queue->running++;
        queue->patient += next->is_patient;
        next->service->running++;
        next->service->patient += next->is_patient;
        next->service->begun[next->is_patient] = ++queue->begun;
    }
    return next;
}

void ks_queue_restart(struct ks_queue *queue, int64_t now)
{
    for (struct ks_queue_service *service = queue->services; service; service = service->hh.next) {
        struct ks_queue_entry *entry;

        DL_FOREACH(service->waiting, entry)
        {
            entry->since = now;
        }
    }
}

const struct ks_queue_entry *ks_queue_oldest(const struct ks_queue *queue)
{
    const struct ks_queue_entry *oldest = NULL;

    for (const struct ks_queue_service *service = queue->services; service; service = service->hh.next) {
        if (service->waiting && (!oldest || service->waiting->since < oldest->since)) {
            oldest = service->waiting;
        }
    }
    return oldest;
}
