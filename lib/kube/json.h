/* From one object in JSON to a struct ks_kube_object. A value of the wrong type counts as absent. Pure. Threads:
 * any. */
#ifndef KS_KUBE_JSON_H
#define KS_KUBE_JSON_H

#include <json-c/json.h>

#include "kube/private.h"

/* The object borrows from json and from the containers. KS_ERROR_PROTOCOL if json is not an object. */
int ks_kube_json_object(struct json_object *json, enum ks_kind kind, struct ks_kube_containers *containers,
                        struct ks_kube_object *object, struct ks_error *err);

/* Members of an object; NULL, "" or `otherwise` if absent. If json is NULL or not an object, all members are absent. */
struct json_object *ks_kube_json_get(struct json_object *json, const char *key);
const char *ks_kube_json_text(struct json_object *json, const char *key);
int32_t ks_kube_json_int(struct json_object *json, const char *key, int32_t otherwise);

/* The value itself, if it has the type; otherwise "" or `otherwise`. */
const char *ks_kube_json_text_of(struct json_object *json);
int32_t ks_kube_json_int_of(struct json_object *json, int32_t otherwise);

#endif
