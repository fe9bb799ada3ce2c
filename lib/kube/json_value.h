/* Reading values of JSON that need not have the type that they should have. If json is NULL or not an object, all of
 * its members are absent. Pure. Threads: any. */
#ifndef KS_KUBE_JSON_VALUE_H
#define KS_KUBE_JSON_VALUE_H

#include <json-c/json.h>

#include "kube/object.h"

/* NULL if absent. */
struct json_object *ks_kube_json_get(struct json_object *json, const char *key);
/* Down through several objects. The path ends with NULL. */
struct json_object *ks_kube_json_at(struct json_object *json, const char *const *path);

/* Members: "", `otherwise`, false or 0 if absent. A number that does not fit becomes the nearest one that does, so that
 * it is not mistaken for one that is absent. */
const char *ks_kube_json_text(struct json_object *json, const char *key);
int32_t ks_kube_json_int(struct json_object *json, const char *key, int32_t otherwise);
int64_t ks_kube_json_int64(struct json_object *json, const char *key);
bool ks_kube_json_bool(struct json_object *json, const char *key);
int64_t ks_kube_json_time(struct json_object *json, const char *key);
struct ks_portion ks_kube_json_portion(struct json_object *json, const char *key);

/* The value itself, if it has the type. */
const char *ks_kube_json_text_of(struct json_object *json);
int32_t ks_kube_json_int_of(struct json_object *json, int32_t otherwise);
/* Whether it is a text without a NUL in it. */
bool ks_kube_json_is_text(struct json_object *json);

/* A list of objects: a value that is not a list has no elements, and an element that is not an object is NULL. */
size_t ks_kube_json_length(struct json_object *list);
struct json_object *ks_kube_json_element(struct json_object *list, size_t index);

#endif
