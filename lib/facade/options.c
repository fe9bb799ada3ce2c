#include "config.h"

#include "facade/options.h"

#include <inttypes.h>
#include <string.h>

/* No struct of options will ever be larger: what is, was not initialised. */
#define SIZE_MOST 4096

int ks_options_take(void *to, const void *from, const struct ks_options_kind *kind, struct ks_error *err)
{
    const char *bytes = from;
    size_t size;

    memcpy(&size, from, sizeof size);
    if (size < kind->first_version || size > SIZE_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s: size %zu: must be set by %s_init", kind->name, size,
                            kind->name);
    }
    for (size_t i = kind->known; i < size; i++) {
        if (bytes[i]) {
            return ks_error_set(
                err, KS_ERROR_INVALID,
                "%s: member at byte %zu: must be zero, since this library knows only the first %zu bytes", kind->name,
                i, kind->known);
        }
    }
    memset(to, 0, kind->known);
    memcpy(to, from, size < kind->known ? size : kind->known);
    return 0;
}

int ks_options_number(int64_t *number, const struct ks_options_range *range, struct ks_error *err)
{
    if (*number == 0) {
        *number = range->otherwise;
        return 0;
    }
    if (*number < range->least || *number > range->most) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "%s %" PRId64 ": must be 0 for the default, or from %" PRId64 " to %" PRId64, range->name,
                            *number, range->least, range->most);
    }
    return 0;
}

int ks_options_size(size_t *size, const struct ks_options_range *range, struct ks_error *err)
{
    int64_t number;

    if (*size > (size_t)range->most) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s %zu: must be 0 for the default, or from %" PRId64 " to %" PRId64,
                            range->name, *size, range->least, range->most);
    }
    number = (int64_t)*size;
    if (ks_options_number(&number, range, err)) {
        return -1;
    }
    *size = (size_t)number;
    return 0;
}

int ks_options_check_namespaces(const struct ks_string_list *namespaces, const struct ks_string_list *excluded,
                                struct ks_error *err)
{
    for (size_t i = 0; i < namespaces->count; i++) {
        if (ks_string_list_find(excluded, namespaces->strings[i]) == excluded->count) {
            return 0;
        }
    }
    return namespaces->count == 0
               ? 0
               : ks_error_set(err, KS_ERROR_INVALID,
                              "ks_cluster_options.namespaces: must have one that is not in excluded_namespaces");
}
