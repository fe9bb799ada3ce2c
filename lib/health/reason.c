#include "config.h"

#include "health/reason.h"

#include <stdio.h>
#include <string.h>

#define INIT_PREFIX "Init:"

/* LASTING: somebody has to do something. RETRIED: another try may go well. PASSING: a stage on the way up or down. */
enum lasting {
    LASTING,
    RETRIED,
    PASSING
};

struct reason {
    const char *reason;
    int severity;
    enum lasting lasting;
};

/* From the most severe down. A reason that is not listed is an error that we do not know. */
static const struct reason reasons[] = {
    {"OOMKilled", 100, RETRIED},
    {"CrashLoopBackOff", 95, RETRIED},
    {"Evicted", 90, RETRIED},
    {"ImagePullBackOff", 85, LASTING},
    {"ErrImagePull", 84, LASTING},
    {"ErrImageNeverPull", 83, LASTING},
    {"InvalidImageName", 82, LASTING},
    {"CreateContainerConfigError", 81, LASTING},
    {"CreateContainerError", 80, LASTING},
    {"RunContainerError", 79, LASTING},
    {"NodeLost", 78, LASTING},
    {"NodeNotReady", 77, LASTING},
    {"Error", 75, RETRIED},
    {"ProgressDeadlineExceeded", 55, LASTING},
    {"FailedCreate", 54, LASTING},
    {"Unschedulable", 40, LASTING},
    {"NotReady", 30, RETRIED},
    {"Pending", 20, PASSING},
    {"ContainerCreating", 18, PASSING},
    {"PodInitializing", 16, PASSING},
    {"Paused", 12, PASSING},
    {"Terminating", 10, PASSING},
    {"Completed", 5, PASSING},
    {"SchedulingGated", 1, PASSING},
};
static const struct reason exit_code = {"ExitCode:", 75, RETRIED};
static const struct reason initializing = {"Init:1/2", 21, PASSING};
static const struct reason unknown = {"", 60, LASTING};
static const struct reason none = {"", 0, LASTING};

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* The text behind the number that it begins with, or NULL. */
static const char *behind_number(const char *text)
{
    size_t digits = strspn(text, "0123456789");

    return digits > 0 ? text + digits : NULL;
}

/* "1/2" */
static bool is_progress(const char *text)
{
    const char *rest = behind_number(text);

    rest = rest && *rest == '/' ? behind_number(rest + 1) : NULL;
    return rest && *rest == '\0';
}

static const struct reason *find(const char *reason)
{
    if (!reason[0]) {
        return &none;
    }
    if (begins_with(reason, INIT_PREFIX)) {
        reason += strlen(INIT_PREFIX);
        if (is_progress(reason)) {
            return &initializing;
        }
    }
    if (begins_with(reason, exit_code.reason)) {
        return &exit_code;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].reason, reason) == 0) {
            return &reasons[i];
        }
    }
    return &unknown;
}

int ks_reason_severity(const char *reason)
{
    return find(reason)->severity;
}

bool ks_reason_is_passing(const char *reason)
{
    return find(reason)->lasting == PASSING;
}

bool ks_reason_is_retried(const char *reason)
{
    return find(reason)->lasting == RETRIED;
}

bool ks_container_has_completed(const struct ks_pod *pod, const struct ks_container *container)
{
    return !pod->restarts_always && container->role == KS_CONTAINER_REGULAR && container->terminated &&
           container->exit_code == 0;
}

static void take_worse(char reason[static KS_REASON_SIZE], const char *other)
{
    if (ks_reason_severity(other) > ks_reason_severity(reason)) {
        snprintf(reason, KS_REASON_SIZE, "%s", other);
    }
}

/* Why a container ended: "Error", "OOMKilled", "Completed", "ExitCode:3". */
static void termination_reason(const struct ks_container *container, char reason[static KS_REASON_SIZE])
{
    if (container->terminated_reason[0]) {
        snprintf(reason, KS_REASON_SIZE, "%s", container->terminated_reason);
    } else if (container->exit_code == 0) {
        snprintf(reason, KS_REASON_SIZE, "Completed");
    } else {
        snprintf(reason, KS_REASON_SIZE, "%s%d", exit_code.reason, (int)container->exit_code);
    }
}

/* Why a container does not run, or "". That it was killed for its memory says more than that it waits to run again. */
static void idle_reason(const struct ks_container *container, char reason[static KS_REASON_SIZE])
{
    reason[0] = '\0';
    if (container->terminated) {
        termination_reason(container, reason);
    }
    take_worse(reason, container->waiting_reason);
    if (strcmp(container->last_reason, "OOMKilled") == 0) {
        take_worse(reason, container->last_reason);
    }
}

/* Why a regular container or a sidecar is not ready, or "". */
static void container_reason(const struct ks_pod *pod, const struct ks_container *container,
                             char reason[static KS_REASON_SIZE])
{
    reason[0] = '\0';
    if (container->ready || ks_container_has_completed(pod, container)) {
        return;
    }
    idle_reason(container, reason);
    if (!reason[0]) {
        snprintf(reason, KS_REASON_SIZE, "%s", container->has_status ? "NotReady" : "Pending");
    }
}

static bool runs(const struct ks_container *container)
{
    return container->has_status && !container->terminated && !container->waiting_reason[0];
}

static bool has_running_container(const struct ks_pod *pod)
{
    for (size_t i = 0; i < pod->container_count; i++) {
        if (pod->containers[i].role == KS_CONTAINER_REGULAR && runs(&pod->containers[i])) {
            return true;
        }
    }
    return false;
}

/* Whether the pod waits for an init container or sidecar: it has not ended well, or not started. */
static bool holds_pod_up(const struct ks_container *container)
{
    if (container->role == KS_CONTAINER_REGULAR || !container->has_status ||
        (container->terminated && container->exit_code == 0)) {
        return false;
    }
    return container->role == KS_CONTAINER_INIT || !container->started;
}

static void init_reason(const struct ks_pod *pod, const struct ks_container *container, int done, int count,
                        char reason[static KS_REASON_SIZE])
{
    char idle[KS_REASON_SIZE - sizeof INIT_PREFIX];
    char whole[KS_REASON_SIZE];

    idle_reason(container, whole);
    if (whole[0] && strcmp(whole, "PodInitializing") != 0) {
        snprintf(idle, sizeof idle, "%.*s", (int)sizeof idle - 1, whole);
        snprintf(reason, KS_REASON_SIZE, INIT_PREFIX "%s", idle);
    } else if (!has_running_container(pod)) {
        snprintf(reason, KS_REASON_SIZE, INIT_PREFIX "%d/%d", done, count);
    }
}

/* The first init container or sidecar that the pod waits for: "Init:CrashLoopBackOff", or "Init:1/2" if nothing is
 * wrong with it. "" if there is none. */
static void pod_init_reason(const struct ks_pod *pod, char reason[static KS_REASON_SIZE])
{
    const struct ks_container *waited_for = NULL;
    int done = 0;
    int count = 0;

    reason[0] = '\0';
    for (size_t i = 0; i < pod->container_count; i++) {
        const struct ks_container *container = &pod->containers[i];

        if (!waited_for && holds_pod_up(container)) {
            waited_for = container;
            done = count;
        }
        count += container->role != KS_CONTAINER_REGULAR;
    }
    if (waited_for) {
        init_reason(pod, waited_for, done, count, reason);
    }
}

void ks_reason_of_pod(const struct ks_kube_object *object, char reason[static KS_REASON_SIZE])
{
    const struct ks_pod *pod = &object->pod;
    char other[KS_REASON_SIZE];
    bool is_held_up;

    snprintf(reason, KS_REASON_SIZE, "%s", pod->reason);
    take_worse(reason, pod->unscheduled_reason);
    if (object->meta.deleting) {
        snprintf(reason, KS_REASON_SIZE, "Terminating");
        return;
    }
    if (strcmp(reason, "SchedulingGated") == 0) {
        return;
    }
    pod_init_reason(pod, other);
    take_worse(reason, other);
    is_held_up = other[0] != '\0';
    for (size_t i = 0; i < pod->container_count; i++) {
        enum ks_container_role role = pod->containers[i].role;

        if (role == KS_CONTAINER_REGULAR || (role == KS_CONTAINER_SIDECAR && !is_held_up)) {
            container_reason(pod, &pod->containers[i], other);
            take_worse(reason, other);
        }
    }
    if (strcmp(reason, "Completed") == 0 && has_running_container(pod)) {
        snprintf(reason, KS_REASON_SIZE, "NotReady");
    }
}
