#include "config.h"

#include "model/answer.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "model/text.h"

#define TOO_LARGE_MS 60 /* a server waits for the version, but not for ever */
#define TOO_LARGE    "Too large resource version: %" PRIu64 ", current: %" PRIu64

static const char *const kind_names[] = {"pods", "deployments", "replicasets", "identity", "other"};

/* ---- asking ---- */

/* The value of a parameter as a number; `otherwise` if it is absent or empty. */
static uint64_t parameter(const char *line, const char *name, uint64_t otherwise)
{
    const char *at = strstr(line, name);

    at = at ? at + strlen(name) : "";
    return *at >= '0' && *at <= '9' ? strtoull(at, NULL, 10) : otherwise;
}

static size_t kind_of(const char *line)
{
    for (size_t i = 0; i < MODEL_KINDS; i++) {
        char part[32];

        snprintf(part, sizeof part, "/%s?", kind_names[i]);
        if (strstr(line, part)) {
            return i;
        }
    }
    return strstr(line, "/namespaces/kube-system") ? MODEL_IDENTITY : MODEL_OTHER;
}

static bool is_watched(const struct model_server *server, size_t kind)
{
    for (const struct model_connection *other = server->connections; other; other = other->next) {
        if (other->task == MODEL_WATCHED && other->kind == kind) {
            return true;
        }
    }
    return false;
}

static bool is_answering(const struct model_server *server)
{
    for (const struct model_connection *other = server->connections; other; other = other->next) {
        if (!other->is_beat && !other->is_beside && (other->task == MODEL_WAITS || other->task == MODEL_ANSWERS)) {
            return true;
        }
    }
    return false;
}

static void count(struct model_connection *connection)
{
    struct model_server *server = connection->server;

    if (connection->is_beat) {
        server->asked = 0;
        server->beats++;
        server->beats_of_peace = is_answering(server) ? 0 : server->beats_of_peace + 1;
        return;
    }
    if (!connection->is_beside) {
        server->beats_of_peace = 0;
    }
    server->asked++;
    server->asked_most = server->asked > server->asked_most ? server->asked : server->asked_most;
    if (connection->kind >= MODEL_KINDS || server->is_forgotten ||
        ks_clock_monotonic() >= server->not_before[connection->kind]) {
        return;
    }
    /* One may have been on its way when the server said so. */
    if (++server->too_early[connection->kind] > 1) {
        server->defect = "a request before Retry-After was over";
    }
}

void model_answer_ask(struct model_connection *connection, const char *line)
{
    struct model_server *server = connection->server;

    if (connection->beat > server->known) {
        server->known = connection->beat; /* or it would not have used the connection again */
    }
    connection->beat = 0;
    connection->kind = kind_of(line);
    connection->is_beat = strstr(line, "limit=") || connection->kind == MODEL_OTHER;
    connection->is_watch = strstr(line, "watch=true") != NULL;
    connection->version = parameter(line, "resourceVersion=", 0);
    connection->is_cached = strstr(line, "resourceVersion=0") != NULL;
    connection->is_beside =
        !connection->is_watch && !connection->is_beat && !connection->is_cached && is_watched(server, connection->kind);
    connection->ends_at = ks_clock_monotonic() + (int64_t)parameter(line, "timeoutSeconds=", 3600) * 1000;
    connection->too_large_at = 0;
    connection->tells_bookmarks = false;
    connection->is_truth = false;
    connection->body = MODEL_WHOLE;
    connection->task = MODEL_WAITS;
    count(connection);
    if (!connection->is_beat) {
        model_record_line(server->record, "asked: %s", line);
    }
}

/* ---- answering ---- */

static void put_head(struct ks_buf *out, const char *more)
{
    ks_buf_printf(out, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n%s\r\n", more);
}

static void put_whole(struct ks_buf *out, const struct ks_buf *body)
{
    char length[64];

    snprintf(length, sizeof length, "Content-Length: %zu\r\n", body->length);
    put_head(out, length);
    ks_buf_bytes(out, body->data, body->length);
}

static void put_chunk(struct ks_buf *out, const struct ks_buf *data)
{
    ks_buf_printf(out, "%zx\r\n", data->length);
    ks_buf_bytes(out, data->data, data->length);
    ks_buf_literal(out, "\r\n");
}

static void answer_wrong(struct model_connection *connection, const struct model_wrong *wrong)
{
    struct model_server *server = connection->server;

    model_wrong_put(&connection->out, wrong);
    connection->task = MODEL_ANSWERS;
    if (strstr(wrong->header, "Retry-After") && connection->kind < MODEL_KINDS && !connection->is_beat &&
        !connection->is_beside) {
        if (ks_clock_monotonic() >= server->not_before[connection->kind]) {
            server->too_early[connection->kind] = 0;
        }
        server->not_before[connection->kind] = ks_clock_monotonic() + 1000;
    }
    if (!connection->is_beat) {
        model_record_line(server->record, "answered %s: %s", kind_names[connection->kind], wrong->name);
    }
}

static void answer_status(struct model_connection *connection, int code, const char *reason, const char *message,
                          const char *cause)
{
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, 4096);
    model_text_status(&body, code, reason, message, cause);
    ks_buf_printf(&connection->out, "HTTP/1.1 %d No\r\nContent-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                  code, body.length, body.data);
    connection->task = MODEL_ANSWERS;
    model_record_line(connection->server->record, "answered %s: %d %s", kind_names[connection->kind], code, message);
}

static void answer_other(struct model_connection *connection)
{
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, 4096);
    if (connection->kind == MODEL_IDENTITY) {
        model_text_namespace(&body, connection->server->cluster.identity);
    } else {
        ks_buf_literal(&body, "{\"major\":\"1\"}");
    }
    put_whole(&connection->out, &body);
    connection->task = MODEL_ANSWERS;
}

/* ---- lists ---- */

/* In chunks, so that the middle of a chunk and of an object are somewhere else. */
static void put_chunks(struct model_connection *connection, const struct ks_buf *body)
{
    size_t most = 1 + model_pick(&connection->server->random, 2000);

    put_head(&connection->out, "Transfer-Encoding: chunked\r\n");
    for (size_t at = 0; at < body->length; at += most) {
        size_t length = body->length - at < most ? body->length - at : most;

        ks_buf_printf(&connection->out, "%zx\r\n", length);
        ks_buf_bytes(&connection->out, body->data + at, length);
        ks_buf_literal(&connection->out, "\r\n");
    }
    ks_buf_literal(&connection->out, "0\r\n\r\n");
}

static void answer_list(struct model_connection *connection)
{
    struct model_server *server = connection->server;
    const struct model_state *state =
        connection->is_cached ? &server->cluster.caches[connection->cache] : &server->cluster.now;
    struct model_list list = {.state = state, .kind = connection->kind, .limit = connection->is_beat};
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, (size_t)1 << 20);
    if (!connection->is_beat) {
        connection->body = server->faults.body[connection->kind];
        server->faults.body[connection->kind] = MODEL_WHOLE;
        if (connection->body == MODEL_WHOLE && model_chance(&server->random, 20)) {
            connection->body = MODEL_SLOW;
        }
    }
    list.is_partial = connection->body == MODEL_PARTIAL;
    connection->is_truth = server->is_mended && !connection->is_beat && !connection->is_cached;
    model_text_list(&body, &list);
    put_chunks(connection, &body);
    connection->task = MODEL_ANSWERS;
    connection->beat = connection->is_beat ? state->version : 0;
    connection->pace = connection->body == MODEL_SLOW ? 1 + model_pick(&server->random, 1000) : 0;
    if (connection->body >= MODEL_RESET) {
        connection->stop = 1 + model_pick(&server->random, (uint32_t)connection->out.length);
    }
    if (!connection->is_beat) {
        static const char *const bodies[MODEL_BODIES] = {
            "", ", slowly", ", a part of it", ", then a reset", ", then nothing", ", then garbage"};

        model_record_line(server->record, "answered %s: version %" PRIu64 "%s%s", kind_names[connection->kind],
                          state->version, connection->is_cached ? ", from a cache" : "", bodies[connection->body]);
    }
}

void model_answer_is_told(struct model_connection *connection)
{
    struct model_server *server = connection->server;

    if (connection->is_truth && server->is_mended && !server->told_at[connection->kind]) {
        server->told_at[connection->kind] = server->beats ? server->beats : 1;
    }
}

/* ---- watches ---- */

/* What a server does that does not have the version. Returns false if there is no watch. */
static bool meet_the_future(struct model_connection *connection)
{
    struct model_server *server = connection->server;
    const struct model_state *cache = &server->cluster.caches[connection->cache];
    char message[128];

    snprintf(message, sizeof message, TOO_LARGE, connection->version, cache->version);
    switch (server->faults.future) {
    case MODEL_TOO_LARGE:
        answer_status(connection, 504, "Timeout", message, "ResourceVersionTooLarge");
        return false;
    case MODEL_TOO_LARGE_EVENT:
        connection->too_large_at = ks_clock_monotonic() + TOO_LARGE_MS;
        return true;
    case MODEL_BOOKMARKS:
        connection->tells_bookmarks = true;
        return true;
    default:
        return true;
    }
}

static void answer_watch(struct model_connection *connection)
{
    struct model_server *server = connection->server;
    bool is_expired = connection->version < server->cluster.compacted;

    if (is_expired && model_chance(&server->random, 30)) {
        answer_status(connection, 410, "Expired", "too old resource version", "");
        return;
    }
    if (!is_expired && connection->version > server->cluster.caches[connection->cache].version &&
        !meet_the_future(connection)) {
        return;
    }
    put_head(&connection->out, "Transfer-Encoding: chunked\r\n");
    connection->task = MODEL_WATCHED;
    if (is_expired) {
        model_answer_error_event(connection, 410, "Expired", "too old resource version");
    }
}

void model_answer_bookmark(struct model_connection *connection)
{
    struct model_server *server = connection->server;
    const struct model_state *cache = &server->cluster.caches[connection->cache];
    struct ks_buf data KS_CLEANUP_BUF;

    ks_buf_init(&data, 4096);
    if (ks_clock_monotonic() < server->faults.hangs ||
        (cache->version < connection->version && !connection->tells_bookmarks)) {
        return;
    }
    model_text_bookmark(&data, connection->kind, cache->version);
    put_chunk(&connection->out, &data);
    model_record_line(server->record, "told %s: bookmark %" PRIu64, kind_names[connection->kind], cache->version);
}

void model_answer_error_event(struct model_connection *connection, int code, const char *reason, const char *message)
{
    struct ks_buf data KS_CLEANUP_BUF;

    ks_buf_init(&data, 4096);
    ks_buf_literal(&data, "{\"type\":\"ERROR\",\"object\":");
    model_text_status(&data, code, reason, message, "");
    ks_buf_literal(&data, "}\n");
    put_chunk(&connection->out, &data);
    connection->ends_at = 0;
    model_record_line(connection->server->record, "told %s: ERROR %d %s", kind_names[connection->kind], code, message);
}

static void tell_events(struct model_connection *connection)
{
    struct model_server *server = connection->server;
    uint64_t until = server->cluster.caches[connection->cache].version;
    struct ks_buf data KS_CLEANUP_BUF;

    ks_buf_init(&data, 65536);
    for (size_t i = 0; i < server->cluster.events; i++) {
        const struct model_event *event = &server->cluster.history[i];

        if (event->version <= connection->version || event->version > until ||
            model_kind_of(event->place) != connection->kind) {
            continue;
        }
        if (event->is_lost) {
            model_record_line(server->record, "lost for %s: %" PRIu64, kind_names[connection->kind], event->version);
            continue;
        }
        ks_buf_reset(&data);
        model_text_event(&data, event);
        put_chunk(&connection->out, &data);
    }
    if (until > connection->version) {
        connection->version = until;
    }
}

static void end_watch(struct model_connection *connection)
{
    ks_buf_literal(&connection->out, "0\r\n\r\n");
    connection->task = MODEL_ANSWERS;
}

void model_answer_go_on(struct model_connection *connection, int64_t now)
{
    struct model_server *server = connection->server;

    if (connection->ends_after) {
        return;
    }
    if (connection->ends_at > 0 && connection->version < server->cluster.compacted) {
        model_answer_error_event(connection, 410, "Expired", "too old resource version");
    }
    if (connection->too_large_at && now >= connection->too_large_at) {
        char message[128];

        snprintf(message, sizeof message, TOO_LARGE, connection->version,
                 server->cluster.caches[connection->cache].version);
        connection->too_large_at = 0;
        if (server->cluster.caches[connection->cache].version < connection->version) {
            model_answer_error_event(connection, 504, "Timeout", message);
        }
    }
    if (connection->ends_at > 0 && now >= server->faults.hangs) {
        tell_events(connection);
    }
    if (now >= connection->ends_at || now < server->faults.ends_watches) {
        end_watch(connection);
    }
}

/* ---- any request ---- */

void model_answer_try(struct model_connection *connection)
{
    const struct model_faults *faults = &connection->server->faults;
    int64_t now = ks_clock_monotonic();
    size_t kind =
        connection->kind < MODEL_KINDS && now < faults->of[connection->kind].until ? connection->kind : MODEL_KINDS;

    if (now < faults->of[kind].until) {
        answer_wrong(connection, faults->of[kind].wrong);
    } else if (connection->is_watch) {
        if (now >= faults->fills[connection->cache]) {
            answer_watch(connection);
        }
    } else if (now < faults->hangs) {
        return;
    } else if (connection->kind >= MODEL_KINDS) {
        answer_other(connection);
    } else if (!connection->is_cached || now >= faults->fills[connection->cache]) {
        answer_list(connection);
    }
}
