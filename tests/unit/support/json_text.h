/* JSON that was written into a buffer. */
#ifndef KS_TEST_JSON_TEXT_H
#define KS_TEST_JSON_TEXT_H

#include <json-c/json.h>

#include "base/buf.h"
#include "support/testing.h"

/* To be released. Fails the test if it is not JSON. */
static inline struct json_object *parse_json(const struct ks_buf *text)
{
    enum json_tokener_error error;
    struct json_object *object = json_tokener_parse_verbose(text->data, &error);

    if (!object) {
        fail_msg("%s: %s", json_tokener_error_desc(error), text->data);
    }
    return object;
}

/* wanted: without spaces */
static inline void assert_json(const struct ks_buf *text, const char *wanted)
{
    struct json_object *object = parse_json(text);

    assert_string_equal(json_object_to_json_string_ext(object, JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE),
                        wanted);
    json_object_put(object);
}

#endif
