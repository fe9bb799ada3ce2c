/* Following a kind of objects while memory runs out: each failure is told, and nothing hangs or leaks. */
#include "config.h"

#include "support/scarce_memory.h"

#include "support/http_server.h"
#include "support/kube_server.h"

#include "apiserver/reflector.h"
#include "apiserver/relist.h"
#include "base/clock.h"

#define LONG_MS 20000

struct story {
    const char *kubeconfig;
    struct ks_loop *loop;
    struct ks_kube_client *client;
    struct ks_error err;
};

static void stop(struct story *story, const struct ks_error *err)
{
    story->err = err ? *err : (struct ks_error){.kind = KS_ERROR_NONE};
    ks_loop_stop(story->loop);
}

static void on_changed(void *arg)
{
    (void)arg;
}

/* Runs until something ends the story. */
static int await(struct story *story, struct ks_error *err)
{
    story->err = (struct ks_error){.kind = KS_ERROR_TIMEOUT, .text = "it never ends"};
    if (ks_loop_run(story->loop, ks_clock_monotonic() + LONG_MS, err)) {
        return -1;
    }
    if (story->err.kind != KS_ERROR_NONE) {
        *err = story->err;
        return -1;
    }
    return 0;
}

static int with_client(struct story *story, int (*tell)(struct story *story, struct ks_error *err),
                       struct ks_error *err)
{
    const struct ks_access_source source = {.kubeconfig = story->kubeconfig};
    int outcome;

    if (ks_loop_new(&story->loop, err)) {
        return -1;
    }
    outcome = ks_kube_client_new(&story->client, story->loop, &source, on_changed, NULL, err);
    if (outcome == 0) {
        outcome = tell(story, err);
        ks_kube_client_free(story->client);
    }
    ks_loop_free(story->loop);
    return outcome;
}

/* ---- a list, a watch, an event; and the same after the server went back ---- */

static void ignore(void *arg)
{
    (void)arg;
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    (void)object, (void)err;
    if (event == KS_KUBE_BOOKMARK) {
        stop(arg, NULL);
    }
    return 0;
}

static void on_state(void *arg, enum ks_reflector_state state, const struct ks_error *err)
{
    (void)state;
    if (err) {
        stop(arg, err);
    }
}

static int follow(struct story *story, void (*begin)(struct ks_kube_reflector *reflector), struct ks_error *err)
{
    const struct ks_reflector_owner owner = {.list_begin = ignore,
                                             .object = on_object,
                                             .list_end = ignore,
                                             .state = on_state,
                                             .steady = ignore,
                                             .arg = story};
    const struct ks_reflector_options options = {
        .kind = KS_KIND_POD, .watch_timeout_ms = LONG_MS, .object_limit = CEILING};
    struct ks_kube_reflector *reflector;
    int outcome;

    if (ks_kube_reflector_new(&reflector, story->loop, story->client, &options, &owner, err)) {
        return -1;
    }
    begin(reflector);
    outcome = await(story, err);
    ks_kube_reflector_free(reflector);
    return outcome;
}

static int follow_first(struct story *story, struct ks_error *err)
{
    return follow(story, ks_kube_reflector_poke, err);
}

static int tell_follow(void *arg, struct ks_error *err)
{
    return with_client(arg, follow_first, err);
}

static void relist_at_once(struct ks_kube_reflector *reflector)
{
    ks_kube_reflector_relist(reflector, 0);
}

static int follow_again(struct story *story, struct ks_error *err)
{
    return follow(story, relist_at_once, err);
}

static int tell_went_back(void *arg, struct ks_error *err)
{
    return with_client(arg, follow_again, err);
}

/* ---- a list beside a watch ---- */

static void on_compare_begin(void *arg, const char *told)
{
    (void)arg, (void)told;
}

static int on_compare(void *arg, const struct ks_kube_object *object, struct ks_error *err)
{
    (void)arg, (void)object, (void)err;
    return 0;
}

static void on_compare_settle(void *arg)
{
    stop(arg, NULL);
}

static void on_compare_failed(void *arg, const struct ks_error *err)
{
    stop(arg, err);
}

static const char *on_look(void *arg, struct ks_listwatch_options *options)
{
    (void)arg;
    *options = (struct ks_listwatch_options){.kind = KS_KIND_POD, .object_limit = CEILING};
    return "10";
}

static void on_patience(void *arg, int64_t retry_after_ms)
{
    (void)arg, (void)retry_after_ms;
}

static int compare(struct story *story, struct ks_error *err)
{
    const struct ks_reflector_owner owner = {.compare_begin = on_compare_begin,
                                             .compare = on_compare,
                                             .compare_end = ignore,
                                             .compare_settle = on_compare_settle,
                                             .compare_failed = on_compare_failed,
                                             .arg = story};
    const struct ks_relist_watch watch = {.look = on_look, .patience = on_patience, .arg = story};
    struct ks_relist relist;
    int outcome;

    ks_relist_init(&relist, story->client, &owner, watch, 1);
    ks_relist_start(&relist);
    outcome = await(story, err);
    ks_relist_fini(&relist);
    return outcome;
}

static int tell_compare(void *arg, struct ks_error *err)
{
    return with_client(arg, compare, err);
}

/* ---- the server beside it ---- */

static bool say(void *arg, const char *request, struct ks_buf *answer)
{
    (void)arg;
    if (strstr(request, "watch=true")) {
        ks_buf_literal(answer, OK(BOOKMARK("11")));
    } else {
        ks_buf_literal(answer, LIST("10", POD("web", "9")));
    }
    return false;
}

static void run(const char *name, scarce_story *tell)
{
    struct http_server server;
    struct kube_config config;
    struct story story = {.kubeconfig = config.path};

    http_server_start(&server, say, NULL);
    kube_config_init(&config, server.url);
    scarce_tell(name, tell, &story);
    kube_config_fini(&config);
    http_server_stop(&server);
}

static void a_kind_is_followed(void **state)
{
    (void)state;
    run("list and watch", tell_follow);
}

static void another_past_is_followed(void **state)
{
    (void)state;
    run("version of a cache, list and watch", tell_went_back);
}

static void a_list_is_compared(void **state)
{
    (void)state;
    run("list beside a watch", tell_compare);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kind_is_followed),
        cmocka_unit_test(another_past_is_followed),
        cmocka_unit_test(a_list_is_compared),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
