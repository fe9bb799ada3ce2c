/* Kubernetes objects in one line of a test. Members that a row does not name are those of a healthy pod or workload. */
#ifndef KS_TEST_KUBE_SAMPLE_H
#define KS_TEST_KUBE_SAMPLE_H

#include "kube/object.h"

#define DAY ((int64_t)86400)
#define NOW ((int64_t)1800000000)

/* A container. `CONTAINER(.image = …)` alone has no status yet; unset texts become "". */
#define CONTAINER(...)                                                                                                 \
    {                                                                                                                  \
        .name = "main", __VA_ARGS__                                                                                    \
    }
#define READY            CONTAINER(.has_status = true, .ready = true)
#define NOT_READY        CONTAINER(.has_status = true)
#define NO_STATUS        CONTAINER(.has_status = false)
#define RESTARTED(times) CONTAINER(.has_status = true, .ready = true, .restart_count = (times))
#define WAITING(why)     CONTAINER(.has_status = true, .waiting_reason = (why))
#define ENDED(code, why)                                                                                               \
    CONTAINER(.has_status = true, .terminated = true, .exit_code = (code), .terminated_reason = (why))
#define IMAGE(text) CONTAINER(.has_status = true, .ready = true, .image = (text))

/* The first container without a name ends the list. */
#define SAMPLE_CONTAINERS 32

struct sample_pod {
    enum ks_pod_phase phase; /* Running if it is not given */
    bool is_lost;            /* instead: phase Unknown */
    enum ks_truth ready;     /* the condition; without it, the pod has no conditions */
    enum ks_truth containers_ready;
    bool runs_once;   /* restartPolicy is not Always */
    const char *gate; /* a readiness gate that is not met */
    const char *node;
    const char *step;
    const char *labels;
    const char *reason;
    const char *unscheduled;
    bool deleting;
    struct ks_container containers[SAMPLE_CONTAINERS];
};

/* Completes the sample in place; the object is a view of it. */
static inline struct ks_kube_object sample_pod_object(struct sample_pod *sample)
{
    size_t count = 0;

    for (; count < SAMPLE_CONTAINERS && sample->containers[count].name; count++) {
        struct ks_container *container = &sample->containers[count];

        container->image = container->image ? container->image : "web:1";
        container->waiting_reason = container->waiting_reason ? container->waiting_reason : "";
        container->terminated_reason = container->terminated_reason ? container->terminated_reason : "";
        container->last_reason = container->last_reason ? container->last_reason : "";
    }
    return (struct ks_kube_object){
        .kind = KS_KIND_POD,
        .meta = {.namespace_name = "shop",
                 .name = "web-1",
                 .generate_name = "",
                 .resource_version = "1",
                 .owner_kind = "StatefulSet",
                 .owner_name = "web",
                 .labels = sample->labels,
                 .created = NOW - DAY,
                 .deleting = sample->deleting,
                 .annotations = KS_NO_ANNOTATIONS},
        .pod = {.phase = sample->phase || sample->is_lost ? sample->phase : KS_POD_RUNNING,
                .ready = sample->ready,
                .containers_ready = sample->containers_ready,
                .has_conditions = sample->ready != KS_ABSENT,
                .reason = sample->reason ? sample->reason : "",
                .unscheduled_reason = sample->unscheduled ? sample->unscheduled : "",
                .unmet_gate = sample->gate ? sample->gate : "",
                .node_name = sample->node ? sample->node : "",
                .step = sample->step ? sample->step : "",
                .restarts_always = !sample->runs_once,
                .containers = sample->containers,
                .container_count = count},
    };
}

#endif
