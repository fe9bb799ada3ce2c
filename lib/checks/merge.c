/* Merges a new catalog into the scheduler: schedules new checks, removes old ones, reports refusals. */
#include "config.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "checks/private.h"
#include "health/root.h"

static void put_waiting(const struct ks_scheduled *scheduled)
{
    const struct ks_definition *definition = &scheduled->definition;
    const struct ks_custom_state state = {.service = definition->service,
                                          .check = definition->check,
                                          .phase = KS_CUSTOM_WAITING,
                                          .label = definition->label,
                                          .message = "",
                                          .color = "",
                                          .reason = "",
                                          .mistake = "",
                                          .raw = ""};

    ks_scheduler_put(scheduled->scheduler, &state);
}

static void put_refusal(struct ks_scheduler *scheduler, const struct ks_refusal *refusal)
{
    char reason[2 * KS_ERROR_TEXT_SIZE];
    struct ks_custom_state state = {.service = refusal->service,
                                    .check = refusal->check,
                                    .phase = KS_CUSTOM_REFUSED,
                                    .label = "",
                                    .message = "",
                                    .color = "",
                                    .mistake = "",
                                    .raw = ""};

    snprintf(reason, sizeof reason, "%s: %s", refusal->file, refusal->reason);
    state.reason = reason;
    ks_scheduler_put(scheduler, &state);
}

static int compare_definitions(const struct ks_definition *one, const struct ks_definition *other)
{
    int order = strcmp(one->service, other->service);

    return order ? order : strcmp(one->check, other->check);
}

bool ks_scheduler_wants(const struct ks_scheduler_request *once, const char *service)
{
    const struct ks_store_selector *selector = once->selector;
    size_t length = selector->name ? strlen(selector->name) : 0;
    struct ks_old_name old[KS_OLD_NAMES_MOST];
    size_t count;

    if (!selector->name || (strncmp(selector->name, service, length) == 0 && (selector->prefix || !service[length]))) {
        return true;
    }
    count = selector->prefix ? 0 : ks_name_resolve_old(selector->name, old);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(old[i].name, service) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_selected(const struct ks_scheduler_request *once, const struct ks_definition *definition)
{
    return once->check && strcmp(once->check, definition->check) == 0 && ks_scheduler_wants(once, definition->service);
}

/* Multiples of the golden ratio lie evenly between whole numbers however many there are, which spreads the checks. */
static double next_phase(struct ks_scheduler *scheduler)
{
    double whole;

    return modf((double)scheduler->sequence++ * 0.6180339887498949, &whole);
}

/* Takes over the definition. */
static struct ks_scheduled *schedule(struct ks_scheduler *scheduler, struct ks_definition *definition)
{
    struct ks_scheduled *scheduled = calloc(1, sizeof *scheduled);

    if (!scheduled || ks_scheduled_init(scheduled, scheduler, definition, NULL)) {
        free(scheduled);
        return NULL;
    }
    scheduled->phase = next_phase(scheduler);
    put_waiting(scheduled);
    if (!scheduler->once || is_selected(scheduler->once, &scheduled->definition)) {
        ks_scheduled_enqueue(scheduled);
    }
    return scheduled;
}

/* A check that changed runs at once, then at its old times. Its old answer stays until it answers again. */
static void redefine(struct ks_scheduled *scheduled, struct ks_definition *definition)
{
    const struct ks_scheduler_request *once = scheduled->scheduler->once;

    if (scheduled->definition.stamp == definition->stamp) {
        return;
    }
    ks_scheduled_cancel(scheduled); /* before its definition changes */
    ks_scheduled_define(scheduled, definition);
    if (!once || is_selected(once, &scheduled->definition)) {
        ks_scheduled_again(scheduled);
    }
}

static void unschedule(struct ks_scheduled *scheduled)
{
    ks_store_custom_remove(scheduled->scheduler->store, scheduled->definition.service, scheduled->definition.check);
    ks_scheduled_free(scheduled);
}

/* Both are sorted alike. A check that is in both stays, with its timer. -1 if a check is left out. */
static int merge(struct ks_scheduler *scheduler, struct ks_catalog *catalog)
{
    struct ks_scheduled **checks = calloc(catalog->count + 1, sizeof(struct ks_scheduled *));
    size_t count = 0;
    size_t old = 0;
    int outcome = 0;

    if (!checks) {
        return -1;
    }
    for (size_t i = 0; i < catalog->count; i++) {
        int order = 1;

        while (old < scheduler->count &&
               (order = compare_definitions(&scheduler->checks[old]->definition, &catalog->definitions[i])) < 0) {
            unschedule(scheduler->checks[old++]);
        }
        if (old < scheduler->count && order == 0) {
            checks[count] = scheduler->checks[old++];
            redefine(checks[count], &catalog->definitions[i]);
        } else {
            checks[count] = schedule(scheduler, &catalog->definitions[i]);
        }
        outcome = checks[count] ? outcome : -1;
        count += checks[count] != NULL;
    }
    while (old < scheduler->count) {
        unschedule(scheduler->checks[old++]);
    }
    free(scheduler->checks);
    scheduler->checks = checks;
    scheduler->count = count;
    return outcome;
}

static bool was_refused(const struct ks_scheduler *scheduler, const struct ks_refusal *refusal)
{
    for (size_t i = 0; i < scheduler->refusal_count; i++) {
        const struct ks_refusal *old = &scheduler->refusals[i];

        if (strcmp(old->file, refusal->file) == 0 && strcmp(old->check, refusal->check) == 0 &&
            strcmp(old->reason, refusal->reason) == 0) {
            return true;
        }
    }
    return false;
}

static void log_refusal(const struct ks_scheduler *scheduler, const struct ks_refusal *refusal)
{
    const char *folder = scheduler->options->folder;
    const char *slash = refusal->file[0] ? "/" : "";

    if (scheduler->once || was_refused(scheduler, refusal)) {
        return;
    }
    /* Many installations have no folder of checks. */
    if (!refusal->file[0] && access(folder, F_OK) != 0 && errno == ENOENT) {
        ks_log(scheduler->options->log, KS_LOG_INFO, KS_SCHEDULER_COMPONENT, "no custom checks: %s does not exist",
               folder);
        return;
    }
    ks_log(scheduler->options->log, KS_LOG_WARNING, KS_SCHEDULER_COMPONENT, "%s%s%s: %s", folder, slash, refusal->file,
           refusal->reason);
}

static bool has_check(const struct ks_scheduler *scheduler, const char *service, const char *check)
{
    for (size_t i = 0; i < scheduler->count; i++) {
        const struct ks_definition *definition = &scheduler->checks[i]->definition;

        if (strcmp(definition->service, service) == 0 && strcmp(definition->check, check) == 0) {
            return true;
        }
    }
    return false;
}

/* A refused check has a shield that says so, unless a check of the same name runs. */
static void take_refusals(struct ks_scheduler *scheduler, struct ks_catalog *catalog)
{
    for (size_t i = 0; i < scheduler->refusal_count; i++) {
        const struct ks_refusal *old = &scheduler->refusals[i];

        if (old->service[0] && !has_check(scheduler, old->service, old->check)) {
            ks_store_custom_remove(scheduler->store, old->service, old->check);
        }
    }
    for (size_t i = 0; i < catalog->refusal_count; i++) {
        const struct ks_refusal *refusal = &catalog->refusals[i];

        log_refusal(scheduler, refusal);
        if (refusal->service[0] && strcmp(refusal->check, "health") != 0 &&
            !has_check(scheduler, refusal->service, refusal->check)) {
            put_refusal(scheduler, refusal);
        }
    }
    ks_refusals_free(scheduler->refusals, scheduler->refusal_count);
    scheduler->refusals = catalog->refusals;
    scheduler->refusal_count = catalog->refusal_count;
    catalog->refusals = NULL;
    catalog->refusal_count = 0;
}

int ks_scheduler_load(struct ks_scheduler *scheduler, struct ks_catalog *catalog)
{
    int outcome = merge(scheduler, catalog);

    if (outcome) {
        ks_log(scheduler->options->log, KS_LOG_ERROR, KS_SCHEDULER_COMPONENT,
               "%s: out of memory; new checks are missing until the folder is read again", scheduler->options->folder);
    } else {
        take_refusals(scheduler, catalog);
        if (!scheduler->once && (scheduler->count || scheduler->refusal_count > 1)) {
            ks_log(scheduler->options->log, KS_LOG_INFO, KS_SCHEDULER_COMPONENT, "%s: checks: %zu, refused: %zu",
                   scheduler->options->folder, scheduler->count, scheduler->refusal_count);
        }
    }
    ks_catalog_fini(catalog);
    return outcome;
}
