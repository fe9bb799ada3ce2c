/* Protobuf from a readable notation: fields separated by spaces, each a number and then
 *   'text'   bytes          {…}   a message         #{…}  a message with k8s\0 before it
 *   =-1      a varint       :4 :8 that many zeros, fixed
 * Not for untrusted input. */
#ifndef KS_TEST_PROTOBUF_TEXT_H
#define KS_TEST_PROTOBUF_TEXT_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"

static inline void protobuf_varint(struct ks_buf *out, uint64_t number)
{
    do {
        unsigned char byte = (unsigned char)((number & 0x7f) | (number > 0x7f ? 0x80 : 0));

        ks_buf_bytes(out, &byte, 1);
        number >>= 7;
    } while (number);
}

static inline void protobuf_tag(struct ks_buf *out, uint64_t field, unsigned wire_type)
{
    protobuf_varint(out, field << 3 | wire_type);
}

static inline void protobuf_bytes(struct ks_buf *out, uint64_t field, const void *data, size_t length)
{
    protobuf_tag(out, field, 2);
    protobuf_varint(out, length);
    ks_buf_bytes(out, data, length);
}

/* Encodes up to the closing brace or the end of the text. */
static inline const char *protobuf_message(struct ks_buf *out, const char *text)
{
    for (;;) {
        struct ks_buf inner;
        uint64_t field;
        char *at;

        text += strspn(text, " ");
        if (!*text || *text == '}') {
            return text;
        }
        field = strtoull(text, &at, 10);
        text = at + 1;
        switch (*at) {
        case '=':
            protobuf_tag(out, field, 0);
            protobuf_varint(out, (uint64_t)strtoll(text, &at, 10));
            text = at;
            break;
        case ':':
            protobuf_tag(out, field, *text == '8' ? 1 : 5);
            ks_buf_bytes(out, "\0\0\0\0\0\0\0\0", *text == '8' ? 8 : 4);
            text++;
            break;
        case '\'':
            protobuf_bytes(out, field, text, strcspn(text, "'"));
            text += strcspn(text, "'") + 1;
            break;
        case '#':
        case '{':
            ks_buf_init(&inner, out->ceiling);
            if (*at == '#') {
                ks_buf_literal(&inner, "k8s\0");
                text++;
            }
            text = protobuf_message(&inner, text) + 1;
            protobuf_bytes(out, field, inner.data, inner.length);
            ks_buf_fini(&inner);
            break;
        default:
            abort();
        }
    }
}

#endif
