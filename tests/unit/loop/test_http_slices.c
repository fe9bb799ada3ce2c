/* A long body in slices: timers and other transfers have their turns while it is read. */
#include "config.h"

#include "support/testing.h"

#include "base/clock.h"
#include "loop/http.h"
#include "support/http_server.h"

#define LONG_MS     20000
#define HEAD        "HTTP/1.1 200 OK\r\n"
#define BODY_LENGTH ((size_t)300 << 10)
#define PIECES      10 /* that libcurl reads in one turn, at most */
#define NEVER       SIZE_MAX

struct reading {
    struct ks_loop *loop;
    struct ks_http_transfer *transfer;
    struct ks_timer probe;
    bool is_chunked;
    int64_t piece_ms, tenth_ms; /* how long the reading of a piece takes, and of each tenth */
    int64_t probe_ms;           /* how long the timer takes once, after the third piece */
    size_t fail_at, leave_at;   /* pieces */
    size_t pieces, bytes;
    size_t probes; /* since the last piece */
    size_t unprobed;
    size_t dones;
    struct ks_error error;
};

/* The whole body until the end of the connection. */
static bool say(void *arg, const char *request, struct ks_buf *answer)
{
    (void)arg;
    (void)request;
    ks_buf_printf(answer, "%s", HEAD "Connection: close\r\n\r\n");
    for (size_t i = 0; i < BODY_LENGTH; i += 8) {
        ks_buf_bytes(answer, "8 bytes\n", 8);
    }
    return false;
}

/* In chunks of 1 kB, as API servers do; the connection stays. */
static bool say_in_chunks(void *arg, const char *request, struct ks_buf *answer)
{
    char chunk[1024];

    (void)arg;
    (void)request;
    memset(chunk, 'x', sizeof chunk);
    ks_buf_printf(answer, "%s", HEAD "Transfer-Encoding: chunked\r\n\r\n");
    for (size_t i = 0; i < BODY_LENGTH; i += sizeof chunk) {
        ks_buf_printf(answer, "%zx\r\n", sizeof chunk);
        ks_buf_bytes(answer, chunk, sizeof chunk);
        ks_buf_printf(answer, "\r\n");
    }
    ks_buf_printf(answer, "0\r\n\r\n");
    return true;
}

static void spend(int64_t ms)
{
    int64_t end = ks_clock_monotonic() + ms;

    while (ks_clock_monotonic() < end) {
    }
}

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    (void)arg;
    (void)status;
    (void)content_type;
    (void)err;
    return 0;
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct reading *reading = arg;

    (void)data;
    reading->unprobed += reading->pieces > 0 && reading->probes == 0;
    reading->probes = 0;
    reading->bytes += length;
    if (++reading->pieces == reading->fail_at) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "no more of this");
    }
    spend(reading->pieces % PIECES == 0 ? reading->tenth_ms : reading->piece_ms);
    return 0;
}

static void on_done(void *arg, const struct ks_error *err)
{
    struct reading *reading = arg;

    reading->dones++;
    reading->error = err ? *err : (struct ks_error){.text = ""};
    ks_loop_stop(reading->loop);
}

/* A timer that is always due. */
static void on_probe(void *arg)
{
    struct reading *reading = arg;

    reading->probes++;
    if (reading->pieces >= reading->leave_at) {
        ks_http_cancel(reading->transfer);
        ks_loop_stop(reading->loop);
        return;
    }
    if (reading->pieces == 3) {
        spend(reading->probe_ms);
        reading->probe_ms = 0;
    }
    ks_timer_start(&reading->probe, 0);
}

static struct reading read_body(int64_t slice_ms, int64_t idle_ms, struct reading with)
{
    struct http_server server;
    struct reading reading = with;
    struct ks_error err;

    http_server_start(&server, with.is_chunked ? say_in_chunks : say, NULL);
    assert_int_equal(ks_loop_new(&reading.loop, &err), 0);
    ks_timer_init(&reading.probe, reading.loop, on_probe, &reading);
    ks_timer_start(&reading.probe, 0);
    {
        const struct ks_http_server to = {.url = server.url};
        const struct ks_http_request request = {.path = "/",
                                                .connect_timeout_ms = LONG_MS,
                                                .response_timeout_ms = idle_ms,
                                                .idle_timeout_ms = idle_ms,
                                                .total_timeout_ms = LONG_MS,
                                                .slice_ms = slice_ms,
                                                .response = on_response,
                                                .data = on_data,
                                                .done = on_done,
                                                .arg = &reading};

        assert_int_equal(ks_http_start(&reading.transfer, reading.loop, &to, &request, &err), 0);
        assert_int_equal(ks_loop_run(reading.loop, -1, &err), 0);
    }
    ks_timer_stop(&reading.probe);
    ks_loop_free(reading.loop);
    http_server_stop(&server);
    return reading;
}

static void timers_have_their_turn_after_each_slice(void **state)
{
    (void)state;
    for (int is_chunked = 0; is_chunked <= 1; is_chunked++) {
        const struct reading with = {
            .is_chunked = is_chunked, .piece_ms = 1, .tenth_ms = 1, .fail_at = NEVER, .leave_at = NEVER};
        struct reading whole = read_body(0, 0, with);
        struct reading sliced = read_body(1, 0, with);

        assert_string_equal(sliced.error.text, "");
        assert_int_equal(sliced.bytes, BODY_LENGTH);
        assert_int_equal(sliced.unprobed, 0);
        assert_int_equal(whole.bytes, BODY_LENGTH);
        assert_true(whole.unprobed > 0); /* so the probe can tell */
    }
}

/* The server may be silent for a shorter time than a piece, or another timer, takes here. */
static void a_slow_reader_is_not_a_silent_server(void **state)
{
    static const struct reading rows[] = {
        {.piece_ms = 0, .tenth_ms = 700, .fail_at = NEVER, .leave_at = NEVER},
        {.piece_ms = 1, .tenth_ms = 1, .probe_ms = 700, .fail_at = NEVER, .leave_at = NEVER},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int64_t slice_ms = 0; slice_ms < 2; slice_ms++) {
            struct reading reading = read_body(slice_ms, 500, rows[i]);

            assert_string_equal(reading.error.text, "");
            assert_int_equal(reading.bytes, BODY_LENGTH);
        }
    }
}

static void a_failure_in_a_later_slice_ends_the_transfer_once(void **state)
{
    (void)state;
    for (size_t at = 1; at <= 4; at++) {
        struct reading reading =
            read_body(1, 0, (struct reading){.piece_ms = 1, .tenth_ms = 1, .fail_at = at, .leave_at = NEVER});

        assert_string_equal(reading.error.text, "GET /: no more of this");
        assert_int_equal(reading.error.kind, KS_ERROR_PROTOCOL);
        assert_int_equal(reading.pieces, at);
        assert_int_equal(reading.dones, 1);
    }
}

static void a_paused_transfer_can_be_cancelled(void **state)
{
    (void)state;
    for (size_t at = 1; at <= 4; at++) {
        struct reading reading =
            read_body(1, 0, (struct reading){.piece_ms = 1, .tenth_ms = 1, .fail_at = NEVER, .leave_at = at});

        assert_int_equal(reading.pieces, at);
        assert_int_equal(reading.dones, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_have_their_turn_after_each_slice),
        cmocka_unit_test(a_slow_reader_is_not_a_silent_server),
        cmocka_unit_test(a_failure_in_a_later_slice_ends_the_transfer_once),
        cmocka_unit_test(a_paused_transfer_can_be_cancelled),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
