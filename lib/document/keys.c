/* The names in a document: no service and no check may be there twice. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "document/private.h"

/* All keys are in the document, too; only slashes and NULs are added. */
#define KEYS_CEILING ((size_t)2 * KS_DOCUMENT_MOST)

void ks_peer_keys_init(struct ks_peer_keys *keys)
{
    *keys = (struct ks_peer_keys){.count = 0};
    ks_buf_init(&keys->text, KEYS_CEILING);
}

void ks_peer_keys_fini(struct ks_peer_keys *keys)
{
    ks_buf_fini(&keys->text);
}

void ks_peer_keys_add(struct ks_peer_keys *keys, bool gone, const char *one, const char *two, const char *three)
{
    ks_buf_bytes(&keys->text, gone ? "-" : "+", 1);
    ks_buf_bytes(&keys->text, one, strlen(one));
    ks_buf_literal(&keys->text, "/");
    ks_buf_bytes(&keys->text, two, strlen(two));
    if (three) {
        ks_buf_literal(&keys->text, "/");
        ks_buf_bytes(&keys->text, three, strlen(three));
    }
    ks_buf_literal(&keys->text, "\0");
    keys->count++;
}

static int compare(const void *one, const void *other)
{
    return strcmp(*(const char *const *)one + 1, *(const char *const *)other + 1);
}

static bool contradict(const char *one, const char *other)
{
    return strcmp(one + 1, other + 1) == 0 && (one[0] == '+' || other[0] == '+');
}

int ks_peer_keys_check(const struct ks_peer_keys *keys, const char *what, struct ks_error *err)
{
    const char **sorted;
    const char *key = keys->text.data;
    const char *twice = NULL;

    if (ks_buf_check(&keys->text, err)) {
        return -1;
    }
    sorted = calloc(keys->count + 1, sizeof *sorted);
    if (!sorted) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < keys->count; i++) {
        sorted[i] = key;
        key += strlen(key) + 1;
    }
    qsort(sorted, keys->count, sizeof *sorted, compare);
    for (size_t i = 1; i < keys->count && !twice; i++) {
        twice = contradict(sorted[i - 1], sorted[i]) ? sorted[i] + 1 : NULL;
    }
    free(sorted);
    return twice ? ks_error_set(err, KS_ERROR_PROTOCOL, "%s %s is given twice: must be given once", what, twice) : 0;
}
