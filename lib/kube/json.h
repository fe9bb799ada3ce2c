/* Makes a struct ks_kube_object of one object in JSON. A value of the wrong type is an absent one. Threads: any. */
#ifndef KS_KUBE_JSON_H
#define KS_KUBE_JSON_H

#include <json-c/json.h>

#include "kube/private.h"

/* The object is a view into json and the containers. KS_ERROR_PROTOCOL where json is no object. */
int ks_kube_json_object(struct json_object *json, enum ks_kind kind, struct ks_kube_containers *containers,
                        struct ks_kube_object *object, struct ks_error *err);

/* Members of an object; NULL, "", 0 where absent. json may be NULL or no object: then all are absent. */
struct json_object *ks_kube_json_get(struct json_object *json, const char *key);
const char *ks_kube_json_text(struct json_object *json, const char *key);
int32_t ks_kube_json_int(struct json_object *json, const char *key, int32_t otherwise);

/* The value itself. */
const char *ks_kube_json_text_of(struct json_object *json);
int32_t ks_kube_json_int_of(struct json_object *json, int32_t otherwise);

#endif
