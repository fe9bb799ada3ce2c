/* The values of the Intra-Shield header: written and read. */
#include "config.h"

#include "auth/private.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TIME_DIGITS 15

/* Each of these consumes its part of the text, or returns false. */

static bool read_literal(const char **at, const char *literal)
{
    size_t length = strlen(literal);

    if (strncmp(*at, literal, length) != 0) {
        return false;
    }
    *at += length;
    return true;
}

static int digit_value(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool read_hex(const char **at, unsigned char *bytes, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        int high = digit_value((*at)[0]);
        int low = high < 0 ? -1 : digit_value((*at)[1]);

        if (low < 0) {
            return false;
        }
        bytes[i] = (unsigned char)(high << 4 | low);
        *at += 2;
    }
    return true;
}

static bool read_time(const char **at, int64_t *time_ms)
{
    const char *start = *at;

    *time_ms = 0;
    while (**at >= '0' && **at <= '9' && *at - start < TIME_DIGITS) {
        *time_ms = *time_ms * 10 + (**at - '0');
        (*at)++;
    }
    return *at > start && *start != '0';
}

static bool read_key_id(const char **at, char key_id[static KS_AUTH_KEY_ID_SIZE])
{
    unsigned char bytes[(KS_AUTH_KEY_ID_SIZE - 1) / 2];
    const char *start = *at;

    if (!read_hex(at, bytes, sizeof bytes)) {
        return false;
    }
    memcpy(key_id, start, KS_AUTH_KEY_ID_SIZE - 1);
    key_id[KS_AUTH_KEY_ID_SIZE - 1] = '\0';
    return true;
}

bool ks_auth_header_parse(const char *header, struct ks_auth_fields *fields)
{
    struct ks_auth_fields parsed = {.key_id = ""};

    if (!read_literal(&header, "v2 ") || !read_key_id(&header, parsed.key_id) || !read_literal(&header, " ") ||
        !read_time(&header, &parsed.stamp.time_ms) || !read_literal(&header, " ") ||
        !read_hex(&header, parsed.stamp.nonce, sizeof parsed.stamp.nonce) || !read_literal(&header, " ") ||
        !read_hex(&header, parsed.mac, sizeof parsed.mac) || *header) {
        return false;
    }
    *fields = parsed;
    return true;
}

void ks_auth_header_format(const struct ks_auth_fields *fields, char header[static KS_AUTH_HEADER_SIZE])
{
    char nonce[2 * KS_AUTH_NONCE_BYTES + 1];
    char mac[2 * KS_AUTH_MAC_BYTES + 1];

    sodium_bin2hex(nonce, sizeof nonce, fields->stamp.nonce, sizeof fields->stamp.nonce);
    sodium_bin2hex(mac, sizeof mac, fields->mac, sizeof fields->mac);
    snprintf(header, KS_AUTH_HEADER_SIZE, "v2 %s %" PRId64 " %s %s", fields->key_id, fields->stamp.time_ms, nonce, mac);
}

bool ks_auth_answer_parse(const char *header, unsigned char mac[static KS_AUTH_MAC_BYTES])
{
    return read_literal(&header, "v2 ") && read_hex(&header, mac, KS_AUTH_MAC_BYTES) && !*header;
}

void ks_auth_answer_format(const unsigned char mac[static KS_AUTH_MAC_BYTES], char header[static KS_AUTH_HEADER_SIZE])
{
    char text[2 * KS_AUTH_MAC_BYTES + 1];

    sodium_bin2hex(text, sizeof text, mac, KS_AUTH_MAC_BYTES);
    snprintf(header, KS_AUTH_HEADER_SIZE, "v2 %s", text);
}
