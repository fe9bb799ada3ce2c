/* Options that callers filled: taken over whatever version of the header they were compiled with, and checked.
 * Pure. Threads: any. */
#ifndef KS_FACADE_OPTIONS_H
#define KS_FACADE_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/string_list.h"

/* A struct that begins with `size_t size`. */
struct ks_options_kind {
    const char *name;     /* "ks_cluster_options" */
    size_t known;         /* bytes that we know */
    size_t first_version; /* bytes that the first version had */
};

/* Copies what the caller has to `to`, of kind->known bytes; members that the caller does not know are zero. from: not
 * NULL. KS_ERROR_INVALID if it was not initialised, or sets members that we do not know. */
int ks_options_take(void *to, const void *from, const struct ks_options_kind *kind, struct ks_error *err);

/* A number of `name` in milliseconds, bytes or pixels: 0 becomes the default. KS_ERROR_INVALID unless it is in the
 * range. */
struct ks_options_range {
    const char *name;
    int64_t least, most, otherwise;
};
int ks_options_number(int64_t *number, const struct ks_options_range *range, struct ks_error *err);
/* The same for a size. */
int ks_options_size(size_t *size, const struct ks_options_range *range, struct ks_error *err);

/* KS_ERROR_INVALID if the excluded namespaces leave nothing of those to watch. An empty list watches all. */
int ks_options_check_namespaces(const struct ks_string_list *namespaces, const struct ks_string_list *excluded,
                                struct ks_error *err);

#endif
