/* Fills a store with one line per event, and prints what readers see. */
#ifndef KS_TEST_STORE_SAMPLE_H
#define KS_TEST_STORE_SAMPLE_H

#include "support/testing.h"

#include "kube/labels.h"
#include "store/store.h"

#define CREATED ((int64_t)1700000000)

/* An event. Members that are not named are those of a running pod "web-0" of StatefulSet "web" in namespace "shop". */
struct sample {
    enum ks_kube_event event;
    enum ks_kind kind;
    const char *namespace_name, *name, *generate_name, *owner_kind, *owner_name, *hash, *image, *waiting;
    const char *labels; /* "key=value,…", beside the hash */
    const char *on_node, *step;
    int64_t created, generation;
    bool not_ready, deleting;
    bool to_completion;         /* it is not meant to run for ever */
    bool is_condition_not_true; /* although its container is ready */
    enum ks_pod_phase phase;
    int32_t restarts;
    struct ks_workload workload;
    struct ks_annotations annotations;
    struct ks_node node;
    struct ks_budget budget; /* its selector: "key=value,…" */
    size_t group;
    const char *version; /* "1" */
    bool is_compared;    /* it is in a list beside the watch */
};

static inline const char *sample_or(const char *text, const char *otherwise)
{
    return text ? text : otherwise;
}

/* Calls `put` for each of "key=value,…". */
static inline void sample_each_label(struct ks_buf *out, const char *text,
                                     void (*put)(struct ks_buf *out, const char *key, const char *value))
{
    char copy[256];
    char *rest = NULL;

    snprintf(copy, sizeof copy, "%s", text ? text : "");
    for (char *label = strtok_r(copy, ",", &rest); label; label = strtok_r(NULL, ",", &rest)) {
        char *value = strchr(label, '=');

        *value = '\0';
        put(out, label, value + 1);
    }
}

static inline void sample_put_requirement(struct ks_buf *out, const char *key, const char *value)
{
    ks_selector_begin(out, key, "In", 1);
    ks_selector_value(out, value);
}

static inline void sample_write_labels(char *memory, size_t size, const struct sample *sample)
{
    struct ks_buf out;

    ks_buf_init_fixed(&out, memory, size);
    if (sample->hash) {
        ks_labels_put(&out, "pod-template-hash", sample->hash);
    }
    sample_each_label(&out, sample->labels, ks_labels_put);
    ks_labels_end(&out);
}

static inline void sample_write_selector(char *memory, size_t size, const char *selector)
{
    struct ks_buf out;

    ks_buf_init_fixed(&out, memory, size);
    sample_each_label(&out, selector, sample_put_requirement);
    ks_selector_end(&out);
}

/* Returns 0, or -1 with the error. */
static inline int sample_try(struct ks_store *store, const struct sample *sample, struct ks_error *err)
{
    const struct ks_container container = {.name = "main",
                                           .image = sample_or(sample->image, "web:1"),
                                           .has_status = true,
                                           .ready = !sample->not_ready,
                                           .restart_count = sample->restarts,
                                           .waiting_reason = sample_or(sample->waiting, ""),
                                           .terminated_reason = "",
                                           .last_reason = ""};
    char labels[512], selector[512];
    struct ks_kube_object object = {.kind = sample->kind,
                                    .meta = {.namespace_name = sample_or(sample->namespace_name, "shop"),
                                             .name = sample_or(sample->name, "web-0"),
                                             .generate_name = sample_or(sample->generate_name, ""),
                                             .resource_version = sample_or(sample->version, "1"),
                                             .owner_kind = sample_or(sample->owner_kind, ""),
                                             .owner_name = sample_or(sample->owner_name, ""),
                                             .created = sample->created ? sample->created : CREATED,
                                             .generation = sample->generation,
                                             .deleting = sample->deleting,
                                             .annotations = {.label = sample_or(sample->annotations.label, ""),
                                                             .color = sample_or(sample->annotations.color, ""),
                                                             .link = sample_or(sample->annotations.link, ""),
                                                             .hidden = sample->annotations.hidden}}};

    sample_write_labels(labels, sizeof labels, sample);
    object.meta.labels = labels;
    if (sample->kind == KS_KIND_POD) {
        if (!sample->owner_kind) {
            object.meta.owner_kind = "StatefulSet";
            object.meta.owner_name = sample_or(sample->owner_name, "web");
        }
        object.pod = (struct ks_pod){.phase = sample->phase ? sample->phase : KS_POD_RUNNING,
                                     .reason = "",
                                     .unscheduled_reason = "",
                                     .unmet_gate = "",
                                     .node_name = sample_or(sample->on_node, ""),
                                     .step = sample_or(sample->step, ""),
                                     .restarts_always = !sample->to_completion,
                                     .has_conditions = sample->is_condition_not_true,
                                     .ready = sample->is_condition_not_true ? KS_UNKNOWN : KS_ABSENT,
                                     .containers = &container,
                                     .container_count = 1};
    } else if (sample->kind == KS_KIND_NODE) {
        object.node = sample->node;
    } else if (sample->kind == KS_KIND_BUDGET) {
        sample_write_selector(selector, sizeof selector, sample->budget.selector);
        object.budget = sample->budget;
        object.budget.selector = selector;
    } else {
        object.workload = sample->workload;
        object.workload.reason = sample_or(sample->workload.reason, "");
    }
    return sample->is_compared ? ks_store_compare(store, sample->group, &object, err)
                               : ks_store_apply(store, sample->group, sample->event, &object, err);
}

static inline void sample_apply(struct ks_store *store, const struct sample *sample)
{
    struct ks_error err = {.kind = KS_ERROR_NONE};

    if (sample_try(store, sample, &err)) {
        fail_msg("apply: %s", err.text);
    }
}

#define APPLY(store, ...)   sample_apply((store), &(const struct sample){__VA_ARGS__})
#define COMPARE(store, ...) sample_apply((store), &(const struct sample){.is_compared = true, __VA_ARGS__})

static inline struct ks_store *sample_store(const char *const *namespaces, const char *const *excluded)
{
    const struct ks_store_options options = {.namespaces = namespaces, .excluded = excluded};
    struct ks_store *store;
    struct ks_error err;

    if (ks_store_new(&store, &options, &err)) {
        fail_msg("store: %s", err.text);
    }
    return store;
}

static inline void sample_flush(struct ks_store *store)
{
    struct ks_error err;

    assert_int_equal(ks_store_flush(store, &err), 0);
    assert_false(ks_store_is_dirty(store));
}

/* Sets a source's state, and publishes it. */
static inline void sample_source(struct ks_store *store, size_t group, enum ks_kind kind, enum ks_source_state state,
                                 int64_t as_of)
{
    ks_store_source(store, group, kind, state, as_of);
    sample_flush(store);
}

/* Sets all sources of a group to live, as after their first lists. */
static inline void sample_live(struct ks_store *store, size_t group)
{
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        ks_store_source(store, group, (enum ks_kind)kind, KS_SOURCE_LIVE, 0);
    }
    sample_flush(store);
}

/* The state of a test: a store whose lists are complete and empty. */
static inline int sample_set_up(void **state)
{
    struct ks_store *store = sample_store(NULL, NULL);

    sample_live(store, 0);
    *state = store;
    return 0;
}

static inline int sample_tear_down(void **state)
{
    ks_store_free(*state);
    return 0;
}

#define sample_test(function) cmocka_unit_test_setup_teardown(function, sample_set_up, sample_tear_down)

static inline uint64_t sample_version(struct ks_store *store)
{
    struct ks_store_stats stats;

    ks_store_stats(store, &stats);
    return stats.version;
}

/* A check that answered. */
static inline void sample_check(struct ks_store *store, const char *service, const char *check, const char *message)
{
    const struct ks_custom_state state = {.service = service,
                                          .check = check,
                                          .phase = KS_CUSTOM_ANSWERED,
                                          .label = "",
                                          .message = message,
                                          .color = "green",
                                          .reason = "",
                                          .mistake = "",
                                          .raw = ""};
    struct ks_error err;

    assert_int_equal(ks_store_custom_put(store, &state, &err), 0);
}

static inline void sample_note_age(void *arg, const struct ks_store_sum *sum)
{
    *(int64_t *)arg = sum->age_ms;
}

/* The age of the services with this name, or of all; ms. */
static inline int64_t sample_age(struct ks_store *store, const char *name)
{
    const struct ks_store_selector selector = {.name = name};
    int64_t age_ms = -1;

    ks_store_read_sum(store, &selector, sample_note_age, &age_ms);
    return age_ms;
}

static inline void sample_put_service(void *arg, const struct ks_service_view *service)
{
    struct ks_buf *text = arg;

    ks_buf_printf(text, "%s%s/%s/%s %d/%d", text->length ? ", " : "", service->namespace_name, service->kind,
                  service->name, (int)service->state->ready, (int)service->state->total);
}

/* wanted: "shop/Deployment/web 1/1, …" */
static inline void assert_services(struct ks_store *store, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_services(store, sample_put_service, &text);
    assert_row_text("services", text.data, wanted);
}

static inline void sample_put_sum(void *arg, const struct ks_store_sum *sum)
{
    static const char *const readiness[] = {"ready", "starting", "forbidden", "unreachable"};

    ks_buf_printf(arg, "%s %zu: %d/%d", readiness[sum->readiness], sum->services, (int)sum->state.ready,
                  (int)sum->state.total);
}

/* wanted: "ready 2: 3/4" for readiness, services, containers. */
static inline void assert_sum(struct ks_store *store, const struct ks_store_selector *selector, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    ks_store_read_sum(store, selector, sample_put_sum, &text);
    assert_row_text(selector->name ? selector->name : "all", text.data, wanted);
}

/* A pod of a CronJob's Job, and that Job. */
#define CRONJOB_POD(...) .owner_kind = "Job", .owner_name = "backup-27891234", .name = "backup-27891234-x", __VA_ARGS__
#define CRONJOB_JOB(...)                                                                                               \
    .kind = KS_KIND_JOB, .name = "backup-27891234", .owner_kind = "CronJob", .owner_name = "backup", __VA_ARGS__

#define ASSERT_SUM(store, wanted, ...) assert_sum((store), &(const struct ks_store_selector){__VA_ARGS__}, (wanted))

#endif
