/* Turns what Prometheus answered into the answer of a check. */
#include "config.h"

#include <json-c/json.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/escape.h"
#include "base/json.h"
#include "answers/promql.h"
#include "answers/promql_format.h"

#define DEPTH_MOST      16 /* a vector of native histograms has eight levels */
#define RAW_CEILING     ((size_t)64 * 1024)
#define MESSAGE_CEILING ((size_t)1 << 20)

/* The result of a query: one number, or none. */
struct finding {
    bool found;
    double value;               /* NaN is no data either */
    struct json_object *labels; /* borrowed, or NULL */
};

static struct json_object *member(struct json_object *object, const char *name)
{
    struct json_object *value;

    if (!json_object_is_type(object, json_type_object) || !json_object_object_get_ex(object, name, &value)) {
        return NULL;
    }
    return value;
}

/* "" if the value is not a string. */
static const char *text_of(struct json_object *value)
{
    return json_object_is_type(value, json_type_string) ? json_object_get_string(value) : "";
}

/* Parses the body. The caller puts the object. NULL with an error. */
static struct json_object *parse(const char *body, size_t length, struct ks_error *err)
{
    struct json_tokener *tokener = length <= INT_MAX ? json_tokener_new_ex(DEPTH_MOST) : NULL;
    struct json_object *root;
    enum json_tokener_error error;

    if (!tokener) {
        ks_error_memory(err);
        return NULL;
    }
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    root = json_tokener_parse_ex(tokener, body, (int)length);
    error = json_tokener_get_error(tokener);
    json_tokener_free(tokener);
    if (json_object_is_type(root, json_type_object)) {
        return root;
    }
    json_object_put(root);
    if (error == json_tokener_success) {
        ks_error_set(err, KS_ERROR_PROTOCOL, "not a JSON object");
    } else {
        ks_error_set(err, KS_ERROR_PROTOCOL, "not JSON: %s", ks_json_error_text(error));
    }
    return NULL;
}

static bool is_error(struct json_object *root, char text[static KS_ERROR_TEXT_SIZE])
{
    const char *type = text_of(member(root, "errorType"));
    const char *error = text_of(member(root, "error"));

    if (strcmp(text_of(member(root, "status")), "error") != 0) {
        return false;
    }
    snprintf(text, KS_ERROR_TEXT_SIZE, "%s: %s", type[0] ? type : "error", error[0] ? error : "without a text");
    return true;
}

bool ks_promql_error(const char *body, size_t length, char text[static KS_ERROR_TEXT_SIZE])
{
    struct json_object *root = parse(body, length, NULL);
    bool found = root && is_error(root, text);

    json_object_put(root);
    return found;
}

/* Reads [time, "number"]. The number is a string, since JSON has no NaN. */
static bool read_sample(struct finding *finding, struct json_object *sample)
{
    struct json_object *value;
    const char *text;
    char *end;

    if (!json_object_is_type(sample, json_type_array) || json_object_array_length(sample) != 2) {
        return false;
    }
    value = json_object_array_get_idx(sample, 1);
    text = text_of(value);
    finding->value = strtod(text, &end);
    if (end == text || end - text != json_object_get_string_len(value) || strspn(text, " \t\n\v\f\r")) {
        return false;
    }
    finding->found = true;
    return true;
}

static int read_vector(struct finding *finding, struct json_object *vector, struct ks_error *err)
{
    size_t count = json_object_is_type(vector, json_type_array) ? json_object_array_length(vector) : 0;
    struct json_object *series;

    if (!json_object_is_type(vector, json_type_array)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "the answer's vector is not a list");
    }
    if (count == 0) {
        return 0;
    }
    if (count > 1) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "the query returns %zu series: must return one; aggregate them with sum(…), max(…) or "
                            "avg(…)",
                            count);
    }
    series = json_object_array_get_idx(vector, 0);
    if (member(series, "histogram")) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "the query returns a histogram: must return a number, such as histogram_quantile(0.9, …)");
    }
    finding->labels = member(series, "metric");
    if (!read_sample(finding, member(series, "value"))) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "the answer's series has no value");
    }
    return 0;
}

/* KS_ERROR_INVALID: the query's author can fix it. KS_ERROR_PROTOCOL: not an answer of Prometheus. */
static int read_data(struct finding *finding, struct json_object *root, struct ks_error *err)
{
    struct json_object *data = member(root, "data");
    struct json_object *result = member(data, "result");
    const char *type = text_of(member(data, "resultType"));

    if (strcmp(text_of(member(root, "status")), "success") != 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "the answer's status is neither success nor error");
    }
    if (strcmp(type, "vector") == 0) {
        return read_vector(finding, result, err);
    }
    if (strcmp(type, "scalar") == 0) {
        return read_sample(finding, result) ? 0
                                            : ks_error_set(err, KS_ERROR_PROTOCOL, "the answer's scalar has no value");
    }
    if (strcmp(type, "matrix") == 0) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "the query returns a range of values: must return one value; use a function, such as "
                            "avg_over_time(…)");
    }
    if (strcmp(type, "string") == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "the query returns a string: must return a number");
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "the answer's resultType is neither vector nor scalar");
}

static bool holds(const struct ks_promql_threshold *threshold, double value)
{
    switch (threshold->operator) {
    case KS_PROMQL_GREATER_EQUAL:
        return value >= threshold->number;
    case KS_PROMQL_GREATER:
        return value > threshold->number;
    case KS_PROMQL_LESS_EQUAL:
        return value <= threshold->number;
    case KS_PROMQL_LESS:
        return value < threshold->number;
    case KS_PROMQL_EQUAL:
        return value == threshold->number;
    case KS_PROMQL_NOT_EQUAL:
        return value != threshold->number;
    case KS_PROMQL_ALWAYS:
        break;
    }
    return true;
}

static void choose_color(const struct ks_promql_check *check, double value, struct ks_answer *answer)
{
    for (size_t i = 0; i < check->threshold_count; i++) {
        if (holds(&check->thresholds[i], value)) {
            ks_answer_color(answer, check->thresholds[i].color);
            return;
        }
    }
}

static const char *label_of(void *arg, const char *name)
{
    return text_of(member(arg, name));
}

static int show(const struct ks_promql_check *check, const struct finding *finding, struct ks_answer *answer,
                struct ks_error *err)
{
    struct ks_buf message KS_CLEANUP_BUF;

    /* A message longer than this would be cut off anyway. */
    ks_buf_init(&message, MESSAGE_CEILING);
    if (!finding->found || isnan(finding->value)) {
        ks_answer_message(answer, "no data");
        ks_answer_color(answer, "grey");
        return 0;
    }
    ks_promql_format_put(&message, check->format, finding->value, label_of, finding->labels);
    if (message.out_of_memory) {
        return ks_error_memory(err);
    }
    ks_answer_message(answer, message.data);
    choose_color(check, finding->value, answer);
    return 0;
}

static void put_value(struct ks_buf *out, const struct finding *finding)
{
    const char *quote = isfinite(finding->value) ? "" : "\"";

    if (!finding->found) {
        ks_buf_literal(out, "null");
        return;
    }
    ks_buf_printf(out, "%s", quote);
    ks_promql_put_number(out, finding->value);
    ks_buf_printf(out, "%s", quote);
}

static void put_labels(struct ks_buf *out, struct json_object *labels)
{
    ks_buf_literal(out, "{");
    if (json_object_is_type(labels, json_type_object)) {
        const char *separator = "";

        json_object_object_foreach(labels, name, value)
        {
            ks_buf_printf(out, "%s", separator);
            ks_buf_json(out, name);
            ks_buf_literal(out, ":");
            ks_buf_json(out, text_of(value));
            separator = ",";
        }
    }
    ks_buf_literal(out, "}");
}

/* Fails if the answer is too large to show: labels are small. */
static int set_raw(const struct ks_promql_check *check, const struct finding *finding, struct ks_answer *answer,
                   struct ks_error *err)
{
    struct ks_buf raw KS_CLEANUP_BUF;

    ks_buf_init(&raw, RAW_CEILING);
    ks_buf_literal(&raw, "{\"value\":");
    put_value(&raw, finding);
    ks_buf_literal(&raw, ",\"labels\":");
    put_labels(&raw, finding->labels);
    ks_buf_literal(&raw, ",\"query\":");
    ks_buf_json(&raw, check->query);
    ks_buf_literal(&raw, "}");
    if (ks_buf_check(&raw, err)) {
        return ks_error_wrap(err, "labels and query");
    }
    answer->raw = strdup(raw.data);
    return answer->raw ? 0 : ks_error_memory(err);
}

/* A warning says what is missing, for instance if a store did not answer. */
static void report_warning(struct json_object *root, struct ks_answer *answer)
{
    struct json_object *warnings = member(root, "warnings");

    if (json_object_is_type(warnings, json_type_array) && json_object_array_length(warnings) > 0) {
        ks_answer_mistake(answer, "Prometheus warns: %s", text_of(json_object_array_get_idx(warnings, 0)));
    }
}

static int judge(const struct ks_promql_check *check, struct json_object *root, struct ks_answer *answer,
                 struct ks_error *err)
{
    struct finding finding = {.found = false};
    char text[KS_ERROR_TEXT_SIZE];

    if (is_error(root, text)) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s", text);
    }
    if (read_data(&finding, root, err) || set_raw(check, &finding, answer, err) || show(check, &finding, answer, err)) {
        return -1;
    }
    report_warning(root, answer);
    return 0;
}

void ks_answer_from_query(const struct ks_promql_check *check, const char *body, size_t length,
                          struct ks_answer *answer)
{
    struct ks_error err = {.kind = KS_ERROR_NONE};
    struct json_object *root = parse(body, length, &err);
    int outcome = root ? judge(check, root, answer, &err) : -1;

    if (outcome && err.kind == KS_ERROR_MEMORY) {
        ks_answer_memory(answer);
    } else if (outcome) {
        ks_answer_fail(answer, err.kind == KS_ERROR_INVALID ? "query error" : "bad answer", "%s", err.text);
    }
    json_object_put(root);
}
