#include "config.h"

#include "health/batch.h"

#include "health/run.h"

/* The CronJob, and the Jobs, of a service. */
struct jobs {
    const struct ks_controller *cronjob; /* NULL: there is none, or it must not be read */
    const struct ks_controller *newest;  /* Job by creation; NULL: there is none, or they must not be read */
    const struct ks_controller *running; /* the newest that runs */
    int32_t active;                      /* pods of all that run, as they count them */
    int64_t last_known_success;          /* the end of the latest complete one */
};

static bool is_running(const struct ks_controller *job)
{
    return job->workload.outcome == KS_JOB_RUNNING && !job->workload.suspended;
}

static const struct ks_controller *newer(const struct ks_controller *one, const struct ks_controller *other)
{
    return !one || other->created >= one->created ? other : one;
}

static void find_jobs(const struct ks_evidence *evidence, struct jobs *jobs)
{
    *jobs = (struct jobs){.cronjob = NULL};
    for (size_t i = 0; i < evidence->controller_count; i++) {
        const struct ks_controller *controller = evidence->controllers[i];
        const struct ks_workload *workload = &controller->workload;

        if (controller->kind != KS_KIND_JOB) {
            jobs->cronjob = controller;
            continue;
        }
        jobs->newest = newer(jobs->newest, controller);
        if (is_running(controller)) {
            jobs->running = newer(jobs->running, controller);
            jobs->active = ks_tally_plus(jobs->active, workload->desired);
        }
        if (workload->outcome == KS_JOB_COMPLETE && workload->finished > jobs->last_known_success) {
            jobs->last_known_success = workload->finished;
        }
    }
}

/* Old Jobs of a CronJob that are kept for their logs do not matter. */
static void take_jobs(struct ks_judgement *judgement, const struct jobs *jobs)
{
    const struct ks_evidence *evidence = judgement->evidence;

    for (size_t i = 0; i < evidence->controller_count; i++) {
        const struct ks_controller *controller = evidence->controllers[i];

        if (controller == jobs->cronjob || controller == jobs->newest || is_running(controller)) {
            ks_judgement_take(judgement, controller);
        }
    }
}

/* Whether waiting may be all that it takes. */
static bool is_on_its_way(const struct ks_pod_facts *pod)
{
    return ks_pod_is_up(pod) || pod->gated || ks_reason_is_passing(pod->reason) ||
           (pod->is_retrying && !ks_pod_is_on_lost_node(pod));
}

/* A run that is not over, by its live pods; run NULL: by all live pods. */
static void show_run(struct ks_judgement *judgement, const struct ks_run *run, int32_t wanted, int32_t containers)
{
    const struct ks_evidence *evidence = judgement->evidence;
    struct ks_service_state *state = judgement->state;
    int32_t gated = 0;
    bool is_stuck = false;

    for (size_t i = 0; i < evidence->pod_count; i++) {
        const struct ks_pod_facts *pod = evidence->pods[i];

        if (ks_pod_is_live(pod) && (!run || ks_run_has(run, pod))) {
            ks_judgement_count(judgement, pod);
            gated += pod->gated;
            is_stuck = is_stuck || !is_on_its_way(pod);
        }
    }
    /* Pods that a run does not have yet, or no longer, are no fault: it moves on, or tries again. */
    ks_judgement_desire(judgement, wanted > state->pods ? wanted : state->pods, containers);
    if (is_stuck) {
        ks_judgement_pass(judgement, KS_OUTCOME_RUNNING, true);
    } else if (state->pods > 0 && gated == state->pods) {
        ks_judgement_pass(judgement, KS_OUTCOME_GATED, false);
    } else if (state->pods_ready == state->desired) {
        ks_judgement_pass(judgement, KS_OUTCOME_RUNNING, false);
    } else {
        ks_judgement_pass(judgement, KS_OUTCOME_IN_PROGRESS, false);
    }
}

/* Any run that has not ended is shown, even if a newer one has. */
static void show_running_jobs(struct ks_judgement *judgement, const struct jobs *jobs)
{
    show_run(judgement, NULL, jobs->active > 0 ? jobs->active : 1, jobs->running->workload.containers_per_pod);
}

static enum ks_outcome outcome_of_job(const struct ks_controller *job)
{
    if (job->workload.outcome == KS_JOB_COMPLETE) {
        return KS_OUTCOME_SUCCEEDED;
    }
    return job->workload.outcome == KS_JOB_RUNNING ? KS_OUTCOME_SUSPENDED : KS_OUTCOME_FAILED;
}

static enum ks_outcome outcome_of_run(struct ks_judgement *judgement, const struct ks_run *run)
{
    ks_tally_add(&judgement->state->doubts, run->doubt, 1);
    return run->has_failed ? KS_OUTCOME_FAILED : KS_OUTCOME_SUCCEEDED;
}

/* The newest Job is that of the last schedule, or later. Schedules are by the clock of the CronJob's controller, and
 * creations by the API server's, which may be behind: a Job that ended after the schedule counts, too. */
static bool is_last_run_known(const struct jobs *jobs)
{
    int64_t last_schedule = jobs->cronjob->workload.last_schedule;

    return jobs->newest && (jobs->newest->created >= last_schedule || jobs->newest->workload.finished >= last_schedule);
}

/* The newest Job failed, and a run that succeeded later is not kept. */
static bool has_succeeded_since(const struct jobs *jobs)
{
    int64_t last_success = jobs->cronjob->workload.last_success;

    return last_success > jobs->newest->created && last_success > jobs->last_known_success;
}

/* The CronJob itself says what came of the last run, of which nothing is left. */
static enum ks_outcome outcome_by_times(const struct ks_workload *cronjob)
{
    if (cronjob->active > 0) {
        return KS_OUTCOME_IN_PROGRESS;
    }
    if (cronjob->last_schedule <= 0) {
        return KS_OUTCOME_SCHEDULED;
    }
    if (cronjob->last_success >= cronjob->last_schedule) {
        return KS_OUTCOME_SUCCEEDED;
    }
    return cronjob->has_last_success ? KS_OUTCOME_FAILED : KS_OUTCOME_SCHEDULED;
}

/* What came of a CronJob's last run, none of which runs now. */
static enum ks_outcome outcome_of_last_run(struct ks_judgement *judgement, const struct jobs *jobs,
                                           const struct ks_run *run)
{
    const struct ks_workload *cronjob = &jobs->cronjob->workload;
    enum ks_outcome outcome;

    if (is_last_run_known(jobs)) {
        outcome = outcome_of_job(jobs->newest);
        return outcome == KS_OUTCOME_FAILED && has_succeeded_since(jobs) ? KS_OUTCOME_SUCCEEDED : outcome;
    }
    if (cronjob->active == 0 && run->finished > 0 && run->first >= cronjob->last_schedule) {
        return outcome_of_run(judgement, run);
    }
    return outcome_by_times(cronjob);
}

static void judge_cronjob(struct ks_judgement *judgement, const struct jobs *jobs, const struct ks_run *run)
{
    const struct ks_workload *cronjob = &jobs->cronjob->workload;
    enum ks_outcome outcome;

    /* The pods of Jobs that must not be read, or that are not known yet. */
    if (run->live > 0 && !is_last_run_known(jobs)) {
        show_run(judgement, run, 0, 0);
        return;
    }
    outcome = outcome_of_last_run(judgement, jobs, run);
    if (cronjob->suspended && outcome != KS_OUTCOME_IN_PROGRESS) {
        outcome = outcome == KS_OUTCOME_FAILED ? KS_OUTCOME_SUSPENDED_FAILED : KS_OUTCOME_SUSPENDED;
    }
    ks_judgement_pass(judgement, outcome, outcome == KS_OUTCOME_FAILED);
}

/* No controller can be asked: the newest run's pods decide. */
static void judge_pods(struct ks_judgement *judgement, const struct ks_run *run)
{
    if (run->live > 0) {
        show_run(judgement, run, 0, 0);
    } else if (run->finished > 0) {
        ks_judgement_pass(judgement, outcome_of_run(judgement, run), run->has_failed);
    } else {
        ks_tally_add(&judgement->state->reasons, "Terminating", run->deleting);
        ks_judgement_pass(judgement, KS_OUTCOME_TERMINATING, false);
    }
}

void ks_batch_judge(struct ks_judgement *judgement)
{
    struct jobs jobs;
    struct ks_run run;

    find_jobs(judgement->evidence, &jobs);
    take_jobs(judgement, &jobs);
    ks_run_find(judgement->evidence, &run);
    if (jobs.running) {
        show_running_jobs(judgement, &jobs);
    } else if (jobs.cronjob) {
        judge_cronjob(judgement, &jobs, &run);
    } else if (jobs.newest) {
        enum ks_outcome outcome = outcome_of_job(jobs.newest);

        ks_judgement_pass(judgement, outcome, outcome == KS_OUTCOME_FAILED);
    } else {
        judge_pods(judgement, &run);
    }
}
