/* A reflector and an API server with a script: what it asks for, and what it tells its owner. */
#include "config.h"

#include "support/kube_server.h"

#include "apiserver/reflector.h"
#include "base/clock.h"

#define LONG_MS 20000
#define LAST    "999" /* the version whose event ends a script */
#define END     BOOKMARK(LAST)

/* A reflector's owner, which writes down what it is told. */
struct owner {
    struct kube_server server;
    struct ks_kube_reflector *reflector;
    struct ks_buf told;
    bool is_impatient; /* pokes at each failure, so that nobody waits for a backoff */
    int64_t listed_at; /* some time after the end of the list */
};

static void note(struct owner *owner, const char *text)
{
    ks_buf_printf(&owner->told, "%s%s", owner->told.length ? " " : "", text);
}

static void on_list_begin(void *arg)
{
    note(arg, "(");
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct owner *owner = arg;

    (void)err;
    if (event != KS_KUBE_BOOKMARK) {
        note(owner, object->meta.name);
    } else if (strcmp(object->meta.resource_version, LAST) == 0) {
        ks_loop_stop(owner->server.loop);
    }
    return 0;
}

static void on_list_end(void *arg)
{
    struct owner *owner = arg;

    note(owner, ")");
    usleep(5000);
    owner->listed_at = ks_clock_monotonic();
}

static void on_compare_begin(void *arg, const char *told)
{
    note(arg, "compare");
    note(arg, told);
}

static int on_compare(void *arg, const struct ks_kube_object *object, struct ks_error *err)
{
    (void)err;
    note(arg, object->meta.name);
    return 0;
}

static void on_compare_end(void *arg)
{
    note(arg, "compared");
}

static void on_compare_settle(void *arg)
{
    struct owner *owner = arg;

    note(owner, "settled");
    ks_loop_stop(owner->server.loop);
}

static void on_compare_failed(void *arg, const struct ks_error *err)
{
    note(arg, "failed:");
    note(arg, ks_error_kind_name(err->kind));
}

static void on_went_back(void *arg, const char *ours, const char *theirs)
{
    note(arg, "back");
    note(arg, ours);
    note(arg, theirs);
}

static void on_state(void *arg, enum ks_reflector_state state, const struct ks_error *err)
{
    static const char *const names[] = {[KS_REFLECTOR_STARTING] = "starting",
                                        [KS_REFLECTOR_LIVE] = "live",
                                        [KS_REFLECTOR_AWAY] = "away",
                                        [KS_REFLECTOR_FORBIDDEN] = "forbidden",
                                        [KS_REFLECTOR_ABSENT] = "absent"};
    struct owner *owner = arg;

    note(owner, names[state]);
    if (err && owner->is_impatient) {
        ks_kube_reflector_poke(owner->reflector);
    }
}

static void on_steady(void *arg)
{
    (void)arg;
}

static void owner_init(struct owner *owner, const struct kube_step *steps, const struct ks_reflector_options *options)
{
    const struct ks_reflector_owner callbacks = {.list_begin = on_list_begin,
                                                 .object = on_object,
                                                 .list_end = on_list_end,
                                                 .compare_begin = on_compare_begin,
                                                 .compare = on_compare,
                                                 .compare_end = on_compare_end,
                                                 .compare_settle = on_compare_settle,
                                                 .compare_failed = on_compare_failed,
                                                 .went_back = on_went_back,
                                                 .state = on_state,
                                                 .steady = on_steady,
                                                 .arg = owner};
    struct ks_reflector_options all = *options;
    struct ks_error err;

    all.object_limit = CEILING;
    all.watch_timeout_ms = all.watch_timeout_ms ? all.watch_timeout_ms : LONG_MS;
    owner->is_impatient = true;
    ks_buf_init(&owner->told, CEILING);
    kube_server_init(&owner->server, steps);
    assert_int_equal(
        ks_kube_reflector_new(&owner->reflector, owner->server.loop, owner->server.client, &all, &callbacks, &err), 0);
    ks_kube_reflector_poke(owner->reflector);
}

static void owner_fini(struct owner *owner)
{
    ks_kube_reflector_free(owner->reflector);
    kube_server_fini(&owner->server);
    ks_buf_fini(&owner->told);
}

/* Until the last event. */
static void run(struct owner *owner)
{
    struct ks_error err;
    int64_t deadline = ks_clock_monotonic() + LONG_MS;

    assert_int_equal(ks_loop_run(owner->server.loop, deadline, &err), 0);
    if (ks_clock_monotonic() >= deadline) {
        fail_msg("it does not end: asked %s, told %s", owner->server.asked.data, owner->told.data);
    }
}

struct row {
    const char *promise;
    struct kube_step steps[10];
    const char *asked;
    const char *told; /* NULL: whatever */
};

static void run_row(const struct row *row, const struct ks_reflector_options *options)
{
    struct owner owner;

    owner_init(&owner, row->steps, options);
    run(&owner);
    assert_row_text(row->promise, owner.server.asked.data, row->asked);
    if (row->told) {
        assert_row_text(row->promise, owner.told.data, row->told);
    }
    owner_fini(&owner);
}

static void run_rows(const struct row *rows, size_t count)
{
    const struct ks_reflector_options pods = {.kind = KS_KIND_POD};

    for (size_t i = 0; i < count; i++) {
        run_row(&rows[i], &pods);
    }
}

#define FIRST_LIST                                                                                                     \
    {                                                                                                                  \
        .answer = LIST("10", POD("web", "9"))                                                                          \
    }
#define LAST_WATCH                                                                                                     \
    {                                                                                                                  \
        .answer = OK(END), .stays = true                                                                               \
    }
/* The version of the server's cache. */
#define CACHE(version)                                                                                                 \
    {                                                                                                                  \
        .answer = LIST(version, "")                                                                                    \
    }
#define GARBAGE                                                                                                        \
    {                                                                                                                  \
        .answer = OK("what?")                                                                                          \
    }

static void a_watch_goes_on_from_the_latest_version(void **state)
{
    static const struct row rows[] = {
        {"the first list is that of a cache", {FIRST_LIST, LAST_WATCH}, "list 0, watch 10", "( web ) live"},
        {"after an event and a bookmark",
         {FIRST_LIST, {.answer = OK(ADDED("db", "11") BOOKMARK("12"))}, LAST_WATCH},
         "list 0, watch 10, watch 12",
         "( web ) live db"},
        {"after a connection that breaks",
         {FIRST_LIST, {.answer = CUT(ADDED("db", "11"))}, LAST_WATCH},
         "list 0, watch 10, watch 11",
         "( web ) live db"},
        {"after an event that breaks off",
         {FIRST_LIST, {.answer = OK(ADDED("db", "11") "{\"type\":")}, LAST_WATCH},
         "list 0, watch 10, watch 11",
         "( web ) live db away live"},
        {"after 429 and 500",
         {FIRST_LIST, {.answer = STATUS("429", "busy")}, {.answer = STATUS("500", "sorry")}, LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10",
         "( web ) away away live"},
        {"after 403, and what is known stays",
         {FIRST_LIST, {.answer = STATUS("403", "no")}, LAST_WATCH},
         "list 0, watch 10, watch 10",
         "( web ) away live"},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

static void a_version_that_is_of_no_use_leads_to_a_list_from_etcd(void **state)
{
    static const struct row rows[] = {
        {"410 as an answer",
         {FIRST_LIST, {.answer = STATUS("410", "old")}, FIRST_LIST, LAST_WATCH},
         "list 0, watch 10, list, watch 10",
         "( web ) ( web ) live"},
        {"410 as an event",
         {FIRST_LIST, {.answer = OK(EVENT("ERROR", STATUS_BODY("410", "old")))}, FIRST_LIST, LAST_WATCH},
         "list 0, watch 10, list, watch 10",
         "( web ) live ( web )"},
        {"too large, as an answer with a text",
         {FIRST_LIST,
          {.answer = STATUS("504", "Timeout: Too large resource version: 10, current: 5")},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, watch 10, list, watch 10",
         "( web ) ( web ) live"},
        {"too large, as an answer with a cause",
         {FIRST_LIST, {.answer = ANSWER("504 No", "application/json", TOO_LARGE("504"))}, FIRST_LIST, LAST_WATCH},
         "list 0, watch 10, list, watch 10",
         "( web ) ( web ) live"},
        {"too large, as an event with a text",
         {FIRST_LIST,
          {.answer = OK(EVENT("ERROR", STATUS_BODY("504", "Too large resource version: 10")))},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, watch 10, list, watch 10",
         "( web ) live ( web )"},
        {"too large, as an event with a cause",
         {FIRST_LIST, {.answer = OK(EVENT("ERROR", TOO_LARGE("504")))}, FIRST_LIST, LAST_WATCH},
         "list 0, watch 10, list, watch 10",
         "( web ) live ( web )"},
        {"until one is complete",
         {FIRST_LIST,
          {.answer = STATUS("410", "old")},
          {.answer = STATUS("429", "busy")},
          {.answer = CUT("{")},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, watch 10, list, list, list, watch 10",
         NULL},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

static void three_failures_lead_to_a_list(void **state)
{
    static const struct row rows[] = {
        {"of a cache",
         {FIRST_LIST, GARBAGE, GARBAGE, GARBAGE, FIRST_LIST, LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, watch 10",
         NULL},
        {"whatever they are",
         {FIRST_LIST,
          {.answer = STATUS("403", "no")},
          {.answer = CUT("")},
          {.answer = STATUS("503", "no")},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, watch 10",
         NULL},
        {"also if each watch began well",
         {FIRST_LIST, {.answer = OK("")}, {.answer = OK("")}, {.answer = OK("")}, FIRST_LIST, LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, watch 10",
         NULL},
        {"also if each watch ended in an error",
         {FIRST_LIST,
          {.answer = OK(EVENT("ERROR", STATUS_BODY("500", "?")))},
          {.answer = OK(EVENT("ERROR", STATUS_BODY("500", "?")))},
          {.answer = OK(EVENT("ERROR", STATUS_BODY("500", "?")))},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, watch 10",
         NULL},
        {"but an event or a bookmark between them does not",
         {FIRST_LIST, GARBAGE, GARBAGE, {.answer = OK(BOOKMARK("11") "what?")}, GARBAGE, LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, watch 11, watch 11",
         NULL},
        {"if that list fails, from etcd",
         {FIRST_LIST,
          GARBAGE,
          GARBAGE,
          GARBAGE,
          {.answer = STATUS("500", "no")},
          {.answer = STATUS("429", "busy")},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, list, list, watch 10",
         NULL},
        {"if that list is refused for overload, or cut off, of a cache again",
         {FIRST_LIST,
          GARBAGE,
          GARBAGE,
          GARBAGE,
          {.answer = STATUS("429", "busy")},
          {.answer = CUT("{")},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, list 0, list 0, watch 10",
         NULL},
        {"and after it they count anew",
         {FIRST_LIST, GARBAGE, GARBAGE, GARBAGE, FIRST_LIST, GARBAGE, GARBAGE, LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, watch 10, watch 10, watch 10",
         NULL},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

static void no_version_goes_back(void **state)
{
    static const struct row rows[] = {
        {"a bookmark",
         {FIRST_LIST,
          {.answer = OK(BOOKMARK("20") BOOKMARK("15")), .stays = true},
          CACHE("15"),
          {.answer = LIST("15", "")},
          LAST_WATCH},
         "list 0, watch 10, cache, list, watch 15",
         "( web ) live back 20 15 ( )"},
        {"an event, which is not believed",
         {FIRST_LIST,
          {.answer = OK(BOOKMARK("20") ADDED("db", "15")), .stays = true},
          CACHE("15"),
          {.answer = LIST("15", "")},
          LAST_WATCH},
         "list 0, watch 10, cache, list, watch 15",
         "( web ) live back 20 15 ( )"},
        {"a list of a cache, which may lag: it is not believed, and nothing went back",
         {FIRST_LIST, GARBAGE, GARBAGE, GARBAGE, {.answer = LIST("5", POD("old", "3"))}, FIRST_LIST, LAST_WATCH},
         "list 0, watch 10, watch 10, watch 10, list 0, list, watch 10",
         "( web ) live away live away live away ( ( web ) live"},
        {"a list from etcd, which is so",
         {FIRST_LIST,
          {.answer = STATUS("410", "old")},
          {.answer = LIST("5", POD("old", "3"))},
          CACHE("5"),
          {.answer = LIST("6", POD("old", "3"))},
          LAST_WATCH},
         "list 0, watch 10, list, cache, list, watch 6",
         "( web ) ( old ) back 10 5 ( old ) live"},
        {"versions that are not numbers say nothing",
         {{.answer = LIST("b", "")}, {.answer = OK(BOOKMARK("a"))}, LAST_WATCH},
         "list 0, watch b, watch a",
         "( ) live"},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

/* An API server that was not restarted with its etcd tells the past that was undone. */
static void a_cache_of_another_past_is_not_watched(void **state)
{
    static const struct row rows[] = {
        {"until etcd has reached its version",
         {FIRST_LIST,
          {.answer = OK(BOOKMARK("20") BOOKMARK("15")), .stays = true},
          CACHE("20"),
          {.answer = LIST("15", "")},
          CACHE("20"),
          {.answer = LIST("16", POD("new", "16"))},
          CACHE("20"),
          {.answer = LIST("20", POD("new", "16"))},
          LAST_WATCH},
         "list 0, watch 10, cache, list, cache, list, cache, list, watch 20",
         "( web ) live back 20 15 ( ) away ( new ) away ( new ) live"},
        {"or until it is restarted",
         {FIRST_LIST,
          {.answer = OK(BOOKMARK("20") BOOKMARK("15")), .stays = true},
          CACHE("20"),
          {.answer = LIST("15", "")},
          CACHE("15"),
          {.answer = LIST("15", "")},
          LAST_WATCH},
         "list 0, watch 10, cache, list, cache, list, watch 15",
         NULL},
        {"a server that does not answer is asked again",
         {FIRST_LIST,
          {.answer = OK(BOOKMARK("20") BOOKMARK("15")), .stays = true},
          {.answer = STATUS("503", "no")},
          CACHE("15"),
          {.answer = LIST("15", "")},
          LAST_WATCH},
         "list 0, watch 10, cache, cache, list, watch 15",
         NULL},
        {"one that does not understand the question is not",
         {FIRST_LIST,
          {.answer = OK(BOOKMARK("20") BOOKMARK("15")), .stays = true},
          {.answer = STATUS("400", "what is a name?")},
          {.answer = LIST("15", "")},
          LAST_WATCH},
         "list 0, watch 10, cache, list, watch 15",
         NULL},
        {"objects that it tells are not believed",
         {FIRST_LIST,
          {.answer = OK(BOOKMARK("20") BOOKMARK("15")), .stays = true},
          {.answer = LIST("15", POD("-", "12"))},
          {.answer = LIST("15", "")},
          LAST_WATCH},
         "list 0, watch 10, cache, list, watch 15",
         "( web ) live back 20 15 ( )"},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

static void what_is_no_whole_list_is_none(void **state)
{
    static const struct row rows[] = {
        {"a part of it",
         {{.answer = OK("{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"10\",\"continue\":\"x\"},"
                        "\"items\":[" POD("web", "9") "]}")},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, list 0, watch 10",
         "( starting ( web ) live"},
        {"one without a version",
         {{.answer = OK("{\"kind\":\"PodList\",\"metadata\":{},\"items\":[]}")}, FIRST_LIST, LAST_WATCH},
         "list 0, list 0, watch 10",
         "( starting ( web ) live"},
        {"one that breaks off",
         {{.answer = OK("{\"kind\":\"PodList\",\"metadata\":{\"resourceVersion\":\"10\"},\"items\":[" POD("web", "9"))},
          FIRST_LIST,
          LAST_WATCH},
         "list 0, list 0, watch 10",
         "( web starting ( web ) live"},
        {"a Status",
         {{.answer = OK(STATUS_BODY("500", "no"))}, FIRST_LIST, LAST_WATCH},
         "list 0, list 0, watch 10",
         "( starting ( web ) live"},
        {"a page",
         {{.answer = ANSWER("200 OK", "text/html", "<html>Sign in</html>")}, FIRST_LIST, LAST_WATCH},
         "list 0, list 0, watch 10",
         "starting ( web ) live"},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

static void it_finds_the_version_of_the_api(void **state)
{
    static const struct row row = {"v1beta1",
                                   {{.answer = STATUS("404", "none")}, {.answer = LIST("10", "")}, LAST_WATCH},
                                   "list 0, v1beta1 list 0, v1beta1 watch 10",
                                   "( ) live"};
    const struct ks_reflector_options cronjobs = {.kind = KS_KIND_CRONJOB};

    (void)state;
    run_row(&row, &cronjobs);
}

/* ---- patience ---- */

static void no_poke_breaks_retry_after(void **state)
{
    static const struct kube_step steps[] = {
        FIRST_LIST,
        {.answer = "HTTP/1.1 503 No\r\nRetry-After: 1\r\nConnection: close\r\n\r\n"},
        LAST_WATCH,
        {.answer = NULL},
    };
    const struct ks_reflector_options pods = {.kind = KS_KIND_POD};
    struct owner owner;
    int64_t begin = ks_clock_monotonic();

    (void)state;
    owner_init(&owner, steps, &pods);
    run(&owner);
    assert_true(ks_clock_monotonic() - begin >= 1000);
    assert_true(ks_kube_reflector_not_before(owner.reflector) >= begin + 1000);
    assert_string_equal(owner.server.asked.data, "list 0, watch 10, watch 10");
    assert_string_equal(owner.told.data, "( web ) away live");
    owner_fini(&owner);
}

/* A proxy may send what it likes. */
static void bytes_without_an_event_prove_nothing(void **state)
{
    static const struct kube_step steps[] = {FIRST_LIST, {.answer = OK("\n"), .stays = true}};
    const struct ks_reflector_options pods = {.kind = KS_KIND_POD};
    struct owner owner;
    struct ks_error err;

    (void)state;
    owner_init(&owner, steps, &pods);
    while (ks_kube_reflector_state(owner.reflector) != KS_REFLECTOR_LIVE) {
        assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 50, &err), 0);
    }
    assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 50, &err), 0);
    assert_true(ks_kube_reflector_as_of(owner.reflector) < owner.listed_at);
    owner_fini(&owner);
}

/* Each of them works, and none lasts. */
static void watches_that_end_at_once_get_slower(void **state)
{
#define SHORT_WATCH                                                                                                    \
    {                                                                                                                  \
        .answer = OK(BOOKMARK("11"))                                                                                   \
    }
    static const struct kube_step steps[] = {FIRST_LIST,  SHORT_WATCH, SHORT_WATCH,     SHORT_WATCH, SHORT_WATCH,
                                             SHORT_WATCH, SHORT_WATCH, SHORT_WATCH,     SHORT_WATCH, SHORT_WATCH,
                                             SHORT_WATCH, LAST_WATCH,  {.answer = NULL}};
    const struct ks_reflector_options pods = {.kind = KS_KIND_POD};
    struct owner owner;
    int64_t begin = ks_clock_monotonic();

    (void)state;
    owner_init(&owner, steps, &pods);
    run(&owner);
    assert_true(ks_clock_monotonic() - begin >= 125 + 250);
    assert_string_equal(owner.told.data, "( web ) live away live away live");
    owner_fini(&owner);
}

/* Nobody knows what happens meanwhile. */
static void a_watch_that_does_not_begin_is_away(void **state)
{
    static const struct kube_step steps[] = {
        FIRST_LIST, {.answer = OK(BOOKMARK("11"))}, {.answer = NULL, .stays = true}};
    const struct ks_reflector_options pods = {.kind = KS_KIND_POD};
    struct owner owner;
    struct ks_error err;

    (void)state;
    owner_init(&owner, steps, &pods);
    while (ks_kube_reflector_state(owner.reflector) != KS_REFLECTOR_AWAY) {
        assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 50, &err), 0);
    }
    assert_string_equal(owner.server.asked.data, "list 0, watch 10, watch 11");
    owner_fini(&owner);
}

/* ---- what the owner does ---- */

static void after_a_last_event(const struct kube_step *steps, void (*act)(struct ks_kube_reflector *reflector),
                               const char *asked)
{
    const struct ks_reflector_options pods = {.kind = KS_KIND_POD};
    struct owner owner;

    owner_init(&owner, steps, &pods);
    run(&owner);
    assert_string_equal(ks_kube_reflector_version(owner.reflector), LAST);
    act(owner.reflector);
    assert_null(ks_kube_reflector_version(owner.reflector));
    ks_kube_reflector_poke(owner.reflector);
    run(&owner);
    assert_string_equal(owner.server.asked.data, asked);
    assert_null(strstr(owner.told.data, "back")); /* the old versions are forgotten */
    owner_fini(&owner);
}

static void relist_at_once(struct ks_kube_reflector *reflector)
{
    ks_kube_reflector_relist(reflector, 0);
}

static void it_can_be_told_to_list(void **state)
{
    static const struct kube_step relisted[] = {FIRST_LIST, LAST_WATCH,      CACHE("5"), {.answer = LIST("5", "")},
                                                LAST_WATCH, {.answer = NULL}};
    static const struct kube_step reset[] = {
        FIRST_LIST, LAST_WATCH, {.answer = LIST("5", "")}, LAST_WATCH, {.answer = NULL}};

    (void)state;
    after_a_last_event(relisted, relist_at_once, "list 0, watch 10, cache, list, watch 5");
    after_a_last_event(reset, ks_kube_reflector_reset, "list 0, watch 10, list 0, watch 5");
}

/* ---- lists beside the watch ---- */

#define QUIET_WATCH                                                                                                    \
    {                                                                                                                  \
        .answer = OK(BOOKMARK("20")), .stays = true                                                                    \
    }

static void a_list_beside_the_watch_is_compared(void **state)
{
    static const struct row rows[] = {
        {"and settles",
         {FIRST_LIST, QUIET_WATCH, {.answer = LIST("20", POD("web", "9"))}},
         "list 0, watch 10, list",
         "( web ) live compare 20 web compared settled"},
        {"its failure is quiet, and it is tried again",
         {FIRST_LIST, QUIET_WATCH, {.answer = STATUS("500", "no")}, {.answer = LIST("20", POD("web", "9"))}},
         "list 0, watch 10, list, list",
         "( web ) live compare 20 failed: unavailable compare 20 web compared settled"},
        {"an earlier version means that the server went back",
         {FIRST_LIST,
          QUIET_WATCH,
          {.answer = LIST("15", POD("old", "9"))},
          CACHE("15"),
          {.answer = LIST("15", POD("old", "9"))},
          LAST_WATCH},
         "list 0, watch 10, list, cache, list, watch 15",
         "( web ) live compare 20 away back 20 15 ( old ) live"},
    };
    const struct ks_reflector_options often = {.kind = KS_KIND_POD, .relist_ms = 20};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        run_row(&rows[i], &often);
    }
}

/* Whoever asks, it is the same reflector to the server. */
static void a_list_beside_the_watch_is_told_to_wait_for_both(void **state)
{
    static const struct kube_step steps[] = {
        FIRST_LIST,
        QUIET_WATCH,
        {.answer = "HTTP/1.1 429 No\r\nRetry-After: 100\r\nConnection: close\r\n\r\n"},
        {.answer = NULL},
    };
    const struct ks_reflector_options often = {.kind = KS_KIND_POD, .relist_ms = 20};
    struct owner owner;
    struct ks_error err;

    (void)state;
    owner_init(&owner, steps, &often);
    while (!strstr(owner.told.data, "failed: unavailable")) {
        assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 20, &err), 0);
    }
    ks_kube_reflector_restart(owner.reflector);
    assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 100, &err), 0);
    assert_string_equal(owner.server.asked.data, "list 0, watch 10, list");
    owner_fini(&owner);
}

static void one_list_is_enough_for_a_request(void **state)
{
    static const struct kube_step steps[] = {FIRST_LIST, {.answer = NULL}};
    const struct ks_reflector_options once = {.kind = KS_KIND_POD, .relist_ms = 20, .list_only = true};
    struct owner owner;
    struct ks_error err;

    (void)state;
    owner_init(&owner, steps, &once);
    while (ks_kube_reflector_state(owner.reflector) != KS_REFLECTOR_LIVE) {
        assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 50, &err), 0);
    }
    assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 100, &err), 0);
    assert_string_equal(owner.server.asked.data, "list 0");
    owner_fini(&owner);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_watch_goes_on_from_the_latest_version),
        cmocka_unit_test(a_version_that_is_of_no_use_leads_to_a_list_from_etcd),
        cmocka_unit_test(three_failures_lead_to_a_list),
        cmocka_unit_test(no_version_goes_back),
        cmocka_unit_test(a_cache_of_another_past_is_not_watched),
        cmocka_unit_test(what_is_no_whole_list_is_none),
        cmocka_unit_test(it_finds_the_version_of_the_api),
        cmocka_unit_test(no_poke_breaks_retry_after),
        cmocka_unit_test(bytes_without_an_event_prove_nothing),
        cmocka_unit_test(watches_that_end_at_once_get_slower),
        cmocka_unit_test(a_watch_that_does_not_begin_is_away),
        cmocka_unit_test(it_can_be_told_to_list),
        cmocka_unit_test(a_list_beside_the_watch_is_compared),
        cmocka_unit_test(a_list_beside_the_watch_is_told_to_wait_for_both),
        cmocka_unit_test(one_list_is_enough_for_a_request),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
