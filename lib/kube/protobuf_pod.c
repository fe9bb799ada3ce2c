#include "config.h"

#include "kube/protobuf.h"
#include "kube/protobuf_field.h"
#include "kube/time.h"

int64_t ks_kube_protobuf_time(const ks_pb_Time *time)
{
    return ks_kube_time_within(time->seconds);
}

int ks_kube_protobuf_containers(const ks_pb_Container *containers, pb_size_t count, bool init,
                                struct ks_kube_scratch *scratch, struct ks_error *err)
{
    for (pb_size_t i = 0; i < count; i++) {
        const ks_pb_Container *from = &containers[i];
        enum ks_container_role role =
            init ? ks_kube_init_container_role(ks_kube_protobuf_text(from->restart_policy)) : KS_CONTAINER_REGULAR;

        if (ks_kube_containers_add(&scratch->containers, role, ks_kube_protobuf_text(from->name),
                                   ks_kube_protobuf_text(from->image), err) < 0) {
            return -1;
        }
    }
    return 0;
}

int ks_kube_protobuf_conditions(const ks_pb_Condition *conditions, pb_size_t count, struct ks_kube_scratch *scratch,
                                struct ks_error *err)
{
    for (pb_size_t i = 0; i < count; i++) {
        const struct ks_kube_condition condition = {.type = ks_kube_protobuf_text(conditions[i].type),
                                                    .status = ks_kube_protobuf_text(conditions[i].status),
                                                    .reason = ks_kube_protobuf_text(conditions[i].reason),
                                                    .since =
                                                        ks_kube_protobuf_time(&conditions[i].last_transition_time)};

        if (ks_kube_conditions_add(&scratch->conditions, &condition, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static void fill_status(struct ks_container *container, const ks_pb_ContainerStatus *from)
{
    const ks_pb_ContainerStateTerminated *terminated = &from->state.terminated;
    const ks_pb_ContainerStateTerminated *last = &from->last_state.terminated;

    container->has_status = true;
    container->ready = from->ready;
    container->started = from->started;
    container->restart_count = from->restart_count;
    container->started_at = ks_kube_protobuf_time(&from->state.running.started_at);
    container->waiting_reason = ks_kube_protobuf_text(from->state.waiting.reason);
    container->terminated_reason = ks_kube_protobuf_text(terminated->reason);
    container->last_reason = ks_kube_protobuf_text(last->reason);
    container->terminated = from->state.has_terminated;
    container->exit_code = terminated->exit_code;
    container->finished_at = ks_kube_protobuf_time(&terminated->finished_at);
    container->last_finished_at = ks_kube_protobuf_time(&last->finished_at);
}

static void fill_statuses(struct ks_kube_containers *containers, bool init, const ks_pb_ContainerStatus *statuses,
                          pb_size_t count)
{
    for (pb_size_t i = 0; i < count; i++) {
        struct ks_container *container =
            ks_kube_containers_find(containers, init, ks_kube_protobuf_text(statuses[i].name));

        if (container) {
            fill_status(container, &statuses[i]);
        }
    }
}

static int fill_containers(const ks_pb_Pod *from, struct ks_kube_scratch *scratch, struct ks_error *err)
{
    const ks_pb_PodSpec *spec = &from->spec;
    const ks_pb_PodStatus *status = &from->status;

    if (ks_kube_protobuf_containers(spec->containers, spec->containers_count, false, scratch, err) < 0 ||
        ks_kube_protobuf_containers(spec->init_containers, spec->init_containers_count, true, scratch, err) < 0) {
        return -1;
    }
    fill_statuses(&scratch->containers, false, status->container_statuses, status->container_statuses_count);
    fill_statuses(&scratch->containers, true, status->init_container_statuses, status->init_container_statuses_count);
    return 0;
}

int ks_kube_protobuf_pod(struct ks_pod *pod, const ks_pb_Pod *from, struct ks_kube_scratch *scratch,
                         struct ks_error *err)
{
    if (ks_kube_protobuf_conditions(from->status.conditions, from->status.conditions_count, scratch, err) < 0 ||
        fill_containers(from, scratch, err) < 0) {
        return -1;
    }
    ks_kube_pod_conditions(pod, &scratch->conditions);
    for (pb_size_t i = 0; i < from->spec.readiness_gates_count; i++) {
        ks_kube_pod_gate(pod, &scratch->conditions,
                         ks_kube_protobuf_text(from->spec.readiness_gates[i].condition_type));
    }
    pod->phase = ks_pod_phase_of(ks_kube_protobuf_text(from->status.phase));
    pod->reason = ks_kube_protobuf_text(from->status.reason);
    pod->node_name = ks_kube_protobuf_text(from->spec.node_name);
    pod->restarts_always = ks_kube_restarts_always(ks_kube_protobuf_text(from->spec.restart_policy));
    pod->containers = scratch->containers.items;
    pod->container_count = scratch->containers.count;
    return 0;
}
