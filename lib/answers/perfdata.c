/* Reads the performance data of monitoring plugins. */
#include "config.h"

#include "answers/perfdata.h"

#include <json-c/json.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/escape.h"

#define DIGITS      "0123456789"
#define PRINT       (JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE)
#define LABEL_SHOWN 64

/* One label=value, cut out of the text. */
struct datum {
    char *label;
    char *value; /* NULL if it has none */
};

static bool is_unit(const char *text)
{
    return strpbrk(text, DIGITS "'\"") == NULL;
}

/* Reads a number as plugins write it and puts it as JSON: "+03,50" becomes 3.50. Returns the bytes read; 0: not a
 * number. */
static size_t read_number(const char *text, struct ks_buf *number)
{
    const char *at = text + (*text == '+' || *text == '-');
    size_t whole = strspn(at, DIGITS);
    size_t zeros = strspn(at, "0");
    size_t decimals = at[whole] == '.' || at[whole] == ',' ? strspn(at + whole + 1, DIGITS) : 0;

    if (whole + decimals == 0) {
        return 0;
    }
    ks_buf_reset(number);
    ks_buf_bytes(number, "-", *text == '-');
    ks_buf_bytes(number, at + zeros, whole - zeros);
    ks_buf_bytes(number, "0", whole == zeros);
    at += whole;
    if (decimals) {
        ks_buf_literal(number, ".");
        ks_buf_bytes(number, at + 1, decimals);
    }
    at += *at == '.' || *at == ',' ? decimals + 1 : 0;
    if (*at == 'e' || *at == 'E') {
        size_t sign = at[1] == '+' || at[1] == '-';
        size_t digits = strspn(at + 1 + sign, DIGITS);

        ks_buf_bytes(number, at, digits ? 1 + sign + digits : 0);
        at += digits ? 1 + sign + digits : 0;
    }
    return (size_t)(at - text);
}

/* NULL, which is JSON's null, if the number is too large for a double. */
static struct json_object *number_object(const struct ks_buf *number)
{
    double value = strtod(number->data, NULL);

    return isfinite(value) ? json_object_new_double_s(value, number->data) : NULL;
}

static void add(struct json_object *object, const char *name, struct json_object *value)
{
    if (json_object_object_add(object, name, value)) {
        json_object_put(value);
    }
}

static void add_text(struct json_object *object, const char *name, const char *text)
{
    if (text && text[0]) {
        add(object, name, json_object_new_string(text));
    }
}

static void mistake(struct ks_answer *answer, const char *label, const char *what)
{
    ks_answer_mistake(answer, "performance data \"%.*s\": %s", LABEL_SHOWN, label, what);
}

/* Adds min or max, whose unit is the value's. False if it is not a number. */
static bool add_number(struct json_object *object, const char *name, const char *text, struct ks_buf *number)
{
    size_t length;

    if (!text || text[0] == '\0' || strcmp(text, "U") == 0) {
        return true;
    }
    length = read_number(text, number);
    if (length == 0 || !is_unit(text + length)) {
        return false;
    }
    add(object, name, number_object(number));
    return true;
}

/* False if it breaks the rules. */
static bool read_fields(struct json_object *object, char *fields, struct ks_buf *number)
{
    const char *value = strsep(&fields, ";");
    const char *warn = strsep(&fields, ";");
    const char *crit = strsep(&fields, ";");
    const char *min = strsep(&fields, ";");
    const char *max = strsep(&fields, ";");
    bool unknown = strcmp(value, "U") == 0;
    size_t length = read_number(value, number);

    if ((length == 0 && !unknown) || !is_unit(value + length)) {
        return false;
    }
    add(object, "value", unknown ? NULL : number_object(number));
    add(object, "unit", json_object_new_string(unknown ? "" : value + length));
    add_text(object, "warn", warn);
    add_text(object, "crit", crit);
    return add_number(object, "min", min, number) && add_number(object, "max", max, number) &&
           !(fields && fields[strspn(fields, ";")]);
}

/* Reads a label in single quotes; two in a row stand for one. Returns what follows; NULL if the quote is not closed. */
static char *read_quoted(char *at)
{
    char *to = at;

    for (at++; *at; at++) {
        if (*at == '\'') {
            if (at[1] != '\'') {
                *to = '\0';
                return at + 1;
            }
            at++;
        }
        *to++ = *at;
    }
    *to = '\0';
    return NULL;
}

/* False at the end of the text. */
static bool next_datum(char **text, struct datum *datum)
{
    char *at = *text + strspn(*text, " ");
    char *end;

    *datum = (struct datum){.label = at};
    if (*at == '\0') {
        return false;
    }
    end = *at == '\'' ? read_quoted(at) : at + strcspn(at, "= ");
    if (!end) {
        *text = at + strlen(at);
        return true;
    }
    if (*end == '=') {
        datum->value = end + 1;
    }
    *text = end + strcspn(end, " ");
    if (**text) {
        *(*text)++ = '\0';
    }
    *end = '\0';
    return true;
}

static void add_datum(struct json_object *object, const struct datum *datum, struct ks_buf *number,
                      struct ks_answer *answer)
{
    struct json_object *fields;

    if (json_object_object_get_ex(object, datum->label, NULL)) {
        mistake(answer, datum->label, "given twice");
        return;
    }
    fields = json_object_new_object();
    if (datum->label[0] && datum->value && fields && read_fields(fields, datum->value, number)) {
        add(object, datum->label, fields);
        return;
    }
    mistake(answer, datum->label,
            "must be label=value[unit];[warn];[crit];[min];[max], with single quotes around a label with spaces");
    json_object_put(fields);
}

int ks_nagios_perfdata(struct ks_buf *out, const char *text, struct ks_answer *answer, struct ks_error *err)
{
    struct json_object *object;
    struct ks_buf line KS_CLEANUP_BUF;
    struct ks_buf number KS_CLEANUP_BUF;
    struct datum datum;
    const char *json;

    ks_buf_init(&line, 3 * strlen(text));
    ks_buf_init(&number, strlen(text) + 1);
    ks_buf_line(&line, text);
    /* Reserve the room that any number may need: read_number cannot report that there was none. */
    ks_buf_bytes(&number, text, strlen(text) + 1);
    if (ks_buf_check(&line, err) || ks_buf_check(&number, err)) {
        return -1;
    }
    object = json_object_new_object();
    for (char *at = line.data; object && next_datum(&at, &datum);) {
        add_datum(object, &datum, &number, answer);
    }
    json = object ? json_object_to_json_string_ext(object, PRINT) : NULL;
    if (json) {
        ks_buf_bytes(out, json, strlen(json));
    }
    json_object_put(object);
    return json ? 0 : ks_error_memory(err);
}
