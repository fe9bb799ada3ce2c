/* Shields of custom checks: of one service, or of several services as one. */
#include "config.h"

#include "pages/custom.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "answers/answer.h"
#include "answers/sum.h"
#include "base/clock.h"
#include "base/escape.h"
#include "health/names.h"
#include "pages/age.h"
#include "pages/cluster.h"
#include "pages/result.h"

#define RAW_CEILING  (1 << 20)
#define RAWS_CEILING (4 << 20) /* of a sum; each request that is answered at the same time may use that much */
#define RAW_FRAME    65536
#define MORE_CEILING 16384
#define NAME_CEILING (KS_PEER_NAME_SIZE + KS_NAME_SIZE)

static void copy_text(char *out, size_t size, const char *text)
{
    snprintf(out, size, "%s", text);
}

void page_custom_result(const struct request *request, const struct ks_custom_state *state, struct ks_result *result)
{
    int64_t now = ks_clock_monotonic();
    char age[KS_CLOCK_TEXT_SIZE];

    *result = (struct ks_result){.color = state->color, .is_error = state->failed};
    copy_text(result->label, sizeof result->label, state->label[0] ? state->label : state->check);
    if (state->phase != KS_CUSTOM_ANSWERED) {
        ks_result_message(result, "%s", state->phase == KS_CUSTOM_WAITING ? "starting" : "refused");
        result->color = "grey";
        result->is_error = true;
        return;
    }
    result->age = (now - state->answered_at) / 1000;
    if (now <= state->late_at) {
        ks_result_message(result, "%s", state->message);
    } else if (now <= state->late_at + request->app->settings->unknown_after) {
        ks_clock_age_text(result->age, age);
        ks_result_message(result, "%s (%s old)", state->message, age);
    } else {
        page_make_unknown(result);
    }
}

static void put_text_or_null(struct ks_buf *out, const char *text)
{
    if (text[0]) {
        ks_buf_json(out, text);
    } else {
        ks_buf_literal(out, "null");
    }
}

/* The JSON that the check printed, or why there is none. */
static void put_raw(const struct ks_custom_state *state, struct ks_buf *out)
{
    if (state->raw[0] || !state->failed) {
        ks_buf_bytes(out, state->raw, strlen(state->raw));
    } else {
        ks_buf_literal(out, "{\"error\":");
        ks_buf_json(out, state->reason);
        ks_buf_literal(out, "}");
    }
}

static void put_more(const struct ks_custom_state *state, struct ks_buf *out)
{
    if (state->ran_at) {
        ks_buf_printf(out, ",\"ran\":%" PRId64 ",\"took_ms\":%" PRId64, state->ran_at / 1000, state->took_ms);
    } else {
        ks_buf_literal(out, ",\"ran\":null,\"took_ms\":null");
    }
    ks_buf_literal(out, ",\"failure\":");
    put_text_or_null(out, state->reason);
    ks_buf_literal(out, ",\"mistake\":");
    put_text_or_null(out, state->mistake);
}

/* One request, and what was found for it so far. */
struct custom {
    const struct request *request;
    struct response *response;
    size_t cluster;    /* the one that is being read */
    bool is_automatic; /* there is an automatic check of that name, too */
    bool put;
    struct ks_answer_sum sum;
    size_t waiting;
    struct ks_buf raws; /* "web":…,"web-blue":…; a peer's services are "eu/web":… */
};

/* The error for a check without an answer. As JSON it has all the members of an answer. */
static void put_none(const struct custom *custom, const struct ks_custom_state *state, const char *message,
                     const char *detail)
{
    const struct request *request = custom->request;
    const struct page_error error = {
        .status = 503, .is_image = true, .label = request->check, .message = message, .detail = detail};
    struct ks_result result;
    struct ks_buf more KS_CLEANUP_BUF;

    ks_buf_init(&more, MORE_CEILING);
    if (request->format != FORMAT_JSON) {
        page_put_error(request, custom->response, &error);
        return;
    }
    put_more(state, &more);
    page_put_reason(&more, detail);
    ks_result_error(&result, request->check, message, "grey");
    custom->response->status = 503;
    page_put_result(request, custom->response, &result, NULL, &(struct page_json){.more = &more});
}

static void put_one(void *arg, const struct ks_custom_state *state)
{
    struct custom *custom = arg;
    const struct request *request = custom->request;
    struct ks_result result;
    struct ks_buf raw KS_CLEANUP_BUF;
    struct ks_buf more KS_CLEANUP_BUF;
    const struct page_json json = {.raw = &raw, .more = &more};

    ks_buf_init(&raw, RAW_CEILING);
    ks_buf_init(&more, MORE_CEILING);
    /* A refused file without a check's name must not hide an automatic check. */
    if (custom->put || (custom->is_automatic && !state->check[0])) {
        return;
    }
    custom->put = true;
    if (state->phase == KS_CUSTOM_WAITING) {
        custom->response->retry_after = 1;
        put_none(custom, state, "starting", "starting: the check has not run yet");
        return;
    }
    if (state->phase == KS_CUSTOM_REFUSED) {
        put_none(custom, state, "refused", state->reason);
        return;
    }
    if (page_wants_raw(request)) {
        put_raw(state, &raw);
        put_more(state, &more);
    }
    page_custom_result(request, state, &result);
    page_put_result(request, custom->response, &result, NULL, &json);
}

/* Two clusters may have services of the same name, so a peer's are prefixed. */
static void put_service(struct custom *custom, const char *service)
{
    struct ks_buf name KS_CLEANUP_BUF;

    ks_buf_init(&name, NAME_CEILING);
    ks_buf_printf(&name, "%s/%s", request_cluster_name(custom->request, custom->cluster), service);
    ks_buf_json(&custom->raws, custom->cluster ? name.data : service);
    ks_buf_fail_with(&custom->raws, &name);
}

static void add_one(void *arg, const struct ks_custom_state *state)
{
    struct custom *custom = arg;
    struct ks_result result;

    if (state->phase == KS_CUSTOM_WAITING) {
        custom->waiting++;
        return;
    }
    page_custom_result(custom->request, state, &result);
    ks_answer_sum_add(&custom->sum, state->label, result.message, result.color, result.is_error);
    if (page_wants_raw(custom->request)) {
        if (custom->raws.length) {
            ks_buf_literal(&custom->raws, ",");
        }
        put_service(custom, state->service);
        ks_buf_literal(&custom->raws, ":");
        if (state->raw[0]) {
            ks_buf_bytes(&custom->raws, state->raw, strlen(state->raw));
        } else {
            ks_buf_literal(&custom->raws, "null");
        }
    }
}

/* The JSON is too long, but the error shield can be drawn. */
static void put_too_long(const struct custom *custom)
{
    const struct page_error error = {.status = 500,
                                     .is_image = true,
                                     .label = custom->request->check,
                                     .message = "too long",
                                     .detail = "too long: the JSON of all services is larger than 4 MiB"};

    page_put_error(custom->request, custom->response, &error);
}

static void put_sum(const struct custom *custom)
{
    const struct request *request = custom->request;
    char message[KS_RESULT_MESSAGE_SIZE];
    struct ks_result result = {.color = custom->sum.color, .is_error = custom->sum.any_failed};
    struct ks_buf raw KS_CLEANUP_BUF;
    const struct page_json json = {.raw = &raw};

    ks_answer_sum_message(&custom->sum, message);
    copy_text(result.label, sizeof result.label, custom->sum.label[0] ? custom->sum.label : request->check);
    ks_result_message(&result, "%s", message);
    ks_buf_init(&raw, RAWS_CEILING + RAW_FRAME);
    if (page_wants_raw(request)) {
        ks_buf_literal(&raw, "{\"label\":");
        ks_buf_json(&raw, result.label);
        ks_buf_literal(&raw, ",\"status\":");
        ks_buf_json(&raw, result.message);
        ks_buf_literal(&raw, ",\"color\":");
        ks_buf_json(&raw, result.color);
        ks_buf_literal(&raw, ",\"services\":{");
        ks_buf_bytes(&raw, custom->raws.data, custom->raws.length);
        ks_buf_fail_with(&raw, &custom->raws);
        ks_buf_literal(&raw, "}");
        if (request->app->peer_count) {
            page_put_unreachable(request, &raw);
        }
        ks_buf_literal(&raw, "}");
    }
    page_put_result(request, custom->response, &result, NULL, &json);
}

bool page_put_custom_sum(const struct request *request, struct response *response,
                         const struct ks_store_selector *selector)
{
    struct custom custom = {.request = request, .response = response};
    size_t count = 0;

    ks_answer_sum_init(&custom.sum);
    ks_buf_init(&custom.raws, RAWS_CEILING);
    for (size_t i = request->first_cluster; i < request->end_cluster; i++) {
        custom.cluster = i;
        count += ks_store_read_custom(request_cluster_store(request, i), selector, request->check, add_one, &custom);
    }
    if (count && count == custom.waiting) {
        response->retry_after = 1;
        page_put_error(request, response,
                       &(struct page_error){.status = 503,
                                            .is_image = true,
                                            .label = request->check,
                                            .message = "starting",
                                            .detail = "starting: the checks have not run yet"});
    } else if (custom.raws.failed && !custom.raws.out_of_memory) {
        put_too_long(&custom);
    } else if (count) {
        put_sum(&custom);
    }
    ks_buf_fini(&custom.raws);
    return count > 0;
}

bool page_put_custom(const struct request *request, struct response *response, const struct ks_store_selector *selector,
                     size_t cluster)
{
    struct custom custom = {.request = request, .response = response};
    enum ks_check automatic;

    custom.is_automatic = ks_check_parse(request->check, &automatic);
    if (custom.is_automatic && automatic == KS_CHECK_HEALTH) {
        return false;
    }
    ks_store_read_custom(request_cluster_store(request, cluster), selector, request->check, put_one, &custom);
    return custom.put;
}
