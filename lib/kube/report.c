#include "config.h"

#include "kube/report.h"

#include <string.h>

int ks_kube_report_object(const struct ks_kube_sink *sink, enum ks_kube_event event,
                          const struct ks_kube_object *object, struct ks_error *err)
{
    if (!object->meta.name[0] && event != KS_KUBE_BOOKMARK) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "object: has no name");
    }
    return sink->object(sink->arg, event, object, err);
}

int ks_kube_report_event_of(const char *name, enum ks_kube_event *event, struct ks_error *err)
{
    static const char *const names[] = {
        [KS_KUBE_ADDED] = "ADDED",
        [KS_KUBE_MODIFIED] = "MODIFIED",
        [KS_KUBE_DELETED] = "DELETED",
        [KS_KUBE_BOOKMARK] = "BOOKMARK",
    };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            *event = (enum ks_kube_event)i;
            return 0;
        }
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL,
                        "watch event type \"%.40s\": must be ADDED, MODIFIED, DELETED, BOOKMARK or ERROR", name);
}

bool ks_kube_report_is_too_large(const char *cause)
{
    return strcmp(cause, "ResourceVersionTooLarge") == 0;
}

int ks_kube_report_list_kind(enum ks_kind kind, const char *name, bool *is_status, struct ks_error *err)
{
    const char *object = ks_kind_name(kind);
    size_t length = strlen(object);
    bool is_list = strncmp(name, object, length) == 0 && strcmp(name + length, "List") == 0;

    *is_status = strcmp(name, "Status") == 0;
    if (*is_status || is_list || !name[0]) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "list: kind \"%.64s\": must be %sList", name, object);
}

int ks_kube_report_status(const struct ks_kube_status *status, struct ks_kube_refusal *refusal, struct ks_error *err)
{
    static const struct {
        int32_t code;
        enum ks_error_kind kind;
    } kinds[] = {
        {401, KS_ERROR_UNAUTHORIZED}, {403, KS_ERROR_FORBIDDEN}, {404, KS_ERROR_NOT_FOUND},
        {410, KS_ERROR_GONE},         {504, KS_ERROR_TIMEOUT},
    };
    enum ks_error_kind kind = KS_ERROR_PROTOCOL;

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (status->code == kinds[i].code) {
            kind = kinds[i].kind;
        }
    }
    if (strcmp(status->reason, "Expired") == 0) {
        kind = KS_ERROR_GONE;
    }
    /* Servers before Kubernetes 1.17 give no cause. */
    *refusal = (struct ks_kube_refusal){
        .is_status = true,
        .code = status->code,
        .is_too_large = status->is_too_large || strstr(status->message, "Too large resource version") != NULL,
    };
    if (status->message[0]) {
        return ks_error_set(err, kind, "%s", status->message);
    }
    return ks_error_set(err, kind, "Status %d without a message", (int)status->code);
}
