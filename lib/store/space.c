/* Namespaces that have budgets, or services that those may cover. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

struct space *ks_space_get(struct ks_store *store, const char *name)
{
    size_t size = strlen(name) + 1;
    struct space *space;

    HASH_FIND_STR(store->spaces, name, space);
    if (space) {
        return space;
    }
    space = calloc(1, sizeof *space + size);
    if (!space) {
        return NULL;
    }
    memcpy(space->name, name, size);
    HASH_ADD_STR(store->spaces, name, space);
    if (!space->hh.tbl) {
        free(space);
        return NULL;
    }
    return space;
}

void ks_space_release(struct ks_store *store, struct space *space)
{
    if (!space->budgets && !space->guesses) {
        HASH_DEL(store->spaces, space); /* NOLINT(clang-analyzer-core.NullDereference): uthash */
        free(space);
    }
}
