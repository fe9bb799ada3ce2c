/* Questions that json-c does not answer: why a text is not JSON, and whether a number is valid JSON. Pure. Threads:
 * any. */
#ifndef KS_BASE_JSON_H
#define KS_BASE_JSON_H

#include <json-c/json.h>
#include <stdbool.h>

/* A static text such as "',' or ']' expected", in words for the person who wrote the JSON. It fits values that are not
 * errors, too. */
const char *ks_json_error_text(enum json_tokener_error error);

/* Whether the text is a number of RFC 8259, section 6. json-c also parses NaN, 01.5, 1. and -.5, and prints them as
 * they were written. */
bool ks_json_is_number(const char *text);

#endif
