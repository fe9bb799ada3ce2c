#include "config.h"

#include "health/pod.h"

#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/utf8.h"
#include "health/doubt.h"
#include "health/tally.h"
#include "kube/labels.h"

#define HOUR          3600
#define DAY           86400
#define RESTARTS_MANY 3

/* "1.4.2" for "registry:5000/team/web:1.4.2", "sha256:0123456789ab" for "web@sha256:0123456789ab…", otherwise
 * "latest". */
static size_t image_tag(const char *image, const char **tag)
{
    const char *digest = strchr(image, '@');
    size_t length = digest ? (size_t)(digest - image) : strlen(image);
    const char *slash = memrchr(image, '/', length);
    const char *name = slash ? slash + 1 : image;
    const char *colon = memchr(name, ':', length - (size_t)(name - image));

    if (colon) {
        *tag = colon + 1;
        return length - (size_t)(*tag - image);
    }
    if (digest) {
        const char *hex = strchr(digest, ':');

        *tag = digest + 1;
        return hex ? (size_t)(hex - *tag) + 1 + strnlen(hex + 1, 12) : strlen(*tag);
    }
    *tag = "latest";
    return strlen(*tag);
}

/* Appends ", tag" unless the list has it already. A list that is full ends in "…" and stays as it is. */
static void add_version(char version[static KS_VERSION_SIZE], const char *tag, size_t length)
{
    static const char ellipsis[] = KS_UTF8_ELLIPSIS;
    static const char separator[] = ", ";
    size_t used = strlen(version);

    for (const char *entry = version; *entry;) {
        size_t entry_length = strcspn(entry, ",");

        if (entry_length == length && memcmp(entry, tag, length) == 0) {
            return;
        }
        entry += entry_length + strspn(entry + entry_length, ", ");
    }
    if (used >= strlen(ellipsis) && strcmp(version + used - strlen(ellipsis), ellipsis) == 0) {
        return;
    }
    if (used + length + 2 * strlen(separator) + sizeof ellipsis > KS_VERSION_SIZE) {
        tag = ellipsis;
        length = strlen(ellipsis);
    }
    snprintf(version + used, KS_VERSION_SIZE - used, "%s%.*s", used ? separator : "", (int)length, tag);
}

void ks_version_of(const struct ks_container *containers, size_t count, char version[static KS_VERSION_SIZE])
{
    version[0] = '\0';
    for (size_t i = 0; i < count; i++) {
        const char *tag;
        size_t length;

        if (containers[i].role == KS_CONTAINER_REGULAR) {
            length = image_tag(containers[i].image, &tag);
            add_version(version, tag, length);
        }
    }
}

static int64_t later(int64_t one, int64_t other)
{
    return other > one ? other : one;
}

/* What the containers of a pod say. */
struct claims {
    int32_t ready, total; /* regular containers and sidecars; ready: as they should be */
    int32_t regular, completed;
    int32_t restarts;
    int64_t last_restart;
    int64_t finished_at;
};

static void add_times(struct claims *claims, const struct ks_container *container)
{
    if (container->restart_count > 0) {
        claims->restarts = ks_tally_plus(claims->restarts, container->restart_count);
        claims->last_restart = later(claims->last_restart, later(container->last_finished_at, container->started_at));
    }
    if (container->terminated) {
        claims->finished_at = later(claims->finished_at, container->finished_at);
    }
}

static void read_claims(const struct ks_pod *pod, struct claims *claims)
{
    *claims = (struct claims){.ready = 0};
    for (size_t i = 0; i < pod->container_count; i++) {
        const struct ks_container *container = &pod->containers[i];
        bool has_completed = ks_container_has_completed(pod, container);

        add_times(claims, container);
        claims->regular += container->role == KS_CONTAINER_REGULAR;
        claims->completed += has_completed;
        if (container->role != KS_CONTAINER_INIT) {
            claims->total++;
            claims->ready += container->ready || has_completed;
        }
    }
}

/* All that the pod was to do is done; only sidecars may still be ending. */
static bool is_over(const struct claims *claims)
{
    return claims->regular > 0 && claims->completed == claims->regular;
}

/* The kubelet cannot be asked. A pod of which nothing is known yet is new, not lost. */
static bool is_lost(const struct ks_pod *pod)
{
    bool is_known = pod->has_conditions;

    for (size_t i = 0; i < pod->container_count; i++) {
        is_known = is_known || pod->containers[i].has_status;
    }
    return pod->phase == KS_POD_UNKNOWN && is_known;
}

static bool is_finished(const struct ks_pod *pod)
{
    return pod->phase == KS_POD_SUCCEEDED || pod->phase == KS_POD_FAILED;
}

static bool is_ready(const struct ks_pod *pod, const struct claims *claims)
{
    if (claims->ready < claims->total || is_over(claims) || is_lost(pod) || is_finished(pod)) {
        return false;
    }
    if (pod->ready == KS_FALSE) {
        /* A pod with a container that has completed is not Ready, although all is well. */
        return claims->completed > 0 && !pod->unmet_gate[0];
    }
    return pod->ready == KS_TRUE || pod->ready == KS_TRUE_FALSE || !pod->has_conditions;
}

/* "step" for "step(1)", the second try of an Argo Workflow's step. */
static size_t length_without_try(const char *step)
{
    size_t length = strlen(step);
    size_t end = length > 0 && step[length - 1] == ')' ? length - 1 : 0;
    size_t begin = end;

    while (begin > 0 && step[begin - 1] >= '0' && step[begin - 1] <= '9') {
        begin--;
    }
    return begin > 1 && begin < end && step[begin - 1] == '(' ? begin - 1 : length;
}

/* Whatever is the same for all tries of one step of a run. */
static uint32_t step_of(const struct ks_kube_object *object)
{
    static const char *const labels[] = {"tekton.dev/pipelineTask", "batch.kubernetes.io/job-completion-index"};
    const char *step = object->pod.step;

    for (size_t i = 0; i < sizeof labels / sizeof labels[0] && !step[0]; i++) {
        step = ks_labels_get(object->meta.labels, labels[i]);
    }
    return step[0] ? ks_hash_short(ks_hash(KS_HASH, step, length_without_try(step))) : 0;
}

/* Yellow by restarts / max(age in days, 1) > 0.5, which holds from the first restart until the age reaches twice as
 * many days as there were restarts. An old pod hides what happens now, so several restarts are also yellow for an hour
 * after the last one. */
static int64_t yellow_until(int64_t created, const struct claims *claims)
{
    int64_t until = 0;

    if (claims->restarts > 0) {
        until = created + (int64_t)claims->restarts * 2 * DAY;
    }
    if (claims->restarts >= RESTARTS_MANY && claims->last_restart > 0) {
        until = later(until, claims->last_restart + HOUR);
    }
    return until;
}

/* Returns whether the reason is one that another try may fix. */
static bool put_reason(const struct ks_kube_object *object, const struct claims *claims,
                       char reason[static KS_REASON_SIZE])
{
    const struct ks_pod *pod = &object->pod;

    ks_reason_of_pod(object, reason);
    if (object->meta.deleting) {
        return false;
    }
    if (is_over(claims) && !is_finished(pod)) {
        snprintf(reason, KS_REASON_SIZE, "Completed");
    } else if (is_lost(pod) && !pod->reason[0]) {
        snprintf(reason, KS_REASON_SIZE, "NodeLost");
    } else if (claims->ready == claims->total && !reason[0] && !is_finished(pod)) {
        snprintf(reason, KS_REASON_SIZE, "%s", pod->unmet_gate[0] ? pod->unmet_gate : "NotReady");
        return true;
    }
    return ks_reason_is_retried(reason) || ks_reason_is_passing(reason);
}

static void judge_readiness(struct ks_pod_digest *digest, const struct ks_kube_object *object,
                            const struct claims *claims)
{
    const struct ks_pod *pod = &object->pod;
    struct ks_pod_facts *facts = &digest->facts;
    bool is_well = claims->ready == claims->total && !is_over(claims) && !is_lost(pod) && !is_finished(pod);

    facts->is_ready = is_ready(pod, claims);
    facts->ready = claims->ready;
    if (!facts->is_ready || object->meta.deleting) {
        bool is_retried = put_reason(object, claims, digest->reason);

        facts->is_retrying = !pod->restarts_always && is_retried;
    }
    if (is_lost(pod) || (is_well && !facts->is_ready)) {
        facts->ready = 0;
    }
    if (is_well && pod->has_conditions && pod->ready != KS_TRUE && !pod->unmet_gate[0]) {
        digest->suspect_node = pod->node_name;
    }
}

void ks_pod_digest(struct ks_pod_digest *digest, const struct ks_kube_object *object)
{
    const struct ks_pod *pod = &object->pod;
    struct claims claims;

    read_claims(pod, &claims);
    digest->reason[0] = '\0';
    digest->suspect_node = "";
    digest->facts = (struct ks_pod_facts){
        .created = object->meta.created,
        .yellow_until = yellow_until(object->meta.created, &claims),
        .total = claims.total,
        .restarts = claims.restarts,
        .step = step_of(object),
        .deleting = object->meta.deleting,
        .finished = is_finished(pod),
        .failed = pod->phase == KS_POD_FAILED,
        .gated = strcmp(pod->unscheduled_reason, "SchedulingGated") == 0,
        .runs_for_ever = pod->restarts_always,
        .reason = digest->reason,
        .version = digest->version,
        .doubt = ks_pod_doubt(object),
    };
    if (digest->facts.finished) {
        digest->facts.finished_at = claims.finished_at;
    }
    judge_readiness(digest, object, &claims);
    ks_version_of(pod->containers, pod->container_count, digest->version);
}
