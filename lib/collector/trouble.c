/* `starting` for ever is not an answer: after a minute it says why, and what to do. */
#include "config.h"

#include "base/clock.h"
#include "collector/private.h"

#define PATIENCE_MS 60000

static bool is_stuck(const struct collected *collected)
{
    return collected->published == KS_SOURCE_STARTING ||
           (collected->kind == KS_KIND_POD && collected->published == KS_SOURCE_OFF);
}

static bool is_well(const struct collected *collected)
{
    return collected->cause.kind == KS_ERROR_NONE;
}

/* A source that keeps the store from being ready: one that failed, if there is one. */
static const struct collected *find_stuck(const struct ks_collector *collector)
{
    const struct collected *stuck = NULL;

    for (size_t i = 0; i < collector->count; i++) {
        const struct collected *collected = &collector->collected[i];

        if (is_stuck(collected) && (!stuck || (is_well(stuck) && !is_well(collected)))) {
            stuck = collected;
        }
    }
    return stuck;
}

static struct ks_cause cause_of(const struct ks_collector *collector, const struct collected *stuck)
{
    if (collector->heartbeat.life.state == KS_LIFE_LOST) {
        return collector->heartbeat.life.cause;
    }
    if (is_well(stuck)) {
        return (struct ks_cause){.kind = KS_ERROR_TIMEOUT, .status = stuck->has_begun ? 200 : 0};
    }
    return stuck->cause;
}

static void clear(struct ks_collector *collector)
{
    if (collector->trouble.published != KS_STORE_NO_TROUBLE) {
        collector->trouble.published = KS_STORE_NO_TROUBLE;
        collector->trouble.cause = (struct ks_cause){.kind = KS_ERROR_NONE};
        ks_store_trouble(collector->store, KS_STORE_NO_TROUBLE, "");
    }
}

static void say(struct ks_collector *collector, const struct collected *stuck, struct ks_cause cause)
{
    const struct ks_access *config = ks_kube_client_config(collector->client);
    const struct ks_cause_place place = {
        .server = config->server,
        .context = config->context,
        .proxy = config->proxy,
        .kind = ks_kind_plural(stuck->kind),
        .namespace_name = stuck->namespace_name,
    };
    enum ks_store_trouble trouble = ks_cause_trouble(cause);
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, KS_ERROR_TEXT_SIZE);
    ks_cause_put(cause, &place, &text);
    ks_store_trouble(collector->store, trouble, text.data ? text.data : "");
    /* What may change every moment, between a refusal and a timeout, is said once. */
    if (trouble != collector->trouble.published && !collector->list_only) {
        ks_log(collector->options.log, KS_LOG_WARNING, "kubernetes", "%s: nothing is known yet; %s",
               trouble == KS_STORE_NO_ACCESS ? "no access" : "unreachable", text.data ? text.data : "");
    }
    collector->trouble.published = trouble;
    collector->trouble.cause = cause;
}

void ks_trouble_say(struct ks_collector *collector)
{
    const struct collected *stuck = find_stuck(collector);
    struct ks_cause cause = {.kind = KS_ERROR_NONE};

    collector->trouble.is_stale = false;
    if (stuck) {
        cause = cause_of(collector, stuck);
    }
    if (cause.kind == KS_ERROR_NONE) {
        clear(collector);
    } else if (!ks_cause_is_same(cause, collector->trouble.cause)) {
        say(collector, stuck, cause);
    }
}

static void on_timer(void *arg)
{
    struct ks_collector *collector = arg;

    collector->trouble.is_due = true;
    ks_trouble_say(collector);
}

void ks_trouble_start(struct ks_collector *collector)
{
    ks_timer_init(&collector->trouble.timer, collector->loop, on_timer, collector);
    ks_timer_start(&collector->trouble.timer, PATIENCE_MS);
}

void ks_trouble_look(struct ks_collector *collector)
{
    if (collector->trouble.is_due && collector->trouble.is_stale) {
        ks_trouble_say(collector);
    }
}
