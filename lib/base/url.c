#include "config.h"

#include "base/url.h"

#include <string.h>

static int hex_value(char digit)
{
    static const char digits[] = "0123456789abcdef";
    const char *found = digit ? strchr(digits, digit >= 'A' && digit <= 'F' ? digit + 32 : digit) : NULL;

    return found ? (int)(found - digits) : -1;
}

/* Decodes `length` bytes to *out, adds a NUL, and advances *out. In queries '+' is a space. Every byte of a target
 * becomes at most one byte, and every part gets one NUL, so twice the longest target is always enough. */
static int decode(char **out, const char *text, size_t length, bool plus, struct ks_error *err)
{
    for (size_t i = 0; i < length; i++) {
        int value = (unsigned char)text[i];

        if (text[i] == '%') {
            int high = i + 2 < length ? hex_value(text[i + 1]) : -1;
            int low = i + 2 < length ? hex_value(text[i + 2]) : -1;

            value = high < 0 || low < 0 ? -1 : high * 16 + low;
            i += 2;
        } else if (plus && text[i] == '+') {
            value = ' ';
        }
        if (value <= 0) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "\"%.*s\": '%%' must be followed by two hexadecimal digits other than 00",
                                (int)(length < 80 ? length : 80), text);
        }
        *(*out)++ = (char)value;
    }
    *(*out)++ = '\0';
    return 0;
}

static int parse_path(struct ks_url *url, char **out, const char *path, size_t length, struct ks_error *err)
{
    const char *end = path + length;

    if (length == 0 || path[0] != '/') {
        return ks_error_set(err, KS_ERROR_INVALID, "path \"%.*s\": must begin with '/'",
                            (int)(length < 80 ? length : 80), path);
    }
    url->trailing_slash = end[-1] == '/';
    for (path++; path < end;) {
        const char *slash = memchr(path, '/', (size_t)(end - path));
        size_t part = (size_t)((slash ? slash : end) - path);
        char *segment = *out;

        if (decode(out, path, part, false, err)) {
            return ks_error_wrap(err, "path");
        }
        if (!segment[0] || strcmp(segment, ".") == 0 || strcmp(segment, "..") == 0) {
            return ks_error_set(err, KS_ERROR_INVALID, "path: must not have empty segments, \".\" or \"..\"");
        }
        if (url->segment_count < KS_URL_SEGMENTS) {
            url->segments[url->segment_count] = segment;
        }
        url->segment_count++;
        path += part + 1;
    }
    return 0;
}

static int parse_query(struct ks_url *url, char **out, const char *query, struct ks_error *err)
{
    while (*query) {
        size_t part = strcspn(query, "&");
        const char *equals = memchr(query, '=', part);
        size_t name_length = equals ? (size_t)(equals - query) : part;
        struct ks_url_parameter *parameter = &url->parameters[url->parameter_count];

        if (part > 0) {
            if (url->parameter_count == KS_URL_PARAMETERS) {
                return ks_error_set(err, KS_ERROR_INVALID, "query: must have at most %d parameters", KS_URL_PARAMETERS);
            }
            parameter->name = *out;
            if (decode(out, query, name_length, true, err)) {
                return ks_error_wrap(err, "query");
            }
            parameter->value = *out;
            if (decode(out, equals ? equals + 1 : "", equals ? part - name_length - 1 : 0, true, err)) {
                return ks_error_wrap(err, "query");
            }
            url->parameter_count++;
        }
        query += part + (query[part] == '&');
    }
    return 0;
}

int ks_url_parse(struct ks_url *url, const char *target, struct ks_error *err)
{
    size_t path_length = strcspn(target, "?");
    char *out = url->storage;

    url->segment_count = 0;
    url->parameter_count = 0;
    url->trailing_slash = false;
    for (const char *byte = target; *byte; byte++) {
        if ((unsigned char)*byte <= ' ' || (unsigned char)*byte >= 0x7f) {
            return ks_error_set(err, KS_ERROR_INVALID, "request target: byte %02X must be percent-escaped",
                                (unsigned char)*byte);
        }
    }
    if (strlen(target) >= KS_URL_SIZE) {
        return ks_error_set(err, KS_ERROR_INVALID, "request target: must have at most %d bytes", KS_URL_SIZE - 1);
    }
    if (parse_path(url, &out, target, path_length, err)) {
        return -1;
    }
    return target[path_length] ? parse_query(url, &out, target + path_length + 1, err) : 0;
}

const char *ks_url_parameter(const struct ks_url *url, const char *name)
{
    for (size_t i = 0; i < url->parameter_count; i++) {
        if (strcmp(url->parameters[i].name, name) == 0) {
            return url->parameters[i].value;
        }
    }
    return NULL;
}
