/* Keys by which the writer finds objects. */
#include "config.h"

#include <stdio.h>

#include "store/private.h"

int ks_store_make_key(char key[static OBJECT_KEY_SIZE], const char *one, const char *two, const char *three,
                      struct ks_error *err)
{
    int length = three ? snprintf(key, OBJECT_KEY_SIZE, "%s/%s/%s", one, two, three)
                       : snprintf(key, OBJECT_KEY_SIZE, "%s/%s", one, two);

    if (length >= OBJECT_KEY_SIZE) {
        return ks_error_set(err, KS_ERROR_LIMIT, "a name of more than %d bytes", OBJECT_KEY_SIZE - 1);
    }
    return 0;
}

struct controller *ks_controller_find(const struct ks_store *store, const char *kind, const char *namespace_name,
                                      const char *name)
{
    char key[OBJECT_KEY_SIZE];
    struct controller *controller;

    if (snprintf(key, sizeof key, "%s/%s/%s", kind, namespace_name, name) >= (int)sizeof key) {
        return NULL;
    }
    HASH_FIND_STR(store->controllers, key, controller);
    return controller;
}

struct pod *ks_pod_find(const struct ks_store *store, const char *namespace_name, const char *name)
{
    char key[OBJECT_KEY_SIZE];
    struct pod *pod;

    if (ks_store_make_key(key, namespace_name, name, NULL, NULL)) {
        return NULL;
    }
    HASH_FIND_STR(store->pods, key, pod);
    return pod;
}
