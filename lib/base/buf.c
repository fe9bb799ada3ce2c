#include "config.h"

#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIRST_CAPACITY 256

static char empty[1] = "";

void ks_buf_init(struct ks_buf *buf, size_t ceiling)
{
    *buf = (struct ks_buf){.data = empty, .ceiling = ceiling};
}

void ks_buf_init_fixed(struct ks_buf *buf, char *memory, size_t size)
{
    memory[0] = '\0';
    *buf = (struct ks_buf){.data = memory, .capacity = size, .ceiling = size - 1};
}

void ks_buf_fini(struct ks_buf *buf)
{
    if (buf->capacity) {
        free(buf->data);
    }
    ks_buf_init(buf, buf->ceiling);
}

void ks_buf_reset(struct ks_buf *buf)
{
    buf->length = 0;
    buf->failed = false;
    buf->out_of_memory = false;
    if (buf->capacity) {
        buf->data[0] = '\0';
    }
}

/* Makes room for `more` bytes and the NUL. */
static bool reserve(struct ks_buf *buf, size_t more)
{
    size_t capacity = buf->capacity ? buf->capacity : FIRST_CAPACITY;
    char *data;

    if (buf->failed || more > buf->ceiling - buf->length) {
        buf->failed = true;
        return false;
    }
    if (buf->length + more < buf->capacity) {
        return true;
    }
    while (capacity <= buf->length + more) {
        capacity *= 2;
    }
    data = realloc(buf->capacity ? buf->data : NULL, capacity);
    if (!data) {
        buf->failed = true;
        buf->out_of_memory = true;
        return false;
    }
    buf->data = data;
    buf->capacity = capacity;
    return true;
}

void ks_buf_bytes(struct ks_buf *buf, const void *data, size_t length)
{
    if (!reserve(buf, length)) {
        return;
    }
    if (length) {
        memcpy(buf->data + buf->length, data, length);
    }
    buf->length += length;
    buf->data[buf->length] = '\0';
}

void ks_buf_printf(struct ks_buf *buf, const char *format, ...)
{
    va_list arguments;
    int length;

    va_start(arguments, format);
    length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !reserve(buf, (size_t)length)) {
        buf->failed = true;
        return;
    }
    va_start(arguments, format);
    vsnprintf(buf->data + buf->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    buf->length += (size_t)length;
}

void ks_buf_fail_with(struct ks_buf *buf, const struct ks_buf *other)
{
    if (other->out_of_memory) {
        buf->failed = true;
        buf->out_of_memory = true;
    }
}

int ks_buf_check(const struct ks_buf *buf, struct ks_error *err)
{
    if (!buf->failed) {
        return 0;
    }
    if (buf->out_of_memory) {
        return ks_error_memory(err);
    }
    return ks_error_set(err, KS_ERROR_LIMIT, "more than %zu bytes", buf->ceiling);
}
