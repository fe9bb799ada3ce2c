/* Static shields: /badge/<label>-<message>-<color>, with the spelling of shields.io. */
#include "config.h"

#include <string.h>

#include "base/escape.h"
#include "pages/page.h"
#include "pages/result.h"

#define PARTS_MOST     3
#define STATIC_SECONDS 86400
#define RAW_CEILING    16384

static const struct page_error malformed = {
    .status = 400,
    .is_image = true,
    .label = "badge",
    .message = "must be label-message-color",
    .detail = "badge: must be <label>-<message>-<color> or <message>-<color>, with \"--\" for a dash",
};

/* Splits at single dashes; "--" is a dash, "__" an underscore, "_" a space. Returns the number of parts, or -1 if there
 * are too many, or one does not fit. */
static int split(const char *text, char parts[static PARTS_MOST][KS_RESULT_MESSAGE_SIZE])
{
    int part = 0;
    size_t used = 0;

    for (; *text; text++) {
        char byte = *text;

        if (byte == '-' && text[1] != '-') {
            parts[part][used] = '\0';
            used = 0;
            if (++part == PARTS_MOST) {
                return -1;
            }
            continue;
        }
        if ((byte == '-' || byte == '_') && text[1] == byte) {
            text++;
        } else if (byte == '_') {
            byte = ' ';
        }
        if (used + 1 == KS_RESULT_MESSAGE_SIZE) {
            return -1;
        }
        parts[part][used++] = byte;
    }
    parts[part][used] = '\0';
    return part + 1;
}

/* Many links end in ".svg". */
static void drop_extension(char *color)
{
    size_t length = strlen(color);

    if (length > 4 && strcmp(color + length - 4, ".svg") == 0) {
        color[length - 4] = '\0';
    }
}

static void put_raw(const struct ks_result *result, struct ks_buf *out)
{
    ks_buf_literal(out, "{\"label\":");
    ks_buf_json(out, result->label);
    ks_buf_literal(out, ",\"message\":");
    ks_buf_json(out, result->message);
    ks_buf_literal(out, ",\"color\":");
    ks_buf_json(out, result->color);
    ks_buf_literal(out, "}");
}

void page_static_shield(const struct request *request, struct response *response)
{
    char parts[PARTS_MOST][KS_RESULT_MESSAGE_SIZE];
    int count = split(request->static_text, parts);
    struct ks_result result = {.age = 0};
    struct ks_buf raw;
    const struct page_json json = {.raw = &raw};
    size_t label_length = count == 3 ? strlen(parts[0]) : 0;

    if (count < 2 || !parts[count - 1][0] || label_length >= sizeof result.label) {
        page_put_error(request, response, &malformed);
        return;
    }
    drop_extension(parts[count - 1]);
    memcpy(result.label, parts[0], label_length);
    result.label[label_length] = '\0';
    ks_result_message(&result, "%s", parts[count - 2]);
    result.color = parts[count - 1];
    ks_buf_init(&raw, RAW_CEILING);
    if (page_wants_raw(request)) {
        put_raw(&result, &raw);
    }
    page_put_result(request, response, &result, NULL, &json);
    ks_buf_fini(&raw);
    response->max_age = STATIC_SECONDS;
}
