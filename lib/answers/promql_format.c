/* Reads and writes the format of a message. */
#include "config.h"

#include "answers/promql_format.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "health/result.h"

#define FIXED_SIZE 336 /* the largest double has 309 digits before its point */
/* Numbers between these are written without an exponent. */
#define PLAIN_LEAST 1e-4
#define PLAIN_MOST  1e16

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_";
static const char letters_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_0123456789";

enum piece_kind {
    PIECE_TEXT,
    PIECE_LABEL,
    PIECE_VALUE,
    PIECE_FIXED,
    PIECE_BYTES,
    PIECE_DURATION,
};

struct piece {
    enum piece_kind kind;
    const char *text; /* or the name of a label */
    size_t length;
    int decimals;
};

static bool is(const struct piece *piece, const char *text)
{
    return strlen(text) == piece->length && memcmp(piece->text, text, piece->length) == 0;
}

static bool is_fixed(const struct piece *piece)
{
    static const char head[] = "value:.";
    const size_t digit = sizeof head - 1;

    return piece->length == digit + 2 && memcmp(piece->text, head, digit) == 0 && piece->text[digit] >= '0' &&
           piece->text[digit] <= '9' && piece->text[digit + 1] == 'f';
}

/* Says what the text between braces means; false if it means nothing. */
static bool classify(struct piece *piece)
{
    if (is(piece, "value")) {
        piece->kind = PIECE_VALUE;
    } else if (is(piece, "value:bytes")) {
        piece->kind = PIECE_BYTES;
    } else if (is(piece, "value:duration")) {
        piece->kind = PIECE_DURATION;
    } else if (is_fixed(piece)) {
        piece->kind = PIECE_FIXED;
        piece->decimals = piece->text[piece->length - 2] - '0';
    } else {
        piece->kind = PIECE_LABEL;
        return piece->length > 0 && strchr(letters, piece->text[0]) &&
               strspn(piece->text, letters_and_digits) == piece->length;
    }
    return true;
}

/* Reads the next piece of the format and advances; false if it is wrong. Must not be called at the end. */
static bool next_piece(const char **format, struct piece *piece)
{
    const char *start = *format;
    size_t end;

    *piece = (struct piece){.kind = PIECE_TEXT, .text = start};
    if (start[0] != '{') {
        piece->length = strcspn(start, "{");
        *format = start + piece->length;
        return true;
    }
    if (start[1] == '{') {
        piece->length = 1;
        *format = start + 2;
        return true;
    }
    end = strcspn(start, "}");
    if (start[end] == '\0') {
        return false;
    }
    piece->text = start + 1;
    piece->length = end - 1;
    *format = start + end + 1;
    return classify(piece);
}

int ks_promql_format_check(const char *format, struct ks_error *err)
{
    struct piece piece;

    if (strlen(format) >= KS_RESULT_MESSAGE_SIZE) {
        return ks_error_set(err, KS_ERROR_INVALID, "message of %zu bytes: must be at most %d", strlen(format),
                            KS_RESULT_MESSAGE_SIZE - 1);
    }
    while (*format) {
        const char *start = format;

        if (!next_piece(&format, &piece)) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "message \"%.*s\": may contain {value}, {value:.2f}, {value:bytes}, {value:duration}, "
                                "{label} with a label's name, and {{ for a brace",
                                (int)strcspn(start, "}") + 1, start);
        }
    }
    return 0;
}

/* A number that is rounded to zero has no sign. */
static void put_fixed(struct ks_buf *out, double value, int decimals)
{
    char text[FIXED_SIZE];
    bool negative_zero;

    snprintf(text, sizeof text, "%.*f", decimals, value);
    negative_zero = text[0] == '-' && text[1 + strspn(text + 1, "0.")] == '\0';
    ks_buf_printf(out, "%s", text + negative_zero);
}

/* One digit after the point, unless it is 0. */
static void put_tenths(struct ks_buf *out, double value)
{
    put_fixed(out, value, fmod(round(value * 10), 10) == 0 ? 0 : 1);
}

/* Needs at most 21 digits: 17, and the zeros of PLAIN_LEAST. */
void ks_promql_put_number(struct ks_buf *out, double value)
{
    bool plain = value == 0 || (fabs(value) >= PLAIN_LEAST && fabs(value) < PLAIN_MOST);
    char text[FIXED_SIZE];

    if (!isfinite(value)) {
        ks_buf_printf(out, "%s", isnan(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf");
        return;
    }
    for (int digits = plain ? 0 : 1; digits <= 21; digits++) {
        snprintf(text, sizeof text, plain ? "%.*f" : "%.*g", digits, value == 0 ? 0.0 : value);
        if (strtod(text, NULL) == value) {
            break;
        }
    }
    ks_buf_printf(out, "%s", text);
}

static void put_bytes(struct ks_buf *out, double value)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
    size_t unit = 0;

    /* A number that would be rounded to 1024 is 1 of the next unit. */
    while (unit + 1 < sizeof units / sizeof units[0] && fabs(value) >= (unit ? 1023.95 : 1023.5)) {
        value /= 1024;
        unit++;
    }
    if (unit) {
        put_tenths(out, value);
    } else {
        put_fixed(out, value, 0);
    }
    ks_buf_printf(out, " %s", units[unit]);
}

static void put_duration(struct ks_buf *out, double seconds)
{
    char text[KS_CLOCK_TEXT_SIZE];
    size_t first;

    if (seconds < 0) {
        ks_buf_literal(out, "-");
        seconds = -seconds;
    }
    if (seconds >= PLAIN_MOST) {
        ks_promql_put_number(out, seconds);
        ks_buf_literal(out, "s");
    } else if (seconds > 0 && round(seconds * 1000) < 1000) {
        put_fixed(out, seconds * 1000, 0);
        ks_buf_literal(out, "ms");
    } else if (seconds < 10) {
        put_tenths(out, seconds);
        ks_buf_literal(out, "s");
    } else {
        ks_clock_age_text((int64_t)llround(seconds), text);
        first = strcspn(text, "dhms") + 1;
        ks_buf_printf(out, "%.*s%s%s", (int)first, text, text[first] ? " " : "", text + first);
    }
}

static void put_value(struct ks_buf *out, const struct piece *piece, double value)
{
    if (!isfinite(value) || piece->kind == PIECE_VALUE) {
        ks_promql_put_number(out, value);
    } else if (piece->kind == PIECE_FIXED) {
        put_fixed(out, value, piece->decimals);
    } else if (piece->kind == PIECE_BYTES) {
        put_bytes(out, value);
    } else {
        put_duration(out, value);
    }
}

void ks_promql_format_put(struct ks_buf *out, const char *format, double value, ks_promql_label *label, void *arg)
{
    char name[KS_RESULT_MESSAGE_SIZE];
    struct piece piece;

    while (*format && next_piece(&format, &piece)) {
        if (piece.kind == PIECE_TEXT) {
            ks_buf_bytes(out, piece.text, piece.length);
        } else if (piece.kind == PIECE_LABEL) {
            snprintf(name, sizeof name, "%.*s", (int)piece.length, piece.text);
            ks_buf_printf(out, "%s", label(arg, name));
        } else {
            put_value(out, &piece, value);
        }
    }
}
