/* Which cluster this is: the uid of its namespace kube-system. Source: Kubernetes has no other identity of a cluster;
 * OpenTelemetry's semantic conventions, k8s.cluster.uid. If we may not read it, we do without. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/json.h"
#include "collector/private.h"

#define IDENTITY_PATH "/api/v1/namespaces/kube-system"
#define AGAIN_MS      600000
#define TIMEOUT_MS    10000
#define BODY_MOST     65536

static const char component[] = "kubernetes";

/* Reads metadata.uid; "" if there is none that we can keep. */
static void read_uid(const struct ks_buf *body, char uid[static KS_UID_SIZE])
{
    struct json_object *root = json_tokener_parse(body->data);
    struct json_object *metadata, *value;
    const char *text = NULL;

    uid[0] = '\0';
    if (json_object_object_get_ex(root, "metadata", &metadata) && json_object_object_get_ex(metadata, "uid", &value) &&
        json_object_is_type(value, json_type_string)) {
        text = json_object_get_string(value);
    }
    if (text && strlen(text) < KS_UID_SIZE) {
        memcpy(uid, text, strlen(text) + 1);
    }
    json_object_put(root);
}

static bool has_told(const struct ks_collector *collector)
{
    for (size_t i = 0; i < collector->count; i++) {
        if (ks_kube_reflector_is_complete(collector->collected[i].reflector)) {
            return true;
        }
    }
    return false;
}

static void compare(struct ks_collector *collector, const char *uid)
{
    struct identity *identity = &collector->identity;
    bool is_late = !identity->uid[0] && identity->was_missed;

    if (identity->uid[0] && strcmp(identity->uid, uid) != 0) {
        ks_log(collector->options.log, KS_LOG_WARNING, component,
               "%s: this is another cluster than before (the uid of its namespace kube-system is %s, not %s); listing "
               "everything again",
               ks_kube_client_config(collector->client)->server, uid, identity->uid);
        for (size_t i = 0; i < collector->count; i++) {
            collector->collected[i].is_foreign = true;
        }
        ks_past_relist(collector, NULL);
    } else if (is_late && has_told(collector)) {
        ks_past_relist(collector, NULL); /* another cluster may have told some of it */
    }
    identity->was_missed = false;
    snprintf(identity->uid, sizeof identity->uid, "%s", uid);
}

/* Without it, only the versions tell whether this is the same cluster. */
static void do_without(struct ks_collector *collector, const char *reason)
{
    if (!collector->identity.is_told) {
        collector->identity.is_told = true;
        ks_log(collector->options.log, KS_LOG_DEBUG, component, "identity of the cluster: %s; doing without", reason);
    }
}

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    struct ks_collector *collector = arg;

    (void)content_type;
    (void)err;
    collector->identity.status = status;
    return 0;
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct ks_collector *collector = arg;

    ks_buf_bytes(&collector->identity.body, data, length);
    return ks_buf_check(&collector->identity.body, err);
}

static void on_done(void *arg, const struct ks_error *err)
{
    struct ks_collector *collector = arg;
    struct identity *identity = &collector->identity;
    char uid[KS_UID_SIZE] = "";

    identity->transfer = NULL;
    if (!err && ks_http_status_kind(identity->status) == KS_ERROR_NONE && identity->body.length) {
        read_uid(&identity->body, uid);
    }
    if (uid[0]) {
        compare(collector, uid);
    } else {
        identity->was_missed = identity->was_missed || err;
        do_without(collector, err ? err->text : "it cannot be read");
    }
    ks_buf_fini(&identity->body);
}

void ks_identity_ask(struct ks_collector *collector, bool now)
{
    struct identity *identity = &collector->identity;
    int64_t time = ks_clock_monotonic();
    struct ks_error error = {.text = "the credentials are not there yet"};
    uint64_t generation;
    const struct ks_kube_request request = {
        .accept = "application/json",
        .http = {.path = IDENTITY_PATH,
                 .connect_timeout_ms = TIMEOUT_MS,
                 .total_timeout_ms = TIMEOUT_MS,
                 .response = on_response,
                 .data = on_data,
                 .done = on_done,
                 .arg = collector},
    };

    if (identity->transfer || (!now && time < identity->due)) {
        return;
    }
    ks_buf_init(&identity->body, BODY_MOST);
    if (ks_kube_client_get(collector->client, &request, &identity->transfer, &generation, &error) == KS_KUBE_STARTED) {
        identity->due = time + AGAIN_MS;
    } else {
        do_without(collector, error.text);
    }
}

void ks_identity_cancel(struct ks_collector *collector)
{
    struct identity *identity = &collector->identity;

    if (identity->transfer) {
        ks_http_cancel(identity->transfer);
        identity->transfer = NULL;
        ks_buf_fini(&identity->body);
    }
    identity->due = 0;
}
