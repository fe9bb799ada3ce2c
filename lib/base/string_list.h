/* A list of strings that grows. It owns its strings, and is NULL-terminated once it has any, so it can be walked either
 * way and handed on as a plain `char **`.
 *
 * A list that is all zero is empty. Functions that take an error return -1 only if out of memory; the list is still
 * valid then, and the caller releases it as always. Pure. Threads: a list belongs to its caller. */
#ifndef KS_BASE_STRING_LIST_H
#define KS_BASE_STRING_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

struct ks_string_list {
    char **strings; /* NULL-terminated; NULL if there are none */
    size_t count;
};

#define KS_CLEANUP_STRING_LIST __attribute__((cleanup(ks_string_list_fini)))

void ks_string_list_fini(struct ks_string_list *list);

/* Appends a copy of the text, or of its first `length` bytes. */
int ks_string_list_add(struct ks_string_list *list, const char *text, struct ks_error *err);
int ks_string_list_add_bytes(struct ks_string_list *list, const char *text, size_t length, struct ks_error *err);

/* Appends a copy of each string of a NULL-terminated array. `strings` may be NULL. */
int ks_string_list_add_all(struct ks_string_list *list, const char *const *strings, struct ks_error *err);

/* Sorts by strcmp and drops duplicates. */
void ks_string_list_sort(struct ks_string_list *list);

/* Index of the first string that equals the text; `count` if there is none. */
size_t ks_string_list_find(const struct ks_string_list *list, const char *text);

/* Empties the list and hands its strings over: NULL-terminated, or NULL if there were none. The caller releases them
 * with ks_string_list_free. */
char **ks_string_list_take(struct ks_string_list *list);

/* Frees a NULL-terminated array and its strings. NULL is fine. */
void ks_string_list_free(char **strings);

#endif
