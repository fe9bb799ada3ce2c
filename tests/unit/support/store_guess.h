/* Pods of an owner whose object nobody watches, and how many there should be. */
#ifndef KS_TEST_STORE_GUESS_H
#define KS_TEST_STORE_GUESS_H

#include "support/store_orders.h"

#include "store/private.h"

#define MINUTE                   ((int64_t)60 * 1000)
#define HOUR                     (60 * MINUTE)

#define GADGET(pod, ...)         .name = (pod), .owner_kind = "Gadget", .owner_name = "web", .labels = "app=web", __VA_ARGS__
#define BUDGET(budget_name, ...) .kind = KS_KIND_BUDGET, .name = (budget_name), .budget = __VA_ARGS__
#define OF(labels, ...)                                                                                                \
    {                                                                                                                  \
        .selector = (labels), __VA_ARGS__                                                                              \
    }
#define NUMBERS(...) OF("app=web", __VA_ARGS__)
#define EXACTLY(n)   NUMBERS(.expected = (n), .is_exact = true)

/* "3", "3?" if it is a guess; "none" if nothing is expected; "gone" if there is no such service. */
static inline void assert_expected_in(struct ks_store *store, const char *namespace_name, const char *kind,
                                      const char *name, const char *wanted, const char *row)
{
    struct ks_evidence evidence = {.expected = 0};
    const struct service *service;
    char text[32] = "none";

    sample_flush(store);
    service = ks_service_find(store, namespace_name, kind, name);
    if (!service) {
        assert_row_text(row, "gone", wanted);
        return;
    }
    assert_true(service->listed);
    if (service->guess) {
        ks_guess_expect(store, service->guess, service->guess->current, &evidence);
    }
    if (evidence.expected > 0) {
        snprintf(text, sizeof text, "%d%s", (int)evidence.expected, evidence.expected_is_guess ? "?" : "");
    }
    assert_row_text(row, text, wanted);
}

static inline void assert_expected(struct ks_store *store, const char *name, const char *wanted)
{
    assert_expected_in(store, "shop", "Gadget", name, wanted, name);
}

static inline void put_gadgets(struct ks_store *store, int count)
{
    for (int i = 0; i < count; i++) {
        char name[16];

        snprintf(name, sizeof name, "web-%d", i);
        APPLY(store, GADGET(name));
    }
}

static inline void remove_gadgets(struct ks_store *store, int from, int end)
{
    for (int i = from; i < end; i++) {
        char name[16];

        snprintf(name, sizeof name, "web-%d", i);
        APPLY(store, .event = KS_KUBE_DELETED, GADGET(name));
    }
}

#endif
