/* One request for a list or a watch: what it asks for, and how it ends. */
#include "config.h"

#include "support/kube_server.h"

#include "apiserver/listwatch.h"
#include "base/clock.h"

#define LONG_MS 20000

/* An owner, and the end that it was told. */
struct owner {
    struct kube_server server;
    struct ks_listwatch *listwatch;
    size_t begun, objects;
    bool has_ended;
    struct ks_listwatch_end end;
    struct ks_error err;
};

static void on_begun(void *arg)
{
    ((struct owner *)arg)->begun++;
}

static int on_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    (void)event, (void)object, (void)err;
    ((struct owner *)arg)->objects++;
    return 0;
}

static int on_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    (void)arg, (void)meta, (void)err;
    return 0;
}

static void on_ended(void *arg, const struct ks_listwatch_end *end)
{
    struct owner *owner = arg;

    owner->has_ended = true;
    owner->end = *end;
    owner->err = end->err ? *end->err : (struct ks_error){.kind = KS_ERROR_NONE};
    ks_listwatch_cancel(owner->listwatch); /* it is over, so this does nothing */
    ks_loop_stop(owner->server.loop);
}

static void run(struct owner *owner, const char *answer, bool stays, const struct ks_listwatch_options *options)
{
    static struct kube_step steps[2];
    const struct ks_listwatch_owner callbacks = {
        .begun = on_begun, .object = on_object, .list_meta = on_list_meta, .ended = on_ended, .arg = owner};
    struct ks_listwatch_options all = *options;
    struct ks_error err;

    memset(owner, 0, sizeof *owner);
    steps[0] = (struct kube_step){.answer = answer, .stays = stays};
    all.object_limit = CEILING;
    all.watch_timeout_ms = all.watch_timeout_ms ? all.watch_timeout_ms : LONG_MS;
    kube_server_init(&owner->server, steps);
    assert_int_equal(ks_listwatch_start(&owner->listwatch, owner->server.client, &all, &callbacks, &err),
                     KS_KUBE_STARTED);
    assert_int_equal(ks_loop_run(owner->server.loop, ks_clock_monotonic() + LONG_MS, &err), 0);
    assert_true(owner->has_ended);
    kube_server_fini(&owner->server);
}

static const struct ks_listwatch_options pods = {.stream = KS_KUBE_LIST, .kind = KS_KIND_POD};
static const struct ks_listwatch_options watched = {
    .stream = KS_KUBE_WATCH, .kind = KS_KIND_POD, .resource_version = "5"};

#define PAGE(status)       ANSWER(status, "text/html", "<html>Sign in</html>")
#define JSON(status, body) ANSWER(status, "application/json", body)

/* Who answered: the server itself, to us, or somebody or something in its place. */
static void only_an_answer_of_the_server_to_us_is_one(void **state)
{
    static const struct {
        const char *promise, *answer;
        const struct ks_listwatch_options *options;
        int status;
        bool is_answer;
        enum ks_error_kind kind;
        const char *text; /* of the error, the last part */
    } rows[] = {
        {"a list", LIST("5", POD("web", "4")), &pods, 200, true, KS_ERROR_NONE, ""},
        {"a watch", OK(BOOKMARK("6")), &watched, 200, true, KS_ERROR_NONE, ""},
        {"a Status: 403", STATUS("403", "not you"), &pods, 403, true, KS_ERROR_FORBIDDEN, "HTTP 403: not you"},
        {"a Status: 404", STATUS("404", "none"), &pods, 404, true, KS_ERROR_NOT_FOUND, "HTTP 404: none"},
        {"a Status: 410", STATUS("410", "old"), &watched, 410, true, KS_ERROR_GONE, "HTTP 410: old"},
        {"a Status: 401", STATUS("401", "who?"), &pods, 401, false, KS_ERROR_UNAUTHORIZED, "HTTP 401: who?"},
        {"a Status: 429", STATUS("429", "busy"), &pods, 429, false, KS_ERROR_UNAVAILABLE, "HTTP 429: busy"},
        {"a Status: 500", STATUS("500", "no"), &pods, 500, false, KS_ERROR_UNAVAILABLE, "HTTP 500: no"},
        {"a Status in a list", OK(STATUS_BODY("500", "no")), &pods, 200, false, KS_ERROR_PROTOCOL, "no"},
        {"a Status in a watch", OK(EVENT("ERROR", STATUS_BODY("401", "who?"))), &watched, 200, false,
         KS_ERROR_UNAUTHORIZED, "who?"},
        {"a Status in a watch, of a living server", OK(EVENT("ERROR", STATUS_BODY("410", "old"))), &watched, 200, true,
         KS_ERROR_GONE, "old"},
        {"a page: 200", PAGE("200 OK"), &pods, 200, false, KS_ERROR_PROTOCOL, NULL},
        {"a page: 403", PAGE("403 No"), &pods, 403, false, KS_ERROR_FORBIDDEN, "HTTP 403"},
        {"a page: 404", PAGE("404 No"), &pods, 404, false, KS_ERROR_NOT_FOUND, "HTTP 404"},
        {"a page: 503", PAGE("503 No"), &pods, 503, false, KS_ERROR_UNAVAILABLE, "HTTP 503"},
        {"JSON of somebody else", JSON("403 No", "{\"error\":\"sign in\"}"), &pods, 403, false, KS_ERROR_FORBIDDEN,
         NULL},
        {"a redirect", "HTTP/1.1 302 There\r\nLocation: /login\r\nContent-Length: 0\r\n\r\n", &pods, 302, false,
         KS_ERROR_PROTOCOL, "HTTP 302"},
        {"nothing", NULL, &pods, 0, false, KS_ERROR_NETWORK, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct owner owner;

        run(&owner, rows[i].answer, false, rows[i].options);
        assert_row_number(rows[i].promise, owner.end.status, rows[i].status);
        assert_row_number(rows[i].promise, owner.end.is_answer, rows[i].is_answer);
        assert_row_number(rows[i].promise, owner.err.kind, rows[i].kind);
        if (rows[i].text) {
            assert_row_part(rows[i].promise, owner.err.text, rows[i].text);
        }
    }
}

static void patience_is_asked_for_by_overload(void **state)
{
    static const struct {
        const char *answer;
        int64_t least, most;
    } rows[] = {
        {"HTTP/1.1 429 No\r\nRetry-After: 7\r\nConnection: close\r\n\r\n", 7000, 7000},
        {"HTTP/1.1 503 No\r\nRetry-After: 7\r\nConnection: close\r\n\r\n", 7000, 7000},
        {"HTTP/1.1 504 No\r\nRetry-After: 7\r\nConnection: close\r\n\r\n", 7000, 7000},
        {"HTTP/1.1 503 No\r\nRetry-After: 9999\r\nConnection: close\r\n\r\n", 300000, 300000},
        {"HTTP/1.1 503 No\r\nRetry-After: Fri, 01 Jan 2100 00:00:00 GMT\r\nConnection: close\r\n\r\n", 300000, 300000},
        {"HTTP/1.1 503 No\r\nRetry-After: soon\r\nConnection: close\r\n\r\n", 0, 0},
        {"HTTP/1.1 503 No\r\nRetry-After: 7\r\nRetry-After: 8\r\nConnection: close\r\n\r\n", 0, 0},
        {"HTTP/1.1 503 No\r\nConnection: close\r\n\r\n", 0, 0},
        {"HTTP/1.1 403 No\r\nRetry-After: 7\r\nConnection: close\r\n\r\n", 0, 0},
        {"HTTP/1.1 200 OK\r\nRetry-After: 7\r\nConnection: close\r\n\r\n", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct owner owner;

        run(&owner, rows[i].answer, false, &pods);
        assert_true(owner.end.retry_after_ms >= rows[i].least && owner.end.retry_after_ms <= rows[i].most);
    }
}

static void a_part_of_a_list_must_be_asked_for(void **state)
{
    static const char part[] = OK("{\"metadata\":{\"resourceVersion\":\"5\",\"continue\":\"x\"},\"items\":[]}");
    const struct ks_listwatch_options one = {.stream = KS_KUBE_LIST, .kind = KS_KIND_POD, .limit = 1};
    struct owner owner;

    (void)state;
    run(&owner, part, false, &pods);
    assert_int_equal(owner.err.kind, KS_ERROR_PROTOCOL);
    assert_string_equal(owner.err.text, "GET /api/v1/pods: the server answered with a part of the list");
    run(&owner, part, false, &one);
    assert_null(owner.end.err);
}

static void a_version_that_is_too_large_is_told(void **state)
{
    static const struct {
        const char *answer;
        const struct ks_listwatch_options *options;
    } rows[] = {
        {STATUS("504", "Timeout: Too large resource version: 10, current: 5"), &pods},
        {JSON("504 No", TOO_LARGE("504")), &pods},
        {OK(EVENT("ERROR", STATUS_BODY("504", "Too large resource version: 10"))), &watched},
        {OK(EVENT("ERROR", TOO_LARGE("504"))), &watched},
    };
    struct owner owner;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        run(&owner, rows[i].answer, false, rows[i].options);
        assert_row_number(rows[i].answer, owner.end.is_version_too_large, true);
    }
    run(&owner, STATUS("504", "etcdserver: request timed out"), false, &pods);
    assert_false(owner.end.is_version_too_large);
}

/* Between events it may be silent until its timeout, inside of one it may not. */
static void a_watch_that_stops_inside_an_event_ends(void **state)
{
    const struct ks_listwatch_options brief = {
        .stream = KS_KUBE_WATCH, .kind = KS_KIND_POD, .resource_version = "5", .watch_timeout_ms = 50};
    static const char *const answers[] = {
        OK(BOOKMARK("6") "{\"type\":\"ADD"),
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n"
        "ff\r\n{\"type\":\"ADDED\",\"obj",
    };

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct owner owner;

        run(&owner, answers[i], true, &brief);
        assert_row_number(answers[i], owner.err.kind, KS_ERROR_TIMEOUT);
        assert_row_text(answers[i], owner.err.text, "it stopped inside an event");
        assert_row_number(answers[i], (int64_t)owner.begun, 1);
    }
}

static void a_request_has_the_time_that_it_is_given(void **state)
{
    const struct ks_listwatch_options brief = {.stream = KS_KUBE_LIST, .kind = KS_KIND_POD, .total_timeout_ms = 50};
    static const char *const answers[] = {NULL, OK("{\"kind\":\"PodList\",\"items\":[")};

    (void)state;
    for (size_t i = 0; i < COUNT(answers); i++) {
        struct owner owner;

        run(&owner, answers[i], true, &brief);
        assert_int_equal(owner.err.kind, KS_ERROR_TIMEOUT);
    }
}

static void a_request_can_be_cancelled(void **state)
{
    static const struct kube_step steps[] = {{.answer = OK(BOOKMARK("6")), .stays = true}, {.answer = NULL}};
    struct owner owner = {.begun = 0};
    const struct ks_listwatch_owner callbacks = {
        .object = on_object, .list_meta = on_list_meta, .ended = on_ended, .arg = &owner};
    struct ks_listwatch_options options = watched;
    struct ks_error err;

    (void)state;
    options.object_limit = CEILING;
    options.watch_timeout_ms = LONG_MS;
    kube_server_init(&owner.server, steps);
    assert_int_equal(ks_listwatch_start(&owner.listwatch, owner.server.client, &options, &callbacks, &err),
                     KS_KUBE_STARTED);
    while (owner.objects == 0) {
        assert_int_equal(ks_loop_run(owner.server.loop, ks_clock_monotonic() + 20, &err), 0);
    }
    ks_listwatch_cancel(owner.listwatch);
    ks_listwatch_cancel(NULL);
    assert_false(owner.has_ended);
    kube_server_fini(&owner.server);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_an_answer_of_the_server_to_us_is_one),
        cmocka_unit_test(patience_is_asked_for_by_overload),
        cmocka_unit_test(a_part_of_a_list_must_be_asked_for),
        cmocka_unit_test(a_version_that_is_too_large_is_told),
        cmocka_unit_test(a_watch_that_stops_inside_an_event_ends),
        cmocka_unit_test(a_request_has_the_time_that_it_is_given),
        cmocka_unit_test(a_request_can_be_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
