#include "config.h"

#include "health/run.h"

#include <stdlib.h>

#include "health/judgement.h"

bool ks_run_has(const struct ks_run *run, const struct ks_pod_facts *pod)
{
    return pod->run == run->run || (pod->is_helper && pod->run == 0);
}

static int order(int64_t one, int64_t other)
{
    return (one > other) - (one < other);
}

/* By run and step, so that the tries of a step are neighbours. */
static int compare(const void *one, const void *other)
{
    const struct ks_pod_facts *left = *(const struct ks_pod_facts *const *)one;
    const struct ks_pod_facts *right = *(const struct ks_pod_facts *const *)other;
    int by_run = order(left->run, right->run);
    int by_step = order(left->step, right->step);

    if (by_run) {
        return by_run;
    }
    return by_step ? by_step : ks_pod_order(left, right);
}

/* A run is as new as its first pod. Of two that began in the same second, the one whose last pod is newer. */
struct age {
    int64_t first, last;
};

static void grow(struct age *age, int64_t created)
{
    age->first = age->first == 0 || created < age->first ? created : age->first;
    age->last = created > age->last ? created : age->last;
}

static bool is_newer(const struct age *one, const struct age *other)
{
    return one->first > other->first || (one->first == other->first && one->last > other->last);
}

/* Whether pods of this kind decide which run is the newest. */
static bool decides(const struct ks_pod_facts *pod, bool with_helpers)
{
    return !pod->deleting && (with_helpers || !pod->is_helper);
}

/* Returns whether there is a run. */
static bool find_newest(const struct ks_evidence *evidence, bool with_helpers, struct ks_run *run)
{
    struct age newest = {.first = 0};
    bool found = false;

    for (size_t i = 0; i < evidence->pod_count;) {
        uint32_t number = evidence->pods[i]->run;
        struct age age = {.first = 0};
        bool has_pods = false;

        for (; i < evidence->pod_count && evidence->pods[i]->run == number; i++) {
            if (decides(evidence->pods[i], with_helpers)) {
                grow(&age, evidence->pods[i]->created);
                has_pods = true;
            }
        }
        if (has_pods && (!found || is_newer(&age, &newest))) {
            newest = age;
            run->run = number;
            run->first = age.first;
            found = true;
        }
    }
    return found;
}

/* One of the pods that failed at this step was the last of its tries. */
static bool has_step_failed(const struct ks_pod_facts *const *pods, size_t count, bool with_helpers)
{
    int64_t last_good = -1;

    for (size_t i = 0; i < count; i++) {
        if (decides(pods[i], with_helpers) && !pods[i]->failed && pods[i]->created > last_good) {
            last_good = pods[i]->created;
        }
    }
    for (size_t i = 0; i < count; i++) {
        bool is_tried_again = (pods[i]->finished_at > 0 && last_good >= pods[i]->finished_at) ||
                              (pods[i]->step != 0 && last_good > pods[i]->created);

        if (decides(pods[i], with_helpers) && pods[i]->failed && !is_tried_again) {
            return true;
        }
    }
    return false;
}

static void count(const struct ks_evidence *evidence, bool with_helpers, struct ks_run *run)
{
    for (size_t i = 0; i < evidence->pod_count; i++) {
        const struct ks_pod_facts *pod = evidence->pods[i];

        run->deleting += pod->deleting;
        if (decides(pod, with_helpers) && ks_run_has(run, pod)) {
            run->finished += pod->finished;
            run->live += !pod->finished;
            run->doubt = pod->finished && pod->doubt[0] ? pod->doubt : run->doubt;
        }
    }
}

static bool is_same_step(const struct ks_pod_facts *one, const struct ks_pod_facts *other)
{
    return one->run == other->run && one->step == other->step;
}

void ks_run_find(const struct ks_evidence *evidence, struct ks_run *run)
{
    bool with_helpers = false;
    const struct ks_pod_facts **pods = evidence->pods;

    *run = (struct ks_run){.doubt = ""};
    if (evidence->pod_count == 0) {
        return;
    }
    qsort(pods, evidence->pod_count, sizeof *pods, compare);
    if (!find_newest(evidence, with_helpers, run)) {
        with_helpers = true;
        find_newest(evidence, with_helpers, run);
    }
    count(evidence, with_helpers, run);
    for (size_t i = 0; i < evidence->pod_count;) {
        size_t end = i + 1;

        while (end < evidence->pod_count && is_same_step(pods[i], pods[end])) {
            end++;
        }
        if (pods[i]->run == run->run && has_step_failed(pods + i, end - i, with_helpers)) {
            run->has_failed = true;
        }
        i = end;
    }
}
