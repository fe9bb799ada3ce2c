/* Why a text is no JSON, in words for a person who wrote it. Pure. Threads: any. */
#ifndef KS_JSON_ERROR_H
#define KS_JSON_ERROR_H

#include <json-c/json.h>

/* Static, as "',' or ']' expected": to follow "no JSON: ". For json-c's values of no error, too. */
const char *ks_json_error_text(enum json_tokener_error error);

#endif
