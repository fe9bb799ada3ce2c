/* Stories of requests answered while out of memory: the answer is the usual one, or a 500 that says so. */
#ifndef KS_TEST_SCARCE_ANSWER_H
#define KS_TEST_SCARCE_ANSWER_H

#include "support/scarce_memory.h"

#include "base/clock.h"
#include "support/request_sample.h"

struct asking {
    const struct app *app;
    const char *const *variables;
    const struct ks_auth_request *signs; /* or NULL */
    struct response wanted;              /* with enough memory */
};

/* Skips the digits of an age. */
static inline const char *skip_age(const char *text)
{
    static const char *const keys[] = {"\"age\":", "_ago_ms\":", "late_in_ms\":"};

    for (size_t i = 0; i < COUNT(keys); i++) {
        size_t length = strlen(keys[i]);

        if (strncmp(text, keys[i], length) == 0) {
            return text + length + strspn(text + length, "0123456789");
        }
    }
    return text;
}

/* Ignores ages, since time passes meanwhile. */
static inline bool is_same_body(const char *one, const char *other)
{
    while (*one && *one == *other) {
        const char *next = skip_age(one);

        other = next > one ? skip_age(other) : other + 1;
        one = next > one ? next : one + 1;
    }
    return *one == *other;
}

static inline bool is_same_answer(const struct response *one, const struct response *other)
{
    return one->status == other->status && strcmp(one->content_type, other->content_type) == 0 &&
           strcmp(one->location, other->location) == 0 && one->max_age == other->max_age &&
           one->varies == other->varies && one->retry_after == other->retry_after &&
           is_same_body(one->body.data, other->body.data);
}

static inline bool is_told(const struct app *app, const struct response *response)
{
    bool is_image = strcmp(response->content_type, "image/svg+xml; charset=utf-8") == 0;
    bool may_be_ok = is_image && app->settings->image_errors == IMAGE_ERRORS_OK;

    /* A refused client need not know about memory. */
    if (!app->is_public && response->status == 403) {
        return strstr(response->body.data, "forbidden");
    }
    return (response->status == 500 || may_be_ok) && !response->location[0] &&
           strstr(response->body.data, "out of memory");
}

/* An answer without a signature is fine, since peers ignore it; a signature must be right. */
static inline bool is_signed_well(const struct ks_keyring_claim *claim, const struct response *response)
{
    struct ks_error err;

    return !response->signature[0] || ks_keyring_verify_answer(claim, response->status, response->body.data,
                                                               response->body.length, response->signature, &err) == 0;
}

static inline int judge_answer(const struct asking *asking, const struct response *response,
                               const struct ks_buf *headers, struct ks_error *err)
{
    if (!is_same_answer(response, &asking->wanted) && !is_told(asking->app, response)) {
        print_error("seen %d %s %s\n%s\nwanted %d\n", response->status, response->content_type, response->location,
                    response->body.data, asking->wanted.status);
        return ks_error_set(err, KS_ERROR_INVALID, "neither the answer nor 500");
    }
    if (response->body.failed || response->body.length != strlen(response->body.data)) {
        return ks_error_set(err, KS_ERROR_INVALID, "half an answer");
    }
    return !headers->failed && strstr(headers->data, "\r\n\r\n")
               ? 0
               : ks_error_set(err, KS_ERROR_INVALID, "half of the headers");
}

/* Answers as the fronts do. Signs the request again each time, because it counts only once. */
static inline int answer_once(struct asking *asking, struct response *response, struct ks_buf *headers,
                              struct ks_error *err)
{
    static const char name[] = "HTTP_INTRA_SHIELD=";
    char variable[sizeof name + KS_AUTH_HEADER_SIZE];
    const char *variables[SAMPLE_VARIABLES + 1];
    struct ks_keyring_claim claim = {.key = NULL};
    size_t count = 0;
    bool is_right;

    for (; asking->variables[count]; count++) {
        variables[count] = asking->variables[count];
    }
    if (asking->signs) {
        memcpy(variable, name, sizeof name);
        if (ks_keyring_sign(asking->app->keyring, asking->signs, variable + sizeof name - 1, &claim, err)) {
            return -1;
        }
        variables[count++] = variable;
    }
    variables[count] = NULL;
    scarce.counts = true;
    dispatch(asking->app, sample_variable, variables, response);
    response_headers(response, headers);
    scarce.counts = false;
    is_right = !asking->signs || is_signed_well(&claim, response);
    ks_keyring_claim_fini(&claim);
    return is_right ? 0 : ks_error_set(err, KS_ERROR_INVALID, "signed as another answer");
}

static inline int tell_answer(void *arg, struct ks_error *err)
{
    struct asking *asking = arg;
    char memory[RESPONSE_HEADERS_SIZE];
    struct ks_buf headers;
    struct response response;
    int outcome;

    scarce.counts = false;
    ks_buf_init_fixed(&headers, memory, sizeof memory);
    response_init(&response);
    outcome = answer_once(asking, &response, &headers, err);
    if (outcome == 0) {
        outcome = judge_answer(asking, &response, &headers, err);
    }
    response_fini(&response);
    return outcome;
}

static inline void scarce_ask(const struct app *app, const char *const *variables, const struct ks_auth_request *signs)
{
    struct asking asking = {.app = app, .variables = variables, .signs = signs};
    char memory[RESPONSE_HEADERS_SIZE];
    struct ks_buf headers;
    struct ks_error err = {.text = ""};

    ks_buf_init_fixed(&headers, memory, sizeof memory);
    response_init(&asking.wanted);
    scarce.left = SIZE_MAX;
    if (answer_once(&asking, &asking.wanted, &headers, &err)) {
        fail_msg("%s: %s", variables[1], err.text);
    }
    assert_true(!signs || asking.wanted.signature[0]);
    scarce_tell(variables[1], tell_answer, &asking);
    response_fini(&asking.wanted);
}

#endif
