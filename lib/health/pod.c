#include "config.h"

#include "health/pod.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "health/tally.h"

#define DAY 86400

/* From the most severe down. A reason that is not listed is an error that we do not know, and ranks between the two
 * groups. */
static const struct {
    const char *reason;
    int severity;
    bool passing;
} reasons[] = {
    {"OOMKilled", 100, false},
    {"CrashLoopBackOff", 95, false},
    {"Evicted", 90, false},
    {"ImagePullBackOff", 85, false},
    {"ErrImagePull", 84, false},
    {"ErrImageNeverPull", 83, false},
    {"InvalidImageName", 82, false},
    {"CreateContainerConfigError", 81, false},
    {"CreateContainerError", 80, false},
    {"RunContainerError", 79, false},
    {"NodeLost", 78, false},
    {"Error", 75, false},
    {"Unschedulable", 40, false},
    {"NotReady", 30, false},
    {"Pending", 20, true},
    {"ContainerCreating", 18, true},
    {"PodInitializing", 16, true},
    {"Terminating", 10, true},
    {"Completed", 5, true},
};
#define UNKNOWN_REASON_SEVERITY 60

int ks_reason_severity(const char *reason)
{
    if (!reason[0]) {
        return 0;
    }
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].reason, reason) == 0) {
            return reasons[i].severity;
        }
    }
    return UNKNOWN_REASON_SEVERITY;
}

bool ks_reason_is_passing(const char *reason)
{
    for (size_t i = 0; i < sizeof reasons / sizeof reasons[0]; i++) {
        if (strcmp(reasons[i].reason, reason) == 0) {
            return reasons[i].passing;
        }
    }
    return false;
}

static const char *worse_reason(const char *one, const char *other)
{
    return ks_reason_severity(other) > ks_reason_severity(one) ? other : one;
}

/* Why a container is not ready, or "". */
static const char *container_reason(const struct ks_container *container)
{
    const char *reason = "";

    if (container->role == KS_CONTAINER_INIT) {
        bool failing = container->waiting_reason[0] || (container->terminated && container->exit_code != 0);

        if (!failing) {
            return "";
        }
    } else if (container->ready) {
        return "";
    } else {
        reason = container->has_status ? "NotReady" : "Pending";
    }
    reason = worse_reason(reason, container->terminated_reason);
    if (strcmp(container->waiting_reason, "PodInitializing") == 0 ||
        strcmp(container->waiting_reason, "ContainerCreating") == 0) {
        reason = container->waiting_reason;
    }
    reason = worse_reason(reason, container->waiting_reason);
    if (strcmp(container->last_reason, "OOMKilled") == 0) {
        reason = container->last_reason;
    }
    return reason;
}

static const char *pod_reason(const struct ks_kube_object *object)
{
    const struct ks_pod *pod = &object->pod;
    const char *reason = worse_reason(pod->reason, pod->unscheduled_reason);

    if (object->meta.deleting) {
        return "Terminating";
    }
    for (size_t i = 0; i < pod->container_count; i++) {
        reason = worse_reason(reason, container_reason(&pod->containers[i]));
    }
    return reason;
}

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

void ks_pod_digest(struct ks_pod_digest *digest, const struct ks_kube_object *object)
{
    const struct ks_pod *pod = &object->pod;
    struct ks_pod_facts *facts = &digest->facts;

    *facts = (struct ks_pod_facts){
        .created = object->meta.created,
        .deleting = object->meta.deleting,
        .finished = pod->phase == KS_POD_SUCCEEDED || pod->phase == KS_POD_FAILED,
        .failed = pod->phase == KS_POD_FAILED,
        .runs_for_ever = pod->restarts_always,
        .reason = digest->reason,
        .version = digest->version,
        .doubt = "",
    };
    snprintf(digest->reason, sizeof digest->reason, "%s", pod_reason(object));
    ks_version_of(pod->containers, pod->container_count, digest->version);
    digest->suspect_node = "";
    for (size_t i = 0; i < pod->container_count; i++) {
        const struct ks_container *container = &pod->containers[i];

        if (container->role == KS_CONTAINER_INIT) {
            continue;
        }
        facts->total++;
        facts->ready += container->ready;
        facts->restarts = ks_tally_plus(facts->restarts, container->restart_count);
    }
    facts->is_ready = facts->ready == facts->total;
    /* The rule restarts / max(age in days, 1) > 0.5 holds from the first restart until the age reaches twice as many
     * days as there were restarts. */
    if (facts->restarts > 0) {
        facts->yellow_until = facts->created + (int64_t)facts->restarts * 2 * DAY;
    }
}
