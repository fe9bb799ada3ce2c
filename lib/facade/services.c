/* Snapshots: what a store holds at one moment, copied. Callers keep them as long as they like, without a lock. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/clock.h"
#include "facade/service.h"

struct ks_services {
    struct ks_service **items;
    size_t count;
    struct ks_service *sum;
};

struct reading {
    struct ks_services *services;
    const struct ks_store_selector *selector;
    struct ks_service_judge judge;
    bool no_memory;
};

static bool make_room(struct ks_services *services)
{
    struct ks_service **items = ks_array_grow(services->items, services->count, sizeof(struct ks_service *));

    if (items) {
        services->items = items;
    }
    return items != NULL;
}

static bool is_selected(const struct ks_store_selector *selector, const struct ks_service_view *view)
{
    return view->state && (!selector->name || strcmp(selector->name, view->name) == 0) &&
           (!selector->namespace_name || strcmp(selector->namespace_name, view->namespace_name) == 0);
}

static void on_service(void *arg, const struct ks_service_view *view)
{
    struct reading *reading = arg;
    struct ks_services *services = reading->services;
    struct ks_service *service;

    if (reading->no_memory || !is_selected(reading->selector, view)) {
        return;
    }
    service = make_room(services) ? ks_service_new(view, &reading->judge) : NULL;
    if (service) {
        services->items[services->count++] = service;
    } else {
        reading->no_memory = true;
    }
}

static void on_sum(void *arg, const struct ks_store_sum *sum)
{
    struct reading *reading = arg;
    const struct ks_service_view view = {
        .name = "", .namespace_name = "", .kind = "", .state = &sum->state, .age_ms = sum->age_ms};

    reading->services->sum = ks_service_new(&view, &reading->judge);
    reading->no_memory = reading->no_memory || !reading->services->sum;
}

int ks_services_read(struct ks_services **out, struct ks_store *store, const struct ks_store_selector *selector,
                     int64_t unknown_after_ms, struct ks_error *err)
{
    struct ks_services *services = calloc(1, sizeof *services);
    struct ks_store_selector listed = *selector; /* the sum is of everything that the list has */
    struct reading reading = {.services = services,
                              .selector = selector,
                              .judge = {.now = ks_clock_wall() / 1000, .unknown_after_ms = unknown_after_ms}};

    if (!services) {
        return ks_error_memory(err);
    }
    ks_store_read_services(store, on_service, &reading);
    listed.with_hidden = true;
    ks_store_read_sum(store, &listed, on_sum, &reading);
    if (reading.no_memory) {
        ks_services_free(services);
        return ks_error_memory(err);
    }
    *out = services;
    return 0;
}

void ks_services_free(struct ks_services *services)
{
    if (!services) {
        return;
    }
    for (size_t i = 0; i < services->count; i++) {
        free(services->items[i]);
    }
    free(services->items);
    free(services->sum);
    free(services);
}

size_t ks_services_count(const struct ks_services *services)
{
    return services ? services->count : 0;
}

const struct ks_service *ks_services_at(const struct ks_services *services, size_t index)
{
    return services && index < services->count ? services->items[index] : NULL;
}

const struct ks_service *ks_services_sum(const struct ks_services *services)
{
    return services ? services->sum : NULL;
}
