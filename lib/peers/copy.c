/* Applies documents to the store, and decides what to ask for next. */
#include "config.h"

#include "peers/copy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define AGE_MOST_MS (INT64_C(100) * 366 * 86400 * 1000) /* keeps sums of times from overflowing */

struct applying {
    struct ks_peer_copy *copy;
    struct ks_peer_document document;
    int64_t arrived;
    enum ks_peer_news news;
};

bool ks_peer_copy_is_known(const struct ks_peer_copy *copy)
{
    return copy->standing == KS_PEER_STANDING_BEHIND || copy->standing == KS_PEER_STANDING_CURRENT;
}

bool ks_peer_copy_is_starting(const struct ks_peer_copy *copy)
{
    return copy->content == KS_PEER_CONTENT_FILLING || copy->content == KS_PEER_CONTENT_REFILLING;
}

bool ks_peer_copy_was_whole(const struct ks_peer_copy *copy)
{
    return copy->content == KS_PEER_CONTENT_WHOLE || copy->content == KS_PEER_CONTENT_REFILLING;
}

/* ---- sources ---- */

static void set_source(struct ks_peer_copy *copy, enum ks_kind kind, enum ks_source_state state, int64_t as_of)
{
    bool same = copy->sources[kind].state == state && (state != KS_SOURCE_AWAY || copy->sources[kind].as_of == as_of);

    copy->sources[kind].state = state;
    copy->sources[kind].as_of = as_of;
    if (!same) {
        ks_store_source(copy->store, 0, kind, state, as_of);
    }
}

static void retire(struct ks_peer_copy *copy, enum ks_kind kind)
{
    if (copy->sources[kind].state == KS_SOURCE_LIVE) {
        set_source(copy, kind, KS_SOURCE_AWAY, copy->sources[kind].as_of);
    }
}

void ks_peer_copy_retire(struct ks_peer_copy *copy)
{
    if (copy->standing == KS_PEER_STANDING_CURRENT) {
        copy->standing = KS_PEER_STANDING_BEHIND;
    }
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        retire(copy, (enum ks_kind)kind);
    }
}

/* A peer that was started again knows little at first: what it said before gets an age, but stays. */
static void set_starting(struct ks_peer_copy *copy)
{
    for (int kind = 0; kind < KS_KIND_NODE; kind++) {
        if (ks_peer_copy_was_whole(copy)) {
            retire(copy, (enum ks_kind)kind);
        } else {
            set_source(copy, (enum ks_kind)kind, KS_SOURCE_STARTING, 0);
        }
    }
    copy->content = ks_peer_copy_was_whole(copy) ? KS_PEER_CONTENT_REFILLING : KS_PEER_CONTENT_FILLING;
}

static void set_ready(struct ks_peer_copy *copy, const struct applying *applying)
{
    bool forbidden = applying->document.readiness == KS_FORBIDDEN;

    if (applying->document.full || ks_peer_copy_is_starting(copy)) {
        ks_store_remote_end(copy->store);
    }
    copy->content = forbidden ? KS_PEER_CONTENT_FORBIDDEN : KS_PEER_CONTENT_WHOLE;
    for (int kind = 0; kind < KS_KIND_NODE; kind++) {
        bool off = forbidden && kind == KS_KIND_POD;

        set_source(copy, (enum ks_kind)kind, off ? KS_SOURCE_OFF : KS_SOURCE_LIVE, applying->arrived);
    }
}

/* `ms` later, or earlier if negative; limited to what a time may be. */
static int64_t away_from(int64_t time, int64_t ms)
{
    return time + (ms > AGE_MOST_MS ? AGE_MOST_MS : ms < -AGE_MOST_MS ? -AGE_MOST_MS : ms);
}

static void set_nodes(struct ks_peer_copy *copy, const struct applying *applying)
{
    const struct ks_peer_document *document = &applying->document;
    int64_t age = document->nodes_age_ms;

    if (document->nodes_state == KS_SOURCE_STARTING && copy->sources[KS_KIND_NODE].state != KS_SOURCE_OFF) {
        retire(copy, KS_KIND_NODE);
        return;
    }
    if (applying->news != KS_PEER_NEWS_NONE) {
        ks_store_remote_nodes(copy->store, &document->nodes);
    }
    set_source(copy, KS_KIND_NODE, document->nodes_state,
               document->nodes_state == KS_SOURCE_AWAY && age > 0 ? away_from(applying->arrived, -age)
                                                                  : applying->arrived);
}

/* ---- documents ---- */

/* Each shield must count once: otherwise its services would be summed twice. */
static int check_identity(struct ks_peer_copy *copy, const struct ks_peer_document *document, struct ks_error *err)
{
    const char *other;

    if (strcmp(document->instance, copy->own) == 0) {
        copy->standing = KS_PEER_STANDING_SELF;
        return ks_error_set(err, KS_ERROR_INVALID, "this is kube-shields itself: leave it out of OTHER_SHIELDS");
    }
    other = copy->find ? copy->find(copy->find_arg, document->instance) : NULL;
    if (other) {
        return ks_error_set(err, KS_ERROR_INVALID, "instance %s is also %s's: is it one shield under two names?",
                            document->instance, other);
    }
    return 0;
}

static int check_head(struct ks_peer_copy *copy, const struct ks_peer_document *document, struct ks_error *err)
{
    if (check_identity(copy, document, err)) {
        return -1;
    }
    if (document->full) {
        return 0;
    }
    if (!ks_peer_copy_is_known(copy)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "only changes, though everything was asked for");
    }
    if (strcmp(document->instance, copy->instance) != 0 || document->version < copy->version) {
        return ks_error_set(err, KS_ERROR_PROTOCOL,
                            "changes up to %s.%" PRIu64 ", though those since %s.%" PRIu64 " were asked for",
                            document->instance, document->version, copy->instance, copy->version);
    }
    return 0;
}

static enum ks_peer_news news_of(const struct ks_peer_copy *copy, const struct ks_peer_document *document)
{
    bool known = ks_peer_copy_is_known(copy);

    if (known && strcmp(document->instance, copy->instance) == 0 && document->version == copy->version &&
        ks_peer_copy_is_starting(copy) == (document->readiness == KS_STARTING)) {
        return KS_PEER_NEWS_NONE;
    }
    return known && document->full ? KS_PEER_NEWS_REPEATED : KS_PEER_NEWS_CHANGED;
}

static int on_head(void *arg, const struct ks_peer_document *document, struct ks_error *err)
{
    struct applying *applying = arg;
    struct ks_peer_copy *copy = applying->copy;

    if (check_head(copy, document, err)) {
        return -1;
    }
    applying->document = *document;
    applying->news = news_of(copy, document);
    if (document->full) {
        ks_store_remote_begin(copy->store);
    }
    return 0;
}

static int on_service(void *arg, const struct ks_service_view *service, int64_t age_ms, struct ks_error *err)
{
    const struct applying *applying = arg;
    const struct ks_remote_service remote = {
        .namespace_name = service->namespace_name,
        .kind = service->kind,
        .name = service->name,
        .state = service->state,
        .as_of = age_ms < 0 ? INT64_MAX : away_from(applying->arrived, -age_ms),
    };

    return service->state ? ks_store_remote_put(applying->copy->store, &remote, err) : 0;
}

static int on_gone(void *arg, const char *namespace_name, const char *kind, const char *name, struct ks_error *err)
{
    const struct applying *applying = arg;

    (void)err;
    ks_store_remote_remove(applying->copy->store, namespace_name, kind, name);
    return 0;
}

static int on_custom(void *arg, const struct ks_custom_state *state, struct ks_error *err)
{
    const struct applying *applying = arg;
    struct ks_custom_state here = *state;

    here.answered_at = away_from(applying->arrived, state->answered_at < 0 ? 0 : -state->answered_at);
    here.late_at = away_from(applying->arrived, state->late_at);
    return ks_store_custom_put(applying->copy->store, &here, err);
}

static int on_custom_gone(void *arg, const char *service, const char *check, struct ks_error *err)
{
    const struct applying *applying = arg;

    (void)err;
    ks_store_custom_remove(applying->copy->store, service, check);
    return 0;
}

static void set_instance(struct ks_peer_copy *copy, const char *instance)
{
    if (strcmp(copy->instance, instance) == 0) {
        return;
    }
    for (size_t i = 0; i < KS_PEER_EARLIER; i++) {
        copy->returned += strcmp(copy->earlier[i], instance) == 0;
    }
    memcpy(copy->earlier[copy->replaced++ % KS_PEER_EARLIER], copy->instance, sizeof copy->instance);
    snprintf(copy->instance, sizeof copy->instance, "%s", instance);
}

int ks_peer_copy_apply(struct ks_peer_copy *copy, const struct ks_buf *document, int64_t arrived,
                       enum ks_peer_news *news, struct ks_error *err)
{
    struct applying applying = {.copy = copy, .arrived = arrived};
    const struct ks_peer_reader reader = {.head = on_head,
                                          .service = on_service,
                                          .gone = on_gone,
                                          .custom = on_custom,
                                          .custom_gone = on_custom_gone,
                                          .arg = &applying};

    if (copy->standing == KS_PEER_STANDING_SELF) {
        copy->standing = KS_PEER_STANDING_UNKNOWN;
    }
    if (ks_peer_document_read(document->data, document->length, &reader, err)) {
        if (copy->standing != KS_PEER_STANDING_SELF) {
            copy->standing = KS_PEER_STANDING_UNKNOWN;
        }
        return -1;
    }
    ks_store_trouble(copy->store,
                     applying.document.readiness == KS_FORBIDDEN ? KS_STORE_NO_ACCESS : KS_STORE_NO_TROUBLE,
                     "it has no access to its API server");
    if (applying.document.readiness == KS_STARTING) {
        set_starting(copy);
    } else {
        set_ready(copy, &applying);
    }
    set_nodes(copy, &applying);
    copy->standing = KS_PEER_STANDING_CURRENT;
    set_instance(copy, applying.document.instance);
    copy->version = applying.document.version;
    *news = applying.news;
    return 0;
}
