#include "config.h"

#include "base/string_list.h"

#include <stdlib.h>
#include <string.h>

#include "base/array.h"

void ks_string_list_free(char **strings)
{
    for (char **string = strings; string && *string; string++) {
        free(*string);
    }
    free(strings);
}

void ks_string_list_fini(struct ks_string_list *list)
{
    ks_string_list_free(ks_string_list_take(list));
}

char **ks_string_list_take(struct ks_string_list *list)
{
    char **strings = list->strings;

    *list = (struct ks_string_list){.strings = NULL};
    return strings;
}

/* Room for one more string and the NULL behind it. */
static int grow(struct ks_string_list *list)
{
    size_t used = list->strings ? list->count + 1 : 0;
    char **grown;

    if (used == 0) {
        list->strings = calloc(2, sizeof *list->strings);
        return list->strings ? 0 : -1;
    }
    grown = ks_array_grow(list->strings, used, sizeof *grown);
    if (!grown) {
        return -1;
    }
    list->strings = grown;
    return 0;
}

int ks_string_list_add_bytes(struct ks_string_list *list, const char *text, size_t length, struct ks_error *err)
{
    char *copy = strndup(text, length);

    if (!copy || grow(list)) {
        free(copy);
        return ks_error_memory(err);
    }
    list->strings[list->count++] = copy;
    list->strings[list->count] = NULL;
    return 0;
}

int ks_string_list_add(struct ks_string_list *list, const char *text, struct ks_error *err)
{
    return ks_string_list_add_bytes(list, text, strlen(text), err);
}

int ks_string_list_add_all(struct ks_string_list *list, const char *const *strings, struct ks_error *err)
{
    for (; strings && *strings; strings++) {
        if (ks_string_list_add(list, *strings, err)) {
            return -1;
        }
    }
    return 0;
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(char *const *)one, *(char *const *)other);
}

void ks_string_list_sort(struct ks_string_list *list)
{
    size_t kept = 0;

    if (list->count == 0) {
        return;
    }
    qsort(list->strings, list->count, sizeof *list->strings, compare);
    for (size_t i = 1; i < list->count; i++) {
        if (strcmp(list->strings[kept], list->strings[i]) == 0) {
            free(list->strings[i]);
        } else {
            list->strings[++kept] = list->strings[i];
        }
    }
    list->count = kept + 1;
    list->strings[list->count] = NULL;
}

size_t ks_string_list_find(const struct ks_string_list *list, const char *text)
{
    size_t i = 0;

    while (i < list->count && strcmp(list->strings[i], text) != 0) {
        i++;
    }
    return i;
}
