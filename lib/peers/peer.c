/* Polls a peer again and again, and publishes what it answers. */
#include "config.h"

#include "peers/peer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "peers/private.h"

#define WAIT_MS         25000
#define GRACE_MS        10000 /* a poll that is silent for longer than its wait and this is dead */
#define SELF_RETRY_MS   60000
#define STEADY_MS       1000 /* if polls fail again sooner, the outage never ended */
#define LEAST_PERIOD_MS 20   /* between the starts of two polls */
#define HASTY_MS                                                                                                       \
    1000 /* the peer does not wait for news if it answers sooner, without changes or with everything again */
#define HASTY_PAUSE_MS 1000
#define SHARE          4 /* rests this many times as long as it works: no peer takes more than a fifth of the loop's time */

static void on_steady(void *arg)
{
    struct ks_peer *peer = arg;

    peer->state = KS_PEER_STATE_FOLLOWING;
    peer->backoff.failures = 0;
    ks_peer_log_back(peer);
}

static void publish(struct ks_peer *peer)
{
    struct ks_error error;

    if (ks_store_is_dirty(peer->copy.store) && ks_store_flush(peer->copy.store, &error)) {
        ks_peer_log_store(peer, &error);
    }
    ks_store_remote_report(peer->copy.store, &peer->report);
}

/* Calls back once, at the end of the first poll. */
static void settle(struct ks_peer *peer, enum ks_peer_state before)
{
    if (before == KS_PEER_STATE_PENDING && peer->settled) {
        peer->settled(peer->settled_arg);
    }
}

/* The pause until the next poll, after an answer that has been worked on since `begun`. */
static int64_t pause_after(struct ks_peer *peer, enum ks_peer_news news, int64_t begun)
{
    int64_t now = ks_clock_monotonic();
    int64_t pause = SHARE * (now - begun);

    if (news == KS_PEER_NEWS_CHANGED || begun - peer->started >= HASTY_MS) {
        peer->hasty = 0;
    } else if (peer->hasty < 2) {
        peer->hasty++;
    }
    if (peer->hasty == 2 && pause < HASTY_PAUSE_MS) {
        pause = HASTY_PAUSE_MS;
    }
    if (now + pause < peer->started + LEAST_PERIOD_MS) {
        pause = peer->started + LEAST_PERIOD_MS - now;
    }
    return pause;
}

static void succeed(struct ks_peer *peer, enum ks_peer_news news, int64_t begun)
{
    enum ks_peer_state before = peer->state;

    peer->failure = KS_ERROR_NONE;
    ks_peer_log_several(peer);
    snprintf(peer->report.trouble, sizeof peer->report.trouble, "%s",
             ks_peer_copy_is_starting(&peer->copy) ? KS_PEER_STARTING_TEXT : "");
    publish(peer);
    if (before == KS_PEER_STATE_PENDING || before == KS_PEER_STATE_FOLLOWING) {
        peer->state = KS_PEER_STATE_FOLLOWING;
        peer->backoff.failures = 0;
    } else if (before == KS_PEER_STATE_AWAY) {
        peer->state = KS_PEER_STATE_RETURNING;
        peer->back_at = ks_clock_monotonic();
        ks_timer_start(&peer->steady, STEADY_MS);
    }
    if (!peer->options.once) {
        ks_timer_start(&peer->timer, pause_after(peer, news, begun));
    }
    settle(peer, before);
}

static void fail(struct ks_peer *peer, const struct ks_error *err)
{
    int64_t backoff = ks_backoff_next(&peer->backoff);
    enum ks_peer_state before = peer->state;

    ks_timer_stop(&peer->steady);
    ks_peer_copy_retire(&peer->copy);
    peer->report.failures++;
    memcpy(peer->report.trouble, err->text, sizeof peer->report.trouble);
    publish(peer);
    ks_peer_log_failure(peer, err);
    peer->state = KS_PEER_STATE_AWAY;
    peer->failure = err->kind;
    peer->hasty = 0;
    if (!peer->options.once) {
        ks_timer_start(&peer->timer, peer->copy.standing == KS_PEER_STANDING_SELF ? SELF_RETRY_MS : backoff);
    }
    settle(peer, before);
}

static void on_done(void *arg, const struct ks_error *cause)
{
    struct ks_peer *peer = arg;
    int64_t begun = ks_clock_monotonic();
    struct ks_error error = {.kind = KS_ERROR_NONE};
    enum ks_peer_news news = KS_PEER_NEWS_NONE;

    peer->transfer = NULL;
    peer->report.polls++;
    if (cause) {
        error = *cause;
    } else {
        ks_peer_poll_read(peer, &news, &error);
    }
    ks_peer_poll_drop(peer);
    if (error.kind == KS_ERROR_NONE) {
        succeed(peer, news, begun);
    } else {
        fail(peer, &error);
    }
}

static void on_eviction(void *arg)
{
    struct ks_peer *peer = arg;
    struct ks_error error;

    ks_peer_group_refuse_body(peer, &error);
    ks_peer_poll_drop(peer);
    peer->report.polls++;
    fail(peer, &error);
}

static void poll_peer(void *arg)
{
    struct ks_peer *peer = arg;
    struct ks_error error = {.kind = KS_ERROR_NONE};

    if (ks_peer_poll_start(peer, on_done, &error)) {
        ks_peer_poll_drop(peer);
        peer->report.polls++;
        fail(peer, &error);
    }
}

/* ---- life ---- */

int ks_peer_new(struct ks_peer **out, struct ks_loop *loop, const struct ks_peer_options *options,
                struct ks_store *store, struct ks_error *err)
{
    struct ks_peer *peer;

    if (!options->address || !options->instance || !options->keyring || !options->group) {
        return ks_error_set(err, KS_ERROR_INVALID, "peer options: address, instance, keyring and group must be set");
    }
    peer = calloc(1, sizeof *peer);
    if (!peer) {
        return ks_error_memory(err);
    }
    peer->loop = loop;
    peer->options = *options;
    if (peer->options.wait_ms == 0) {
        peer->options.wait_ms = WAIT_MS;
    }
    if (peer->options.timeout_ms == 0) {
        peer->options.timeout_ms = peer->options.wait_ms + GRACE_MS;
    }
    peer->server = (struct ks_http_server){.url = options->address->url,
                                           .ca.path = options->ca,
                                           .certificate.path = options->certificate,
                                           .key.path = options->key};
    peer->copy =
        (struct ks_peer_copy){.store = store, .own = options->instance, .find = ks_peer_group_find, .find_arg = peer};
    ks_buf_init(&peer->body, KS_DOCUMENT_MOST);
    ks_timer_init(&peer->timer, loop, poll_peer, peer);
    ks_timer_init(&peer->steady, loop, on_steady, peer);
    ks_timer_init(&peer->eviction, loop, on_eviction, peer);
    ks_peer_group_join(peer);
    *out = peer;
    return 0;
}

void ks_peer_free(struct ks_peer *peer)
{
    if (peer) {
        ks_peer_poll_drop(peer);
        ks_timer_stop(&peer->timer);
        ks_timer_stop(&peer->steady);
        ks_peer_group_leave(peer);
        free(peer);
    }
}

void ks_peer_start(struct ks_peer *peer, void (*settled)(void *arg), void *arg)
{
    peer->settled = settled;
    peer->settled_arg = arg;
    ks_timer_start(&peer->timer, 0);
}

void ks_peer_expire(struct ks_peer *peer)
{
    struct ks_error error;

    if (peer->state != KS_PEER_STATE_PENDING) {
        return;
    }
    ks_timer_stop(&peer->timer);
    ks_peer_poll_drop(peer);
    ks_error_set(&error, KS_ERROR_TIMEOUT, "no answer at the deadline");
    fail(peer, &error);
}
