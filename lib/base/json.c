#include "config.h"

#include "base/json.h"

#include <string.h>

#define DIGITS "0123456789"

const char *ks_json_error_text(enum json_tokener_error error)
{
    switch (error) {
    case json_tokener_continue:
    case json_tokener_error_parse_eof:
        return "it ends too early";
    case json_tokener_error_depth:
        return "nesting too deep";
    case json_tokener_error_parse_null:
        return "null expected";
    case json_tokener_error_parse_boolean:
        return "true or false expected";
    case json_tokener_error_parse_number:
        return "number expected";
    case json_tokener_error_parse_array:
        return "',' or ']' expected";
    case json_tokener_error_parse_object_key_name:
        return "name in double quotes expected";
    case json_tokener_error_parse_object_key_sep:
        return "':' expected";
    case json_tokener_error_parse_object_value_sep:
        return "',' or '}' expected";
    case json_tokener_error_parse_string:
        return "invalid escape";
    case json_tokener_error_parse_utf8_string:
        return "invalid UTF-8";
    default:
        return "unexpected character";
    }
}

/* Advances past one digit or more; false if there is none. */
static bool skip_digits(const char **text)
{
    size_t count = strspn(*text, DIGITS);

    *text += count;
    return count > 0;
}

bool ks_json_is_number(const char *text)
{
    const char *whole = text + (*text == '-');

    text = whole;
    if (!skip_digits(&text) || (*whole == '0' && text > whole + 1)) {
        return false;
    }
    if (*text == '.') {
        text++;
        if (!skip_digits(&text)) {
            return false;
        }
    }
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        if (!skip_digits(&text)) {
            return false;
        }
    }
    return *text == '\0';
}
