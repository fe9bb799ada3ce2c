#include "config.h"

#include "base/base64.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "base/trim.h"

int ks_base64_decode(const char *text, size_t text_length, char **data, size_t *length, struct ks_error *err)
{
    size_t capacity = text_length / 4 * 3 + 3;
    unsigned char *decoded = malloc(capacity + 1);
    size_t decoded_length;

    if (!decoded) {
        return ks_error_memory(err);
    }
    /* libsodium finds a character to skip with strchr, which also finds the NUL. */
    if (memchr(text, '\0', text_length) || sodium_base642bin(decoded, capacity, text, text_length, KS_SPACES,
                                                             &decoded_length, NULL, sodium_base64_VARIANT_ORIGINAL)) {
        sodium_memzero(decoded, capacity);
        free(decoded);
        return ks_error_set(err, KS_ERROR_INVALID, "must be base64 with its padding");
    }
    decoded[decoded_length] = '\0';
    *data = (char *)decoded;
    *length = decoded_length;
    return 0;
}

char *ks_base64_encode_pair(const char *one, const char *other)
{
    size_t one_length = strlen(one);
    size_t other_length = strlen(other);
    size_t length = one_length + 1 + other_length;
    size_t size = sodium_base64_ENCODED_LEN(length, sodium_base64_VARIANT_ORIGINAL);
    unsigned char *pair = malloc(length);
    char *text = malloc(size);

    if (pair && text) {
        memcpy(pair, one, one_length);
        pair[one_length] = ':';
        memcpy(pair + one_length + 1, other, other_length);
        sodium_bin2base64(text, size, pair, length, sodium_base64_VARIANT_ORIGINAL);
        sodium_memzero(pair, length);
    } else {
        free(text);
        text = NULL;
    }
    free(pair);
    return text;
}

void ks_base64_write_start(struct ks_base64_writer *writer, struct ks_buf *out)
{
    writer->out = out;
    writer->length = 0;
}

void ks_base64_write_end(struct ks_base64_writer *writer)
{
    char text[sodium_base64_ENCODED_LEN(KS_BASE64_PIECE, sodium_base64_VARIANT_ORIGINAL)];

    sodium_bin2base64(text, sizeof text, writer->piece, writer->length, sodium_base64_VARIANT_ORIGINAL);
    ks_buf_bytes(writer->out, text, strlen(text));
    writer->length = 0;
}

void ks_base64_write(struct ks_base64_writer *writer, const void *data, size_t length)
{
    const unsigned char *at = data;

    while (length > 0) {
        size_t room = KS_BASE64_PIECE - writer->length;
        size_t part = length < room ? length : room;

        memcpy(writer->piece + writer->length, at, part);
        writer->length += part;
        at += part;
        length -= part;
        if (writer->length == KS_BASE64_PIECE) {
            ks_base64_write_end(writer);
        }
    }
}
