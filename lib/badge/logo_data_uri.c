/* Validates and completes images that a request carries. */
#include "config.h"

#include "badge/logo.h"

#include <string.h>

#define SCHEME "data:"
#define IMAGE  "image/"
#define BASE64 ";base64,"

static const char alphanumeric[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

static bool begins_with(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

static const char *after_scheme(const char *text)
{
    return begins_with(text, SCHEME) ? text + strlen(SCHEME) : text;
}

static bool is_skipped(char c)
{
    return c == '\t' || c == '\n' || c == '\r';
}

static bool is_one_of(char c, const char *others)
{
    return c != '\0' && (strchr(alphanumeric, c) || strchr(others, c));
}

static int check_data(const char *at, struct ks_error *err)
{
    size_t digits = 0;
    size_t padding = 0;

    for (; *at; at++) {
        if (is_skipped(*at)) {
            continue;
        }
        if (*at == '=') {
            padding++;
        } else if (padding > 0 || !is_one_of(*at, "+/ ")) {
            return ks_error_set(err, KS_ERROR_INVALID, "the logo's data: must be base64");
        } else {
            digits++;
        }
    }
    if (digits == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "the logo's data: must not be empty");
    }
    if (padding > 2 || (digits + padding) % 4 != 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "the logo's data: must be complete base64 with its padding");
    }
    return 0;
}

bool ks_logo_is_data_uri(const char *text)
{
    return begins_with(text, SCHEME) || begins_with(text, IMAGE);
}

int ks_logo_check_data_uri(const char *text, struct ks_error *err)
{
    const char *at = after_scheme(text);
    const char *type = at + strlen(IMAGE);

    if (!begins_with(at, IMAGE)) {
        return ks_error_set(err, KS_ERROR_INVALID, "the logo: must be an image, data:image/…");
    }
    for (at = type; is_one_of(*at, "+.-_ "); at++) {
    }
    if (at == type || !begins_with(at, BASE64)) {
        return ks_error_set(err, KS_ERROR_INVALID, "the logo: must be in base64, data:image/…;base64,…");
    }
    return check_data(at + strlen(BASE64), err);
}

void ks_buf_logo_data_uri(struct ks_buf *out, const char *text)
{
    ks_buf_literal(out, SCHEME);
    for (text = after_scheme(text); *text; text++) {
        if (*text == ' ') {
            ks_buf_literal(out, "+");
        } else if (!is_skipped(*text)) {
            ks_buf_bytes(out, text, 1);
        }
    }
}
