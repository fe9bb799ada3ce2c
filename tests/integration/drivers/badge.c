/* Draws badges for tests/integration/test_badge_maker.py: one JSON object per line on standard input, with the keys of
 * the npm package badge-maker; one SVG, or "error: …", per line on standard output. */
#include "config.h"

#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>

#include "badge/badge.h"

#define OUTPUT_CEILING ((size_t)16 << 20)

static const char *text_of(struct json_object *object)
{
    return object ? json_object_get_string(object) : NULL;
}

static const char *field(struct json_object *input, const char *key)
{
    return text_of(json_object_object_get(input, key));
}

static const char *link_of(struct json_object *input, size_t index)
{
    struct json_object *links = json_object_object_get(input, "links");

    return links ? text_of(json_object_array_get_idx(links, index)) : NULL;
}

static int draw(struct json_object *input, struct ks_buf *out, struct ks_error *err)
{
    const char *style = field(input, "style");
    struct ks_badge badge = {
        .label = field(input, "label"),
        .message = field(input, "message"),
        .color = field(input, "color"),
        .label_color = field(input, "labelColor"),
        .logo = field(input, "logoBase64"),
        .logo_width = json_object_get_int(json_object_object_get(input, "logoWidth")),
        .link_left = link_of(input, 0),
        .link_right = link_of(input, 1),
        .id_suffix = field(input, "idSuffix"),
    };

    if (style && ks_badge_style_parse(style, &badge.style)) {
        return ks_error_set(err, KS_ERROR_INVALID, "no such style");
    }
    return ks_badge_svg(&badge, out, err);
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    struct ks_buf out;

    ks_buf_init(&out, OUTPUT_CEILING);
    while (getline(&line, &size, stdin) > 0) {
        struct json_object *input = json_tokener_parse(line);
        struct ks_error err;

        ks_buf_reset(&out);
        if (!input) {
            puts("error: no JSON");
        } else if (draw(input, &out, &err)) {
            printf("error: %s\n", err.text);
        } else {
            puts(out.data);
        }
        json_object_put(input);
    }
    ks_buf_fini(&out);
    free(line);
    return 0;
}
