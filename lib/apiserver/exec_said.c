#include "config.h"

#include "apiserver/exec_said.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/trim.h"
#include "base/utf8.h"

#define TEXT_MOST    4096 /* bytes at the end that are looked at */
#define SECRET_LEAST 4    /* characters */
#define LINE_SIZE    1024 /* what is longer is cut before it is shortened to fit */
#define RANDOM_LEAST 20   /* characters of a word that looks random */
#define HEX_LEAST    32
#define PARTING      "; "

/* ---- secrets ---- */

static bool is_letter_or_digit(char byte)
{
    return isalnum((unsigned char)byte) != 0;
}

/* Keys and tokens are words of one alphabet: base64, its form for URLs, or hexadecimal digits. */
static size_t word_length(const char *text)
{
    size_t length = 0;

    while (is_letter_or_digit(text[length]) || (text[length] && strchr("_-+", text[length]))) {
        length++;
    }
    return length;
}

static bool looks_random(const char *word, size_t length)
{
    size_t upper = 0, lower = 0, digits = 0, hex = 0;

    for (size_t i = 0; i < length; i++) {
        upper += isupper((unsigned char)word[i]) != 0;
        lower += islower((unsigned char)word[i]) != 0;
        digits += isdigit((unsigned char)word[i]) != 0;
        hex += isxdigit((unsigned char)word[i]) != 0;
    }
    return (length >= RANDOM_LEAST && upper && lower && digits) || (length >= HEX_LEAST && hex == length && digits);
}

static size_t value_length(const char *text)
{
    return strcspn(text, " \t\"'`,;&)]}");
}

/* Length of "token=", "password: " or "Bearer " before a value that is to be hidden; 0 if the text does not begin so.
 * After a colon or a space a word without digits is more likely language: "token: expired". */
static size_t introduction(const char *text)
{
    static const char *const names[] = {"token",   "password", "passwd", "passphrase", "secret",
                                        "api_key", "api-key",  "apikey", "access_key", "bearer"};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t length = strlen(names[i]);
        const char *value;

        if (strncasecmp(text, names[i], length) != 0) {
            continue;
        }
        value = text + length + strspn(text + length, "\"' \t:=");
        if (value_length(value) && memchr(text + length, '=', (size_t)(value - text) - length)) {
            return (size_t)(value - text);
        }
        if (value > text + length && strcspn(value, "0123456789") < value_length(value)) {
            return (size_t)(value - text);
        }
    }
    return 0;
}

/* Appends a line without what looks like a secret. */
static void put_line(struct ks_buf *out, const char *line)
{
    while (*line) {
        size_t length = introduction(line);
        size_t word = word_length(line);

        if (length) {
            ks_buf_bytes(out, line, length);
            ks_buf_literal(out, KS_UTF8_ELLIPSIS);
            line += length + value_length(line + length);
        } else if (word && looks_random(line, word)) {
            ks_buf_literal(out, KS_UTF8_ELLIPSIS);
            line += word;
        } else {
            ks_buf_bytes(out, line++, 1);
        }
    }
}

/* Whether "NAME=value" is a secret that is worth hiding: a shorter one would be found in many words. */
static bool is_secret(const char *variable)
{
    static const char *const words[] = {"TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "KEY", "CREDENTIAL"};
    size_t length = strcspn(variable, "=");

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        const char *word = strcasestr(variable, words[i]);

        if (word && (size_t)(word - variable) < length) {
            return variable[length] && strlen(variable + length + 1) >= SECRET_LEAST;
        }
    }
    return false;
}

/* Overwrites what the plugin was told in secret. */
static void hide(char *text, size_t length, char *const *environment)
{
    for (; environment && *environment; environment++) {
        const char *value = strchr(*environment, '=') + 1;
        char *place = text;

        while (is_secret(*environment) &&
               (place = memmem(place, length - (size_t)(place - text), value, strlen(value)))) {
            memset(place, '*', strlen(value));
        }
    }
}

/* ---- lines ---- */

/* Removes terminal sequences such as "\e[31m" in place. */
static void remove_sequences(char *line)
{
    char *to = line;

    while (*line) {
        if (line[0] == '\033' && line[1] == '[') {
            line += 2 + strspn(line + 2, "0123456789;?");
            line += *line != '\0';
        } else {
            *to++ = *line++;
        }
    }
    *to = '\0';
}

/* Finds the line that ends at *end, and moves *end before it. */
static const char *last_line(const char *text, const char **end, size_t *length)
{
    const char *start = *end;

    while (start > text && start[-1] != '\n' && start[-1] != '\r') {
        start--;
    }
    *length = (size_t)(*end - start);
    *end = start > text ? start - 1 : start;
    return start;
}

/* Makes a line fit for the log; "" if nothing is left of it. */
static void clean(char clean[static LINE_SIZE], const char *line, size_t length)
{
    char copy[LINE_SIZE];
    char plain[LINE_SIZE];
    struct ks_buf masked;
    size_t kept = length < sizeof copy - 1 ? length : sizeof copy - 1;

    memcpy(copy, line, kept);
    copy[kept] = '\0';
    remove_sequences(copy);
    (void)ks_utf8_line(plain, sizeof plain, copy);
    ks_buf_init_fixed(&masked, clean, LINE_SIZE);
    put_line(&masked, ks_trim(plain, KS_SPACES));
}

/* Puts a line before what is there. False if it does not fit. */
static bool put_before(char said[static KS_EXEC_SAID_SIZE], const char *line)
{
    size_t length = strlen(line);
    size_t parting = said[0] ? strlen(PARTING) : 0;
    size_t rest = strlen(said);

    if (length + parting + rest >= KS_EXEC_SAID_SIZE) {
        return false;
    }
    memmove(said + length + parting, said, rest + 1);
    memcpy(said, line, length);
    memcpy(said + length, PARTING, parting);
    return true;
}

void ks_exec_said(char said[static KS_EXEC_SAID_SIZE], const struct ks_buf *errors, char *const *environment)
{
    char text[TEXT_MOST];
    size_t length = errors->length < sizeof text ? errors->length : sizeof text;
    const char *end = text + length;
    bool fits = true;

    memcpy(text, errors->data + errors->length - length, length);
    hide(text, length, environment);
    said[0] = '\0';
    while (fits && end > text) {
        char line[LINE_SIZE];
        size_t line_length;
        const char *start = last_line(text, &end, &line_length);

        clean(line, start, line_length);
        if (!said[0] && strlen(line) >= KS_EXEC_SAID_SIZE) {
            ks_utf8_shorten(line, KS_EXEC_SAID_SIZE);
        }
        fits = !line[0] || put_before(said, line);
    }
}
