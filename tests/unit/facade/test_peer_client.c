/* Another kube-shields that is asked once: what it may answer, and what is believed. */
#include "config.h"

#include "support/peer_server.h"
#include "support/store_sample.h"

#include <kubeshields/peer_client.h>

#include <signal.h>

struct fixture {
    struct peer_server server;
    struct ks_peer_client *client;
    char secret[32];
};

static int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct ks_peer_client_options options;
    struct ks_error err = {.text = ""};
    char url[64];
    int fd;

    assert_non_null(fixture);
    peer_server_start(&fixture->server, 0);
    snprintf(fixture->secret, sizeof fixture->secret, "/tmp/test_client.XXXXXX");
    fd = mkstemp(fixture->secret);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, PEER_SECRET "\n", sizeof PEER_SECRET), sizeof PEER_SECRET);
    close(fd);
    snprintf(url, sizeof url, "http://127.0.0.1:%u", fixture->server.port);
    ks_peer_client_options_init(&options);
    options.url = url;
    options.secret_file = fixture->secret;
    options.timeout_ms = 10000;
    if (ks_peer_client_new(&fixture->client, &options, &err)) {
        fail_msg("%s", err.text);
    }
    *state = fixture;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    ks_peer_client_free(fixture->client);
    peer_server_stop(&fixture->server);
    unlink(fixture->secret);
    free(fixture);
    return 0;
}

/* The document of a peer with one service. */
static void push_document(struct fixture *fixture, unsigned tricks, bool is_ready)
{
    const struct peer_answer answer = {.tricks = tricks};
    struct ks_store *theirs = sample_store(NULL, NULL);
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, CEILING);
    APPLY(theirs, KS_KUBE_ADDED, .image = "web:7");
    if (is_ready) {
        sample_live(theirs, 0);
    }
    sample_flush(theirs);
    ks_peer_document_write(&body, theirs, "theirs", 0, KS_DOCUMENT_FORMAT);
    peer_server_push(&fixture->server, &answer, body.data);
    ks_store_free(theirs);
}

static void its_services_are_a_snapshot(void **state)
{
    struct fixture *fixture = *state;
    struct ks_services *services;
    struct ks_error err = {.text = ""};

    push_document(fixture, 0, true);
    if (ks_peer_client_services(fixture->client, &services, &err)) {
        fail_msg("%s", err.text);
    }
    assert_int_equal(ks_services_count(services), 1);
    assert_string_equal(ks_service_name(ks_services_at(services, 0)), "web");
    assert_string_equal(ks_service_version(ks_services_at(services, 0)), "7");
    assert_string_equal(ks_service_color(ks_services_sum(services)), "green");
    ks_services_free(services);
    push_document(fixture, PEER_GZIP, true);
    assert_int_equal(ks_peer_client_find(fixture->client, "blog", "web", &services, &err), 0);
    assert_int_equal(ks_services_count(services), 0);
    ks_services_free(services);
    assert_true(fixture->server.requests[0].accepted);
    assert_string_equal(fixture->server.requests[0].target, "/services/?full&format=2");
}

static void invalid_answers_are_errors(void **state)
{
    static const struct {
        const char *name;
        unsigned tricks;
        int status;
        bool is_starting;
        const char *body; /* NULL: a document */
        enum ks_error_kind kind;
        const char *part;
    } rows[] = {
        {"unsigned", PEER_UNSIGNED, 0, false, NULL, KS_ERROR_FORBIDDEN, "the answer is not signed"},
        {"wrong key", PEER_WRONG_KEY, 0, false, NULL, KS_ERROR_FORBIDDEN, "the answer is not what was signed"},
        {"altered", PEER_ALTERED, 0, false, NULL, KS_ERROR_FORBIDDEN, "the answer is not what was signed"},
        {"hangs up", PEER_HANG_UP, 0, false, NULL, KS_ERROR_NETWORK, "peer 127.0.0.1"},
        {"refused", PEER_UNSIGNED, 403, false, "no", KS_ERROR_FORBIDDEN, "peer 127.0.0.1"},
        {"busy", 0, 503, false, "later", KS_ERROR_UNAVAILABLE, "HTTP 503"},
        {"starting", 0, 0, true, NULL, KS_ERROR_UNAVAILABLE, "does not know everything yet"},
        {"garbage", 0, 0, false, "{\"services\":", KS_ERROR_PROTOCOL, "peer 127.0.0.1"},
    };
    struct fixture *fixture = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct peer_answer answer = {.status = rows[i].status, .tricks = rows[i].tricks};
        struct ks_services *services;
        struct ks_error err = {.text = ""};

        if (rows[i].body) {
            peer_server_push(&fixture->server, &answer, rows[i].body);
        } else {
            push_document(fixture, rows[i].tricks, !rows[i].is_starting);
        }
        assert_row_number(rows[i].name, ks_peer_client_services(fixture->client, &services, &err), -1);
        assert_null(services);
        assert_row_part(rows[i].name, err.text, rows[i].part);
        assert_row_number(rows[i].name, err.kind, rows[i].kind);
    }
}

static void any_page_is_text_with_a_status(void **state)
{
    static const struct peer_answer found = {.status = 404};
    static const struct peer_answer nothing = {.status = 204};
    struct fixture *fixture = *state;
    struct ks_error err = {.text = ""};
    sigset_t before, after;
    char *body;
    size_t length;
    int status;

    sigemptyset(&before);
    pthread_sigmask(SIG_SETMASK, NULL, &before);
    peer_server_push(&fixture->server, &found, "not found");
    assert_int_equal(ks_peer_client_get(fixture->client, "/_/x/health/?raw", &status, &body, &length, &err), 0);
    assert_int_equal(status, 404);
    assert_int_equal(length, 9);
    assert_string_equal(body, "not found");
    free(body);
    peer_server_push(&fixture->server, &nothing, NULL);
    assert_int_equal(ks_peer_client_get(fixture->client, "/", NULL, &body, NULL, &err), 0);
    assert_string_equal(body, "");
    free(body);
    assert_int_equal(ks_peer_client_get(fixture->client, "no slash", &status, &body, NULL, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    assert_null(body);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    assert_int_equal(sigismember(&before, SIGPIPE), sigismember(&after, SIGPIPE));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(its_services_are_a_snapshot, set_up, tear_down),
        cmocka_unit_test_setup_teardown(invalid_answers_are_errors, set_up, tear_down),
        cmocka_unit_test_setup_teardown(any_page_is_text_with_a_status, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
