/* What Python files were found to hold, so that none is asked twice. Threads: one at a time. */
#ifndef KS_CHECKS_LISTING_H
#define KS_CHECKS_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"

struct ks_listing {
    char service[KS_NAME_SIZE]; /* it has one Python file */
    char *path;                 /* of the file, owned */
    uint64_t stamp;             /* of the file */
    bool is_current;            /* of the file as it is; else what follows is of what it was */
    bool is_retried;            /* a failure that is tried again */
    bool is_asked;              /* the loader's */
    char *text;                 /* owned: what the functions point into */
    char **functions;           /* NULL-terminated, owned; NULL where nothing is known, or there are none */
    char *reason;               /* why there are none, owned; or NULL */
};

/* One for each of a catalog's unlisted files, in their order. */
struct ks_listings {
    struct ks_listing *items; /* owned */
    size_t count;
    uint64_t imports; /* the catalog's */
};

/* Makes them those of this catalog: what was learnt of its files stays, what was learnt of others is forgotten. With
 * `retries`, or where what a file may import has changed, failures are to be tried again. -1 only without memory: then
 * they are what they were. */
int ks_listings_update(struct ks_listings *listings, const struct ks_catalog *catalog, bool retries,
                       struct ks_error *err);
void ks_listings_fini(struct ks_listings *listings);
/* NULL where the service has no Python file. */
struct ks_listing *ks_listings_find(const struct ks_listings *listings, const char *service);
/* Something is known of the file, or was. */
bool ks_listing_is_known(const struct ks_listing *listing);

/* The output has a name on each line; with a reason it is not looked at. */
int ks_listing_set(struct ks_listing *listing, const char *output, const char *reason, struct ks_error *err);

#endif
