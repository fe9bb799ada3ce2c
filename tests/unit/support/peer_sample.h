/* A peer for tests, a ks_peer that asks it, and checks of what is seen. */
#ifndef KS_TEST_PEER_SAMPLE_H
#define KS_TEST_PEER_SAMPLE_H

#include "support/peer_server.h"
#include "support/store_sample.h"

#include <sys/mman.h>

#include "peers/peer.h"
#include "peers/group.h"
#include "document/document.h"

#define OWN      "our-own-instance"
#define PATIENCE 10000 /* ms until a test fails */

struct fixture {
    struct peer_server server;
    struct ks_loop *loop;
    struct ks_keyring *keyring;
    struct ks_log log;
    struct ks_peer_address address;
    struct ks_peer_options options;
    struct ks_peer_group group;
    struct ks_peer *peer;
    struct ks_store *theirs; /* what the peer watches */
    struct ks_store *copy;
    char secret_path[64];
    size_t settled;
    uint64_t polls; /* to wait for */
    bool (*reached)(struct fixture *fixture);
};

/* ---- what the peer says ---- */

/* since 0: pushes everything. */
static inline void push_answer(struct fixture *fixture, const char *instance, uint64_t since,
                               const struct peer_answer *answer)
{
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, CEILING);
    ks_peer_document_write(&body, fixture->theirs, instance, since, KS_DOCUMENT_FORMAT);
    peer_server_push(&fixture->server, answer, body.data);
}

static inline void push_since(struct fixture *fixture, const char *instance, uint64_t since, unsigned tricks)
{
    const struct peer_answer answer = {.tricks = tricks};

    push_answer(fixture, instance, since, &answer);
}

static inline void push_all(struct fixture *fixture)
{
    push_since(fixture, "one", 0, PEER_HONEST);
}

static inline void add_their_pod(struct fixture *fixture, const char *service)
{
    char name[64];

    snprintf(name, sizeof name, "%s-0", service);
    APPLY(fixture->theirs, KS_KUBE_ADDED, .name = name, .owner_name = service);
    sample_flush(fixture->theirs);
}

static inline void remove_their_pod(struct fixture *fixture, const char *service)
{
    char name[64];

    snprintf(name, sizeof name, "%s-0", service);
    APPLY(fixture->theirs, KS_KUBE_DELETED, .name = name, .owner_name = service);
    sample_flush(fixture->theirs);
}

/* ---- life ---- */

static inline void write_secret(struct fixture *fixture)
{
    int fd;

    snprintf(fixture->secret_path, sizeof fixture->secret_path, "/tmp/test_peer.XXXXXX");
    fd = mkstemp(fixture->secret_path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, PEER_SECRET "\n", sizeof PEER_SECRET), sizeof PEER_SECRET);
    close(fd);
}

static inline int set_up(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    struct ks_error err = {.text = ""};

    assert_non_null(fixture);
    peer_server_start(&fixture->server, 0);
    write_secret(fixture);
    fixture->log = (struct ks_log){.fd = memfd_create("log", MFD_CLOEXEC), .level = KS_LOG_INFO};
    if (ks_keyring_new(&fixture->keyring, fixture->secret_path, false, &fixture->log, &err) ||
        ks_loop_new(&fixture->loop, &err)) {
        fail_msg("%s", err.text);
    }
    fixture->theirs = sample_store(NULL, NULL);
    fixture->copy = sample_store(NULL, NULL);
    snprintf(fixture->address.name, sizeof fixture->address.name, "eu");
    snprintf(fixture->address.host, sizeof fixture->address.host, "127.0.0.1:%u", fixture->server.port);
    snprintf(fixture->address.prefix, sizeof fixture->address.prefix, "/shields");
    snprintf(fixture->address.url, sizeof fixture->address.url, "http://%.32s/shields", fixture->address.host);
    fixture->options = (struct ks_peer_options){.address = &fixture->address,
                                                .instance = OWN,
                                                .keyring = fixture->keyring,
                                                .log = &fixture->log,
                                                .group = &fixture->group};
    sample_live(fixture->theirs, 0);
    add_their_pod(fixture, "web");
    *state = fixture;
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *fixture = *state;

    ks_peer_free(fixture->peer);
    peer_server_stop(&fixture->server);
    ks_loop_free(fixture->loop);
    ks_keyring_free(fixture->keyring);
    ks_store_free(fixture->theirs);
    ks_store_free(fixture->copy);
    close(fixture->log.fd);
    unlink(fixture->secret_path);
    free(fixture);
    return 0;
}

static inline struct ks_remote_report report_of(struct fixture *fixture)
{
    struct ks_remote_report report;

    ks_store_remote_read_report(fixture->copy, &report);
    return report;
}

static inline void after_turn(void *arg)
{
    struct fixture *fixture = arg;

    if (fixture->reached(fixture)) {
        ks_loop_stop(fixture->loop);
    }
}

/* Runs the loop until reached() returns true. */
static inline void run_until(struct fixture *fixture, bool (*reached)(struct fixture *fixture))
{
    int64_t deadline = ks_clock_monotonic() + PATIENCE;
    struct ks_error err = {.text = ""};

    fixture->reached = reached;
    ks_loop_set_after(fixture->loop, after_turn, fixture);
    if (ks_loop_run(fixture->loop, deadline, &err)) {
        fail_msg("%s", err.text);
    }
    ks_loop_set_after(fixture->loop, NULL, NULL);
    if (!reached(fixture)) {
        fail_msg("after %" PRIu64 " polls: %s", report_of(fixture).polls, report_of(fixture).trouble);
    }
}

static inline void run_for(struct fixture *fixture, int64_t ms)
{
    struct ks_error err;

    assert_int_equal(ks_loop_run(fixture->loop, ks_clock_monotonic() + ms, &err), 0);
}

static inline bool has_polled(struct fixture *fixture)
{
    return report_of(fixture).polls >= fixture->polls;
}

/* Runs the loop until that many more polls have ended. */
static inline void run_polls(struct fixture *fixture, uint64_t polls)
{
    fixture->polls = report_of(fixture).polls + polls;
    run_until(fixture, has_polled);
}

static inline void on_settled(void *arg)
{
    ((struct fixture *)arg)->settled++;
}

static inline void start(struct fixture *fixture)
{
    struct ks_error err = {.text = ""};

    if (ks_peer_new(&fixture->peer, fixture->loop, &fixture->options, fixture->copy, &err)) {
        fail_msg("%s", err.text);
    }
    ks_peer_start(fixture->peer, on_settled, fixture);
    assert_int_equal(fixture->settled, 0);
}

/* ---- what is seen ---- */

static inline enum ks_source_state pods_source(struct fixture *fixture)
{
    struct ks_store_stats stats;
    int state = 0;

    ks_store_stats(fixture->copy, &stats);
    while (!stats.sources[KS_KIND_POD][state]) {
        state++;
    }
    return (enum ks_source_state)state;
}

static inline void put_age(void *arg, const struct ks_service_view *service)
{
    int64_t *age = arg;

    *age = service->age_ms > *age ? service->age_ms : *age;
}

static inline int64_t oldest_age(struct fixture *fixture)
{
    int64_t age = 0;

    ks_store_read_services(fixture->copy, put_age, &age);
    return age;
}

static inline void read_log(struct fixture *fixture, char *text, size_t size)
{
    ssize_t length = pread(fixture->log.fd, text, size - 1, 0);

    assert_true(length >= 0);
    text[length] = '\0';
}

static inline size_t count_of(const char *text, const char *part)
{
    size_t count = 0;

    for (; (text = strstr(text, part)); text++) {
        count++;
    }
    return count;
}

static inline struct peer_request request_of(struct fixture *fixture, size_t i)
{
    struct peer_request request;

    pthread_mutex_lock(&fixture->server.lock);
    assert_true(i < fixture->server.request_count);
    request = fixture->server.requests[i];
    pthread_mutex_unlock(&fixture->server.lock);
    return request;
}

static inline void assert_target(struct fixture *fixture, size_t i, const char *wanted)
{
    struct peer_request request = request_of(fixture, i);

    assert_row_text("target", request.target, wanted);
    assert_row_text("Host", request.host, fixture->address.host);
    assert_true(request.accepted);
    assert_true(request.takes_gzip);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
