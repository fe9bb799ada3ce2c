#include "config.h"

#include "base64.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

int ks_base64_decode(const char *text, size_t text_length, char **data, size_t *length, struct ks_error *err)
{
    size_t capacity = text_length / 4 * 3 + 3;
    unsigned char *decoded = malloc(capacity + 1);
    size_t decoded_length;

    if (!decoded) {
        return ks_error_memory(err);
    }
    /* libsodium looks a character up in " \t\r\n" with strchr, which finds the NUL there too. */
    if (memchr(text, '\0', text_length) || sodium_base642bin(decoded, capacity, text, text_length, " \t\r\n",
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
