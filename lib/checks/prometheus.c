/* Queries Prometheus over HTTP. */
#include "config.h"

#include "checks/prometheus.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "loop/http.h"
#include "base/secret_read.h"

#define BODY_CEILING ((size_t)1 << 20)
#define PATH_CEILING ((size_t)9 * KS_PROMQL_QUERY_MOST + 128) /* an invalid byte takes nine */
#define TOKEN_MOST   8192
#define BEARER       "Authorization: Bearer "

struct ks_query {
    const struct ks_checks_options *options;
    const struct ks_promql_check *check;
    ks_query_done *done;
    void *arg;
    struct ks_http_server server;
    struct ks_http_transfer *transfer;
    struct ks_timer refused; /* reports what failed before it was sent */
    int status;
    struct ks_buf body;
    struct ks_answer answer;
};

/* A header with a token, wiped after use. */
struct authorization {
    char text[sizeof BEARER + TOKEN_MOST];
};

static void authorization_wipe(struct authorization *authorization)
{
    explicit_bzero(authorization, sizeof *authorization);
}

static void query_free(struct ks_query *query)
{
    ks_timer_stop(&query->refused);
    ks_buf_fini(&query->body);
    ks_answer_fini(&query->answer);
    free(query);
}

/* Frees the query before it hands over the answer. */
static void finish(struct ks_query *query)
{
    struct ks_answer answer = query->answer;
    ks_query_done *done = query->done;
    void *arg = query->arg;

    ks_answer_init(&query->answer);
    query_free(query);
    done(arg, &answer);
}

static void on_refused(void *arg)
{
    finish(arg);
}

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    struct ks_query *query = arg;

    (void)content_type;
    (void)err;
    query->status = status;
    return 0;
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    struct ks_query *query = arg;

    ks_buf_bytes(&query->body, data, length);
    return ks_buf_check(&query->body, err);
}

/* A failure in a few words, for a shield. */
static const char *words_of(enum ks_error_kind kind)
{
    switch (kind) {
    case KS_ERROR_TIMEOUT:
        return "timeout";
    case KS_ERROR_NETWORK:
        return "unreachable";
    case KS_ERROR_PROTOCOL:
    case KS_ERROR_LIMIT:
        return "bad answer";
    case KS_ERROR_INVALID:
    case KS_ERROR_SYSTEM: /* a file is unreadable */
        return "misconfigured";
    default:
        return "error";
    }
}

/* A status other than success: show Prometheus's own error, or the status. */
static void judge_status(struct ks_query *query)
{
    char text[KS_ERROR_TEXT_SIZE] = "";
    char words[32];
    const char *hint = "";

    snprintf(words, sizeof words, "HTTP %d", query->status);
    if (ks_promql_error(query->body.data, query->body.length, text)) {
        bool of_query = query->status == 400 || query->status == 422;

        ks_answer_fail(&query->answer, of_query ? "query error" : words, "%s: %s", words, text);
        return;
    }
    if (query->status == 401 || query->status == 403) {
        hint = query->options->prometheus_token ? ", with a token" : ", without a token";
    }
    ks_answer_fail(&query->answer, words, "GET /api/v1/query: %s%s", words, hint);
}

static void on_done(void *arg, const struct ks_error *err)
{
    struct ks_query *query = arg;

    query->transfer = NULL;
    if (err) {
        ks_answer_fail(&query->answer, words_of(err->kind), "%s", err->text);
    } else if (ks_http_status_kind(query->status) != KS_ERROR_NONE) {
        judge_status(query);
    } else {
        ks_answer_from_query(query->check, query->body.data, query->body.length, &query->answer);
    }
    finish(query);
}

static int read_token(struct authorization *authorization, const char *path, struct ks_error *err)
{
    KS_CLEANUP_SECRET_TEXT struct ks_secret_text token = {.text = NULL};
    struct ks_error error;

    if (ks_token_read(&token, path, TOKEN_MOST, &error)) {
        /* A token that is too long is a mistake in our settings, not a bad answer. */
        return ks_error_set(err, error.kind == KS_ERROR_LIMIT ? KS_ERROR_INVALID : error.kind, "token file %s: %s",
                            path, error.text);
    }
    snprintf(authorization->text, sizeof authorization->text, BEARER "%s", token.text);
    return 0;
}

static int put_path(struct ks_buf *path, const struct ks_promql_check *check, int64_t timeout_ms, struct ks_error *err)
{
    ks_buf_literal(path, "/api/v1/query?query=");
    ks_buf_url(path, check->query);
    ks_buf_printf(path, "&timeout=%" PRId64 "ms", timeout_ms);
    return ks_buf_check(path, err);
}

static int ask(struct ks_query *query, struct ks_loop *loop, int64_t timeout_ms, struct ks_error *err)
{
    const struct ks_checks_options *options = query->options;
    struct authorization authorization __attribute__((cleanup(authorization_wipe))) = {""};
    struct ks_buf path KS_CLEANUP_BUF;
    const char *headers[] = {"Accept: application/json", NULL, NULL};
    struct ks_http_request request = {.headers = headers,
                                      .connect_timeout_ms = timeout_ms,
                                      .total_timeout_ms = timeout_ms,
                                      .response = on_response,
                                      .data = on_data,
                                      .done = on_done,
                                      .arg = query};

    ks_buf_init(&path, PATH_CEILING);
    if (!options->prometheus) {
        return ks_error_set(err, KS_ERROR_INVALID, "SHIELD_PROMETHEUS is not set");
    }
    if (options->prometheus_token) {
        if (read_token(&authorization, options->prometheus_token, err)) {
            return -1;
        }
        headers[1] = authorization.text;
    }
    if (put_path(&path, query->check, timeout_ms, err)) {
        return -1;
    }
    request.path = path.data;
    query->server = (struct ks_http_server){.url = options->prometheus, .ca.path = options->prometheus_ca};
    return ks_http_start(&query->transfer, loop, &query->server, &request, err);
}

int ks_query_start(struct ks_query **out, struct ks_loop *loop, const struct ks_query_request *question,
                   ks_query_done *done, void *arg, struct ks_error *err)
{
    struct ks_query *query = calloc(1, sizeof *query);
    struct ks_error error = {.kind = KS_ERROR_NONE};

    if (!query) {
        return ks_error_memory(err);
    }
    query->options = question->options;
    query->check = question->check;
    query->done = done;
    query->arg = arg;
    ks_buf_init(&query->body, BODY_CEILING);
    ks_answer_init(&query->answer);
    ks_timer_init(&query->refused, loop, on_refused, query);
    if (ask(query, loop, question->timeout_ms, &error)) {
        if (error.kind == KS_ERROR_MEMORY) {
            query_free(query);
            return ks_error_memory(err);
        }
        ks_answer_fail(&query->answer, words_of(error.kind), "%s", error.text);
        ks_timer_start(&query->refused, 0);
    }
    *out = query;
    return 0;
}

void ks_query_cancel(struct ks_query *query)
{
    if (query) {
        ks_http_cancel(query->transfer);
        query_free(query);
    }
}
