/* A file of queries and, after a NUL, the body of an answer. The file's checks are within their bounds, or there is
 * one error; the body is an answer whose raw is JSON, or a failure with a reason. */
#include "config.h"

#include <json-c/json.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "badge/color.h"
#include "health/names.h"
#include "answers/promql.h"
#include "catalog/queries.h"
#include "answers/promql_format.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_answer(const struct ks_promql_check *check, const char *body, size_t length)
{
    struct ks_answer answer;
    struct ks_color color;
    char text[KS_ERROR_TEXT_SIZE];

    ks_answer_init(&answer);
    ks_answer_from_query(check, body, length, &answer);
    require(ks_color_parse(answer.color, &color));
    require(answer.failed == (answer.reason[0] != '\0'));
    if (answer.failed) {
        require(!answer.raw && answer.message[0]);
    } else {
        struct json_object *raw = json_tokener_parse(answer.raw);

        require(json_object_is_type(raw, json_type_object) && json_object_object_length(raw) == 3);
        json_object_put(raw);
        require(!ks_promql_error(body, length, text));
    }
    ks_answer_fini(&answer);
}

static void check_check(const struct ks_promql_check *check)
{
    require(ks_name_check_check(check->name, NULL) == 0);
    require(check->query[0] && strlen(check->query) <= KS_PROMQL_QUERY_MOST);
    require(ks_promql_format_check(check->format, NULL) == 0);
    require(check->threshold_count <= KS_PROMQL_THRESHOLDS_MOST);
    for (size_t i = 0; i < check->threshold_count; i++) {
        struct ks_color color;

        require(ks_color_parse(check->thresholds[i].color, &color));
        require(isfinite(check->thresholds[i].number));
        require(check->thresholds[i].operator!= KS_PROMQL_ALWAYS || i + 1 == check->threshold_count);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct ks_promql_check plain = {.name = "a", .query = (char *)"up", .format = (char *)"{value} {job}"};
    const uint8_t *nul = size ? memchr(data, '\0', size) : NULL;
    size_t length = nul ? (size_t)(nul - data) : size;
    const char *body = nul ? (const char *)nul + 1 : "";
    size_t body_length = nul ? size - length - 1 : 0;
    struct ks_queries file;
    struct ks_error err = {.kind = KS_ERROR_NONE};

    if (ks_queries_parse(&file, (const char *)data, length, &err)) {
        require(err.kind == KS_ERROR_INVALID && err.text[0]);
        check_answer(&plain, body, body_length);
    } else {
        require(err.kind == KS_ERROR_NONE);
        for (size_t i = 0; i < file.count && i < 4; i++) {
            check_check(&file.checks[i]);
            check_answer(&file.checks[i], body, body_length);
        }
    }
    ks_queries_fini(&file);
    return 0;
}
