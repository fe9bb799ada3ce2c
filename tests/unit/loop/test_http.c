/* One transfer per test, from a server with a script. */
#include "config.h"

#include "support/testing.h"

#include "loop/http.h"
#include "support/http_server.h"

#define LONG_MS     20000
#define OK_HEAD     "HTTP/1.1 200 OK\r\nConnection: close\r\n"
#define NONE        "Content-Length: 0\r\n\r\n"
#define PACKED      "Content-Encoding: gzip\r\n\r\n"
#define MEBIBYTE    ((size_t)1 << 20)

#define BOMB_PIECES ((size_t)1 << 17) /* 213 kB, 34 MB unpacked */

static const char words[] = "All is well, all is well, all is well.\n";
static const unsigned char packed_words[] = {
    0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0x03, 0x73, 0xcc, 0xc9, 0x51, 0xc8, 0x2c, 0x56, 0x28, 0x4f,
    0xcd, 0xc9, 0xd1, 0x51, 0x48, 0xc4, 0xc1, 0xd1, 0xe3, 0x02, 0x00, 0xb1, 0x66, 0x0b, 0xf0, 0x27, 0x00, 0x00, 0x00};

/* The server's script, and the request that it got. */
struct script {
    struct ks_buf answer;
    bool stays;
    char request[4096];
};

/* A transfer and its outcome. */
struct client {
    struct ks_loop *loop;
    struct ks_http_transfer *transfer;
    const char *name; /* of a header, or NULL */
    size_t most;      /* bytes of the body that the client takes */
    char values[3][1024];
    int outcomes[3]; /* of ks_http_header in response, data and done */
    size_t responses, dones;
    int status;
    struct ks_buf body;
    struct ks_error error;
};

static bool say(void *arg, const char *request, struct ks_buf *answer)
{
    struct script *script = arg;

    snprintf(script->request, sizeof script->request, "%s", request);
    ks_buf_bytes(answer, script->answer.data, script->answer.length);
    return script->stays;
}

static void look(struct client *client, size_t index)
{
    const char *value = "?";
    struct ks_error err = {.kind = KS_ERROR_NONE};

    if (client->name) {
        client->outcomes[index] = ks_http_header(client->transfer, client->name, &value, &err);
        snprintf(client->values[index], sizeof client->values[index], "%s", client->outcomes[index] ? err.text : value);
    }
}

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    struct client *client = arg;

    (void)content_type;
    (void)err;
    client->responses++;
    client->status = status;
    look(client, 0);
    return 0;
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct client *client = arg;

    look(client, 1);
    if (length > client->most - client->body.length) {
        return ks_error_set(err, KS_ERROR_LIMIT, "that is too much");
    }
    ks_buf_bytes(&client->body, data, length);
    return 0;
}

static void on_done(void *arg, const struct ks_error *err)
{
    struct client *client = arg;

    look(client, 2);
    client->dones++;
    client->error = err ? *err : (struct ks_error){.text = ""};
    ks_loop_stop(client->loop);
}

static void client_init(struct client *client, const char *name)
{
    struct ks_error err;

    memset(client, 0, sizeof *client);
    client->name = name;
    client->most = MEBIBYTE;
    ks_buf_init(&client->body, (size_t)1 << 30);
    assert_int_equal(ks_loop_new(&client->loop, &err), 0);
}

static void client_fini(struct client *client)
{
    ks_loop_free(client->loop);
    ks_buf_fini(&client->body);
}

static void ask(struct client *client, const char *url, bool compressed, int64_t idle_ms)
{
    const struct ks_http_server server = {.url = url};
    const struct ks_http_request request = {.path = "/path?query",
                                            .connect_timeout_ms = LONG_MS,
                                            .response_timeout_ms = idle_ms,
                                            .idle_timeout_ms = idle_ms,
                                            .total_timeout_ms = LONG_MS,
                                            .compressed = compressed,
                                            .response = on_response,
                                            .data = on_data,
                                            .done = on_done,
                                            .arg = client};
    struct ks_error err;

    assert_int_equal(ks_http_start(&client->transfer, client->loop, &server, &request, &err), 0);
    assert_int_equal(ks_loop_run(client->loop, -1, &err), 0);
    assert_int_equal(client->dones, 1);
}

/* One request to a server of this script. */
static void run(struct client *client, struct script *script, bool compressed)
{
    struct http_server server;

    http_server_start(&server, say, script);
    ask(client, server.url, compressed, script->stays ? 100 : 0);
    http_server_stop(&server);
    assert_int_equal(atomic_load(&server.requests), 1);
}

static void script_init(struct script *script, const char *head, const void *body, size_t length)
{
    *script = (struct script){.stays = false};
    ks_buf_init(&script->answer, (size_t)64 << 20);
    ks_buf_printf(&script->answer, "%s", head);
    ks_buf_bytes(&script->answer, body, length);
}

static void every_callback_can_read_a_header(void **state)
{
    static const struct {
        const char *answer, *value;
        int outcome;
    } rows[] = {
        {OK_HEAD "X-Word: one\r\n\r\nbody", "one", 0},
        {OK_HEAD "x-wORD:one two\t \r\n\r\nbody", "one two", 0},
        {OK_HEAD "X-Words: one\r\n\r\nbody", "", 0},
        {OK_HEAD "X-Word:\r\n\r\nbody", "", 0},
        {"HTTP/1.1 403 No\r\nX-Word: one\r\n\r\nbody", "one", 0},
        {"HTTP/1.1 302 There\r\nLocation: /other\r\nX-Word: one\r\nContent-Length: 4\r\n\r\nbody", "one", 0},
        {OK_HEAD "X-Word: one\r\nX-Word: one\r\n\r\nbody", "2 headers X-Word: must be one", -1},
        {OK_HEAD "X-Word: one\r\nx-word: two\r\nX-word: two\r\n\r\nbody", "3 headers X-Word: must be one", -1},
        {"HTTP/1.1 103 Wait\r\nX-Word: one\r\n\r\n" OK_HEAD "\r\nbody", "", 0},
        {"HTTP/1.1 103 Wait\r\nX-Word: one\r\n\r\n" OK_HEAD "X-Word: two\r\n\r\nbody", "two", 0},
        {OK_HEAD "Transfer-Encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\nX-Word: one\r\n\r\n", "", 0},
        {OK_HEAD "Transfer-Encoding: chunked\r\nX-Word: one\r\n\r\n4\r\nbody\r\n0\r\nX-Word: two\r\n\r\n", "one", 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct script script;
        struct client client;

        script_init(&script, rows[i].answer, "", 0);
        client_init(&client, "X-Word");
        run(&client, &script, true);
        assert_row_text(rows[i].answer, client.error.text, "");
        assert_row_text(rows[i].answer, client.body.data, "body");
        for (size_t j = 0; j < COUNT(client.values); j++) {
            assert_row_number(rows[i].answer, client.outcomes[j], rows[i].outcome);
            assert_row_text(rows[i].answer, client.values[j], rows[i].value);
        }
        client_fini(&client);
        ks_buf_fini(&script.answer);
    }
}

static void a_header_can_be_read_without_a_body_and_after_a_failure(void **state)
{
    static const char *const empty[] = {
        OK_HEAD "X-Word: one\r\n" NONE,
        "HTTP/1.1 429 Later\r\nX-Word: one\r\n" NONE,
        "HTTP/1.1 503 Later\r\nX-Word: one\r\nConnection: close\r\n\r\n",
    };
    struct script script;
    struct client client;

    (void)state;
    for (size_t i = 0; i < COUNT(empty); i++) {
        script_init(&script, empty[i], "", 0);
        client_init(&client, "X-Word");
        run(&client, &script, false);
        assert_row_text(empty[i], client.values[0], "one");
        assert_row_text(empty[i], client.values[2], "one");
        client_fini(&client);
        ks_buf_fini(&script.answer);
    }

    script_init(&script, OK_HEAD "X-Word: one\r\nContent-Length: 10\r\n\r\n", "", 0);
    script.stays = true;
    client_init(&client, "X-Word");
    run(&client, &script, false);
    assert_int_equal(client.error.kind, KS_ERROR_TIMEOUT);
    assert_string_equal(client.error.text, "GET /path: no byte for 100 ms");
    assert_string_equal(client.values[2], "one");
    client_fini(&client);
    ks_buf_fini(&script.answer);

    script_init(&script, "", "", 0);
    client_init(&client, "X-Word");
    run(&client, &script, false);
    assert_int_equal(client.error.kind, KS_ERROR_NETWORK);
    assert_int_equal(client.responses, 0);
    assert_int_equal(client.outcomes[2], 0);
    assert_string_equal(client.values[2], "");
    client_fini(&client);
    ks_buf_fini(&script.answer);
}

static void headers_are_bounded(void **state)
{
    static const char *const lines[] = {"X-Word: and another one of those\r\n", "HTTP/1.1 103 Wait\r\n\r\n"};

    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        struct script script;
        struct client client;

        script_init(&script, i == 0 ? OK_HEAD : "", "", 0);
        while (script.answer.length < MEBIBYTE) {
            ks_buf_printf(&script.answer, "%s", lines[i]);
        }
        client_init(&client, NULL);
        run(&client, &script, false);
        assert_row_number(lines[i], client.error.kind, KS_ERROR_LIMIT);
        assert_row_text(lines[i], client.error.text, "GET /path: more than 262144 bytes of headers");
        assert_row_number(lines[i], (int64_t)client.responses, 0);
        client_fini(&client);
        ks_buf_fini(&script.answer);
    }
}

static void gzip_is_asked_for_and_unpacked_if_wanted(void **state)
{
    struct script script;
    struct client client;

    (void)state;
    script_init(&script, OK_HEAD PACKED, packed_words, sizeof packed_words);
    client_init(&client, "Content-Encoding");
    run(&client, &script, true);
    assert_non_null(strstr(script.request, "\r\nAccept-Encoding: gzip\r\n"));
    assert_string_equal(client.error.text, "");
    assert_string_equal(client.body.data, words);
    assert_string_equal(client.values[0], "gzip");
    client_fini(&client);

    client_init(&client, NULL);
    run(&client, &script, false);
    assert_null(strstr(script.request, "Accept-Encoding"));
    assert_int_equal(client.body.length, sizeof packed_words);
    assert_memory_equal(client.body.data, packed_words, sizeof packed_words);
    client_fini(&client);
    ks_buf_fini(&script.answer);

    script_init(&script, OK_HEAD "\r\n", words, strlen(words));
    client_init(&client, NULL);
    run(&client, &script, true);
    assert_string_equal(client.body.data, words);
    client_fini(&client);
    ks_buf_fini(&script.answer);
}

static void a_broken_gzip_is_an_error(void **state)
{
    static const struct {
        const char *what;
        size_t offset, length;
        unsigned char flip;
    } rows[] = {
        {"a wrong checksum", sizeof packed_words - 8, sizeof packed_words, 1},
        {"a wrong length", sizeof packed_words - 4, sizeof packed_words, 1},
        {"another magic number", 0, sizeof packed_words, 1},
        {"no such block", 10, sizeof packed_words, 4},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        unsigned char bytes[sizeof packed_words];
        struct script script;
        struct client client;

        memcpy(bytes, packed_words, sizeof bytes);
        bytes[rows[i].offset] ^= rows[i].flip;
        script_init(&script, OK_HEAD PACKED, bytes, rows[i].length);
        client_init(&client, NULL);
        run(&client, &script, true);
        assert_row_number(rows[i].what, client.error.kind, KS_ERROR_PROTOCOL);
        client_fini(&client);
        ks_buf_fini(&script.answer);
    }
}

static void only_one_layer_is_unpacked(void **state)
{
    static const struct {
        const char *headers, *error;
    } rows[] = {
        {"Content-Encoding: gzip, gzip\r\n", "Content-Encoding \"gzip, gzip\": must be gzip"},
        {"Content-Encoding: gzip\r\nContent-Encoding: gzip\r\n", "2 headers Content-Encoding: must be one"},
        {"Content-Encoding: deflate\r\n", "Content-Encoding \"deflate\": must be gzip"},
        {"Transfer-Encoding: gzip, chunked\r\n", "Transfer-Encoding \"gzip, chunked\": must be chunked"},
        {"Content-Encoding: gzip\r\nTransfer-Encoding: gzip\r\n", "Transfer-Encoding \"gzip\": must be chunked"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char head[512];
        char wanted[KS_ERROR_TEXT_SIZE];
        struct script script;
        struct client client;

        snprintf(head, sizeof head, OK_HEAD "%s\r\n", rows[i].headers);
        snprintf(wanted, sizeof wanted, "GET /path: %s", rows[i].error);
        script_init(&script, head, packed_words, sizeof packed_words);
        client_init(&client, NULL);
        run(&client, &script, true);
        assert_row_text(rows[i].headers, client.error.text, wanted);
        assert_row_number(rows[i].headers, client.error.kind, KS_ERROR_PROTOCOL);
        assert_row_number(rows[i].headers, (int64_t)client.responses, 0);
        assert_row_number(rows[i].headers, (int64_t)client.body.length, 0);
        client_fini(&client);
        ks_buf_fini(&script.answer);
    }
}

/* The one is a mistake of the other side, the other of our settings. */
static void an_answer_that_is_not_http_and_an_unknown_scheme_are_told_apart(void **state)
{
    static const char greeting[] = "SSH-2.0-OpenSSH_9.2\r\n";
    struct script script;
    struct client client;

    (void)state;
    script_init(&script, greeting, "", 0);
    client_init(&client, NULL);
    run(&client, &script, false);
    assert_int_equal(client.error.kind, KS_ERROR_PROTOCOL);
    assert_string_equal(client.error.text, "GET /path: Received HTTP/0.9 when not allowed");
    client_fini(&client);
    ks_buf_fini(&script.answer);

    client_init(&client, NULL);
    ask(&client, "teapot://127.0.0.1:1", false, 0);
    assert_int_equal(client.error.kind, KS_ERROR_INVALID);
    client_fini(&client);
}

/* Bits of a deflate stream: codes come with their first bit first. */
struct bits {
    struct ks_buf *out;
    unsigned count;
    unsigned char byte;
};

static void put_code(struct bits *bits, const char *code)
{
    for (; *code; code++) {
        bits->byte = (unsigned char)(bits->byte | (*code - '0') << bits->count);
        if (++bits->count == 8) {
            ks_buf_bytes(bits->out, &bits->byte, 1);
            *bits = (struct bits){.out = bits->out};
        }
    }
}

/* This many times 258 zeros, in 13 bits each (RFC 1951, fixed Huffman codes). */
static void put_bomb(struct ks_buf *out, size_t count)
{
    struct bits bits = {.out = out};

    ks_buf_bytes(out, packed_words, 10);
    put_code(&bits, "110");
    put_code(&bits, "00110000"); /* a zero */
    for (size_t i = 0; i < count; i++) {
        put_code(&bits, "11000101"
                        "00000"); /* the last byte 258 times more */
    }
    put_code(&bits, "000000000000000");
}

static void a_zip_bomb_stops_at_its_readers_limit(void **state)
{
    struct script script;
    struct client client;

    (void)state;
    script_init(&script, OK_HEAD PACKED, "", 0);
    put_bomb(&script.answer, BOMB_PIECES);
    assert_true(script.answer.length < MEBIBYTE);
    client_init(&client, NULL);
    run(&client, &script, true);
    assert_int_equal(client.error.kind, KS_ERROR_LIMIT);
    assert_string_equal(client.error.text, "GET /path: that is too much");
    assert_true(client.body.length > MEBIBYTE / 2 && client.body.length <= MEBIBYTE);
    client_fini(&client);

    client_init(&client, NULL);
    client.most = (size_t)1 << 30;
    run(&client, &script, true);
    assert_int_equal(client.body.length, 258 * BOMB_PIECES + 1); /* it is a bomb */
    client_fini(&client);
    ks_buf_fini(&script.answer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_callback_can_read_a_header),
        cmocka_unit_test(a_header_can_be_read_without_a_body_and_after_a_failure),
        cmocka_unit_test(headers_are_bounded),
        cmocka_unit_test(gzip_is_asked_for_and_unpacked_if_wanted),
        cmocka_unit_test(a_broken_gzip_is_an_error),
        cmocka_unit_test(only_one_layer_is_unpacked),
        cmocka_unit_test(an_answer_that_is_not_http_and_an_unknown_scheme_are_told_apart),
        cmocka_unit_test(a_zip_bomb_stops_at_its_readers_limit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
