#include "config.h"

#include "base/quantity.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct unit {
    const char *name;
    int64_t factor;
};

static const struct unit durations[] = {{"h", 3600000}, {"m", 60000}, {"s", 1000}, {"ms", 1}};
static const struct unit sizes[] = {{"Gi", 1 << 30}, {"Mi", 1 << 20}, {"Ki", 1 << 10}, {"", 1}};

/* Digits only, in this base; *end is what follows them. */
static int digits(const char *text, int base, int64_t *value, char **end)
{
    if (text[0] < '0' || text[0] > '9') {
        return -1;
    }
    errno = 0;
    *value = strtoll(text, end, base);
    return errno ? -1 : 0;
}

static int with_unit(const char *text, const struct unit *units, size_t count, int64_t *value)
{
    char *end;

    if (digits(text, 10, value, &end)) {
        return -1;
    }
    for (size_t i = 0; i < count; i++) {
        if (strcmp(end, units[i].name) == 0) {
            return __builtin_mul_overflow(*value, units[i].factor, value) ? -1 : 0;
        }
    }
    return -1;
}

int ks_quantity_integer(const char *text, int64_t *value)
{
    char *end;

    return digits(text, 10, value, &end) || *end ? -1 : 0;
}

int ks_quantity_duration(const char *text, int64_t *value)
{
    if (strcmp(text, "0") == 0) { /* nothing is nothing in any unit */
        *value = 0;
        return 0;
    }
    return with_unit(text, durations, sizeof durations / sizeof durations[0], value);
}

int ks_quantity_size(const char *text, int64_t *value)
{
    return with_unit(text, sizes, sizeof sizes / sizeof sizes[0], value);
}

int ks_quantity_mode(const char *text, int64_t *value)
{
    char *end;

    return digits(text, 8, value, &end) || *end ? -1 : 0;
}

static void put_with_unit(struct ks_buf *out, int64_t value, const struct unit *units, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (i + 1 == count || (value >= units[i].factor && value % units[i].factor == 0)) {
            ks_buf_printf(out, "%" PRId64 "%s", value / units[i].factor, units[i].name);
            return;
        }
    }
}

void ks_quantity_put_duration(struct ks_buf *out, int64_t value)
{
    if (value == 0) {
        ks_buf_literal(out, "0");
        return;
    }
    put_with_unit(out, value, durations, sizeof durations / sizeof durations[0]);
}

void ks_quantity_put_size(struct ks_buf *out, int64_t value)
{
    put_with_unit(out, value, sizes, sizeof sizes / sizeof sizes[0]);
}

/* ", such as 30s, 5m or 1h": the examples in the range, or nothing. */
static void put_examples(struct ks_buf *out, const int64_t *examples, size_t count, int64_t least, int64_t most,
                         void (*put)(struct ks_buf *out, int64_t value))
{
    const char *separator = ", such as ";

    while (count > 0 && examples[count - 1] > most) {
        count--;
    }
    for (size_t i = 0; i < count; i++) {
        if (examples[i] < least) {
            continue;
        }
        ks_buf_printf(out, "%s", separator);
        put(out, examples[i]);
        separator = i + 2 == count ? " or " : ", ";
    }
}

void ks_quantity_put_duration_range(struct ks_buf *out, int64_t least, int64_t most)
{
    static const int64_t examples[] = {500, 30000, 300000, 3600000};

    ks_buf_literal(out, "a duration from ");
    ks_quantity_put_duration(out, least);
    ks_buf_literal(out, " to ");
    ks_quantity_put_duration(out, most);
    put_examples(out, examples, sizeof examples / sizeof examples[0], least, most, ks_quantity_put_duration);
}

void ks_quantity_put_size_range(struct ks_buf *out, int64_t least, int64_t most)
{
    static const int64_t examples[] = {64 << 10, 1 << 20, 64 << 20};

    ks_buf_literal(out, "a size from ");
    ks_quantity_put_size(out, least);
    ks_buf_literal(out, " to ");
    ks_quantity_put_size(out, most);
    put_examples(out, examples, sizeof examples / sizeof examples[0], least, most, ks_quantity_put_size);
}
