#include "config.h"

#include "kube/protobuf.h"
#include "kube/protobuf_field.h"

/* How IntOrString.type says that it is a text. */
#define IS_TEXT 1

struct ks_portion ks_kube_protobuf_portion(const ks_pb_IntOrString *from)
{
    return from->type == IS_TEXT ? ks_kube_portion_of_text(ks_kube_protobuf_text(from->str_val))
                                 : ks_kube_portion_of_number(from->int_val);
}

ks_pb_PodTemplateSpec *ks_kube_protobuf_template(struct ks_kube_protobuf_message *message)
{
    switch (message->kind) {
    case KS_KIND_DEPLOYMENT:
        return &message->deployment.spec.template;
    case KS_KIND_REPLICASET:
    case KS_KIND_REPLICATIONCONTROLLER:
        return &message->replicaset.spec.template;
    case KS_KIND_STATEFULSET:
        return &message->statefulset.spec.template;
    case KS_KIND_DAEMONSET:
        return &message->daemonset.spec.template;
    case KS_KIND_JOB:
        return &message->job.spec.template;
    case KS_KIND_CRONJOB:
        return &message->cronjob.spec.job_template.spec.template;
    default:
        return NULL;
    }
}

static void fill_strategy(struct ks_workload *workload, const ks_pb_UpdateStrategy *from)
{
    const ks_pb_RollingUpdate *rolling = &from->rolling_update;

    ks_kube_workload_strategy(workload, ks_kube_protobuf_text(from->type));
    if (rolling->has_max_unavailable) {
        workload->max_unavailable = ks_kube_protobuf_portion(&rolling->max_unavailable);
    }
    if (rolling->has_max_surge) {
        workload->max_surge = ks_kube_protobuf_portion(&rolling->max_surge);
    }
}

static int add_conditions(const ks_pb_ReplicaCondition *conditions, pb_size_t count, struct ks_kube_scratch *scratch,
                          struct ks_error *err)
{
    for (pb_size_t i = 0; i < count; i++) {
        const struct ks_kube_condition condition = {.type = ks_kube_protobuf_text(conditions[i].type),
                                                    .status = ks_kube_protobuf_text(conditions[i].status),
                                                    .reason = ks_kube_protobuf_text(conditions[i].reason)};

        if (ks_kube_conditions_add(&scratch->conditions, &condition, err) < 0) {
            return -1;
        }
    }
    return 0;
}

static int fill_deployment(struct ks_workload *workload, const ks_pb_Deployment *from, struct ks_kube_scratch *scratch,
                           struct ks_error *err)
{
    if (from->spec.has_replicas) {
        workload->desired = from->spec.replicas;
    }
    workload->paused = from->spec.paused;
    workload->min_ready_seconds = from->spec.min_ready_seconds;
    fill_strategy(workload, &from->spec.strategy);
    workload->observed_generation = from->status.observed_generation;
    workload->replicas = from->status.replicas;
    workload->updated = from->status.updated_replicas;
    workload->ready = from->status.ready_replicas;
    workload->available = from->status.available_replicas;
    if (add_conditions(from->status.conditions, from->status.conditions_count, scratch, err) < 0) {
        return -1;
    }
    ks_kube_rollout_conditions(workload, &scratch->conditions);
    return 0;
}

static int fill_replicaset(struct ks_workload *workload, const ks_pb_ReplicaSet *from, struct ks_kube_scratch *scratch,
                           struct ks_error *err)
{
    if (from->spec.has_replicas) {
        workload->desired = from->spec.replicas;
    }
    workload->min_ready_seconds = from->spec.min_ready_seconds;
    workload->observed_generation = from->status.observed_generation;
    workload->replicas = from->status.replicas;
    workload->ready = from->status.ready_replicas;
    workload->available = from->status.available_replicas;
    if (add_conditions(from->status.conditions, from->status.conditions_count, scratch, err) < 0) {
        return -1;
    }
    ks_kube_rollout_conditions(workload, &scratch->conditions);
    return 0;
}

static void fill_statefulset(struct ks_workload *workload, const ks_pb_StatefulSet *from)
{
    const ks_pb_RollingUpdateStatefulSet *rolling = &from->spec.update_strategy.rolling_update;

    if (from->spec.has_replicas) {
        workload->desired = from->spec.replicas;
    }
    workload->min_ready_seconds = from->spec.min_ready_seconds;
    ks_kube_workload_strategy(workload, ks_kube_protobuf_text(from->spec.update_strategy.type));
    workload->partition = rolling->partition;
    if (rolling->has_max_unavailable) {
        workload->max_unavailable = ks_kube_protobuf_portion(&rolling->max_unavailable);
    }
    workload->observed_generation = from->status.observed_generation;
    workload->replicas = from->status.replicas;
    workload->updated = from->status.updated_replicas;
    workload->ready = from->status.ready_replicas;
    workload->available = from->status.available_replicas;
    workload->has_update = ks_kube_revisions_differ(ks_kube_protobuf_text(from->status.current_revision),
                                                    ks_kube_protobuf_text(from->status.update_revision));
}

static void fill_daemonset(struct ks_workload *workload, const ks_pb_DaemonSet *from)
{
    workload->desired = from->status.desired_number_scheduled;
    workload->min_ready_seconds = from->spec.min_ready_seconds;
    fill_strategy(workload, &from->spec.update_strategy);
    workload->observed_generation = from->status.observed_generation;
    workload->replicas = from->status.current_number_scheduled;
    workload->updated = from->status.updated_number_scheduled;
    workload->ready = from->status.number_ready;
    workload->available = from->status.number_available;
}

static int fill_job(struct ks_workload *workload, const ks_pb_Job *from, struct ks_kube_scratch *scratch,
                    struct ks_error *err)
{
    workload->desired = from->status.active;
    workload->suspended = from->spec.suspend;
    workload->ready = from->status.ready;
    workload->succeeded = from->status.succeeded;
    workload->failed = from->status.failed;
    workload->finished = ks_kube_protobuf_time(&from->status.completion_time);
    if (ks_kube_protobuf_conditions(from->status.conditions, from->status.conditions_count, scratch, err) < 0) {
        return -1;
    }
    ks_kube_job_conditions(workload, &scratch->conditions);
    return 0;
}

static void fill_cronjob(struct ks_workload *workload, const ks_pb_CronJob *from)
{
    workload->suspended = from->spec.suspend;
    workload->active = (int32_t)from->status.active_count;
    workload->last_schedule = ks_kube_protobuf_time(&from->status.last_schedule_time);
    workload->last_success = ks_kube_protobuf_time(&from->status.last_successful_time);
}

static int fill_template(struct ks_workload *workload, const ks_pb_TemplatePodSpec *from,
                         struct ks_kube_scratch *scratch, struct ks_error *err)
{
    if (ks_kube_protobuf_containers(from->containers, from->containers_count, false, scratch, err) < 0 ||
        ks_kube_protobuf_containers(from->init_containers, from->init_containers_count, true, scratch, err) < 0) {
        return -1;
    }
    workload->containers = scratch->containers.items;
    workload->container_count = scratch->containers.count;
    workload->containers_per_pod = ks_kube_containers_per_pod(&scratch->containers);
    return 0;
}

int ks_kube_protobuf_workload(struct ks_workload *workload, struct ks_kube_protobuf_message *from,
                              struct ks_kube_scratch *scratch, struct ks_error *err)
{
    if (fill_template(workload, &ks_kube_protobuf_template(from)->spec, scratch, err) < 0) {
        return -1;
    }
    switch (from->kind) {
    case KS_KIND_DEPLOYMENT:
        return fill_deployment(workload, &from->deployment, scratch, err);
    case KS_KIND_REPLICASET:
    case KS_KIND_REPLICATIONCONTROLLER:
        return fill_replicaset(workload, &from->replicaset, scratch, err);
    case KS_KIND_STATEFULSET:
        fill_statefulset(workload, &from->statefulset);
        return 0;
    case KS_KIND_DAEMONSET:
        fill_daemonset(workload, &from->daemonset);
        return 0;
    case KS_KIND_JOB:
        return fill_job(workload, &from->job, scratch, err);
    default:
        fill_cronjob(workload, &from->cronjob);
        return 0;
    }
}
