/* Cuts a stream of JSON into pieces: a list into its keys, values and items, a watch into its lines. */
#include "config.h"

#include <string.h>

#include "kube/private.h"

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Called when a piece is complete: a key, a value or an item. */
static int take_piece(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    struct ks_kube_json_stream *json = &decoder->json;

    switch (json->state) {
    case KS_JSON_FIRST_KEY:
    case KS_JSON_KEY:
        json->state = KS_JSON_COLON;
        return ks_kube_json_take_key(decoder, err);
    case KS_JSON_VALUE:
        json->state = KS_JSON_VALUE_END;
        return ks_kube_json_take_value(decoder, err);
    default:
        json->state = KS_JSON_ITEM_END;
        return ks_kube_json_report_item(decoder, err);
    }
}

/* Finds the end of the value, which may lie beyond `end`. Strings, objects and arrays end with their last character,
 * numbers and words before the next character. Whether it is a value at all, json-c decides later. */
static const char *gather(struct ks_kube_json_stream *json, const char *at, const char *end)
{
    for (; at < end; at++) {
        if (json->escaped) {
            json->escaped = false;
        } else if (json->in_string) {
            json->escaped = *at == '\\';
            json->in_string = *at != '"';
            json->gathering = json->in_string || json->depth > 0;
        } else if (*at == '"') {
            json->in_string = true;
        } else if (*at == '{' || *at == '[') {
            json->depth++;
        } else if (json->depth > 0) {
            json->depth -= *at == '}' || *at == ']';
            json->gathering = json->depth > 0;
        } else if (*at == '}' || *at == ']' || *at == ',' || is_space(*at)) {
            json->gathering = false;
            return at;
        }
        if (!json->gathering) {
            return at + 1;
        }
    }
    return at;
}

/* Takes a character that stands between values. Returns 1 if it is the first character of a value instead. */
static int take_mark(struct ks_kube_decoder *decoder, char mark, struct ks_error *err)
{
    static const struct {
        enum ks_kube_json_state state;
        char mark;
        enum ks_kube_json_state next;
    } marks[] = {
        {KS_JSON_START, '{', KS_JSON_FIRST_KEY}, {KS_JSON_FIRST_KEY, '}', KS_JSON_END},
        {KS_JSON_COLON, ':', KS_JSON_VALUE},     {KS_JSON_VALUE_END, ',', KS_JSON_KEY},
        {KS_JSON_VALUE_END, '}', KS_JSON_END},   {KS_JSON_FIRST_ITEM, ']', KS_JSON_VALUE_END},
        {KS_JSON_ITEM_END, ',', KS_JSON_ITEM},   {KS_JSON_ITEM_END, ']', KS_JSON_VALUE_END},
    };
    struct ks_kube_json_stream *json = &decoder->json;
    bool key = json->state == KS_JSON_FIRST_KEY || json->state == KS_JSON_KEY;
    bool value = json->state == KS_JSON_VALUE || json->state == KS_JSON_FIRST_ITEM || json->state == KS_JSON_ITEM;

    if (json->state == KS_JSON_VALUE && json->member == KS_JSON_ITEMS && mark == '[') {
        json->state = KS_JSON_FIRST_ITEM;
        return 0;
    }
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++) {
        if (json->state == marks[i].state && mark == marks[i].mark) {
            json->state = marks[i].next;
            return 0;
        }
    }
    if ((key && mark == '"') || (value && !strchr(",:]}", mark))) {
        return 1;
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "list: must be a JSON object with items");
}

static int feed_list(struct ks_kube_decoder *decoder, const char *at, size_t length, struct ks_error *err)
{
    struct ks_kube_json_stream *json = &decoder->json;
    const char *end = at + length;

    while (at < end) {
        if (json->gathering) {
            const char *next = gather(json, at, end);

            ks_buf_bytes(&decoder->piece, at, (size_t)(next - at));
            at = next;
            if (ks_buf_check(&decoder->piece, err) < 0 || (!json->gathering && take_piece(decoder, err) < 0)) {
                return -1;
            }
            continue;
        }
        if (!is_space(*at)) {
            int first = take_mark(decoder, *at, err);

            if (first < 0) {
                return -1;
            }
            if (first) {
                json->gathering = true;
                ks_buf_reset(&decoder->piece);
                continue;
            }
            if (json->state == KS_JSON_END && ks_kube_json_report_end(decoder, err) < 0) {
                return -1;
            }
        }
        at++;
    }
    return 0;
}

static bool is_space_piece(const struct ks_buf *piece)
{
    for (size_t i = 0; i < piece->length; i++) {
        if (!is_space(piece->data[i])) {
            return false;
        }
    }
    return true;
}

static int feed_watch(struct ks_kube_decoder *decoder, const char *at, size_t length, struct ks_error *err)
{
    const char *end = at + length;

    while (at < end) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));

        ks_buf_bytes(&decoder->piece, at, (size_t)((newline ? newline : end) - at));
        if (ks_buf_check(&decoder->piece, err) < 0) {
            return -1;
        }
        if (!newline) {
            return 0;
        }
        at = newline + 1;
        if (!is_space_piece(&decoder->piece) && ks_kube_json_report_event(decoder, err) < 0) {
            return -1;
        }
        ks_buf_reset(&decoder->piece);
    }
    return 0;
}

int ks_kube_json_feed(struct ks_kube_decoder *decoder, const char *data, size_t length, struct ks_error *err)
{
    return decoder->stream == KS_KUBE_LIST ? feed_list(decoder, data, length, err)
                                           : feed_watch(decoder, data, length, err);
}

int ks_kube_json_finish(const struct ks_kube_decoder *decoder, struct ks_error *err)
{
    if (decoder->stream == KS_KUBE_WATCH) {
        return is_space_piece(&decoder->piece) ? 0
                                               : ks_error_set(err, KS_ERROR_PROTOCOL, "watch: ended inside an event");
    }
    return decoder->json.state == KS_JSON_END ? 0 : ks_error_set(err, KS_ERROR_PROTOCOL, "list: ended too early");
}
