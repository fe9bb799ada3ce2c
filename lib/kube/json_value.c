#include "config.h"

#include "kube/json_value.h"

#include <string.h>

#include "kube/private.h"
#include "kube/time.h"

struct json_object *ks_kube_json_get(struct json_object *json, const char *key)
{
    struct json_object *value;

    if (!json_object_is_type(json, json_type_object) || !json_object_object_get_ex(json, key, &value)) {
        return NULL;
    }
    return value;
}

struct json_object *ks_kube_json_at(struct json_object *json, const char *const *path)
{
    for (; *path; path++) {
        json = ks_kube_json_get(json, *path);
    }
    return json;
}

const char *ks_kube_json_text_of(struct json_object *json)
{
    return json_object_is_type(json, json_type_string) ? json_object_get_string(json) : "";
}

const char *ks_kube_json_text(struct json_object *json, const char *key)
{
    return ks_kube_json_text_of(ks_kube_json_get(json, key));
}

bool ks_kube_json_is_text(struct json_object *json)
{
    return json_object_is_type(json, json_type_string) &&
           strlen(json_object_get_string(json)) == (size_t)json_object_get_string_len(json);
}

int32_t ks_kube_json_int_of(struct json_object *json, int32_t otherwise)
{
    if (json_object_is_type(json, json_type_int)) {
        return ks_kube_int32(json_object_get_int64(json));
    }
    /* 1e99 is a number, too. A fraction is not a count. */
    if (json_object_is_type(json, json_type_double)) {
        double number = json_object_get_double(json);

        return number > INT32_MAX ? INT32_MAX : number < INT32_MIN ? INT32_MIN : otherwise;
    }
    return otherwise;
}

int32_t ks_kube_json_int(struct json_object *json, const char *key, int32_t otherwise)
{
    return ks_kube_json_int_of(ks_kube_json_get(json, key), otherwise);
}

int64_t ks_kube_json_int64(struct json_object *json, const char *key)
{
    struct json_object *value = ks_kube_json_get(json, key);

    return json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;
}

bool ks_kube_json_bool(struct json_object *json, const char *key)
{
    struct json_object *value = ks_kube_json_get(json, key);

    return json_object_is_type(value, json_type_boolean) && json_object_get_boolean(value);
}

int64_t ks_kube_json_time(struct json_object *json, const char *key)
{
    return ks_kube_time(ks_kube_json_text(json, key));
}

struct ks_portion ks_kube_json_portion(struct json_object *json, const char *key)
{
    struct json_object *value = ks_kube_json_get(json, key);

    if (json_object_is_type(value, json_type_int)) {
        return ks_kube_portion_of_number(ks_kube_json_int_of(value, 0));
    }
    return ks_kube_portion_of_text(ks_kube_json_text_of(value));
}

size_t ks_kube_json_length(struct json_object *list)
{
    return json_object_is_type(list, json_type_array) ? json_object_array_length(list) : 0;
}

struct json_object *ks_kube_json_element(struct json_object *list, size_t index)
{
    struct json_object *element = json_object_array_get_idx(list, index);

    return json_object_is_type(element, json_type_object) ? element : NULL;
}
