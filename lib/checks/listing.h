/* The functions of Python files, so that no file is listed twice. Threads: one at a time. */
#ifndef KS_CHECKS_LISTING_H
#define KS_CHECKS_LISTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"

struct ks_listing {
    char service[KS_NAME_SIZE]; /* has one Python file */
    char *path;                 /* of the file; owned */
    uint64_t stamp;             /* of the file */
    bool is_current;            /* listed since the file changed; otherwise, what follows is older */
    bool is_retried;            /* it failed, and is being tried again */
    bool is_running;            /* for the loader */
    char *text;                 /* the functions point into it; owned */
    char **functions;           /* NULL-terminated, owned; NULL if unknown, or if it failed */
    char *reason;               /* why it failed, owned; or NULL */
};

/* One for each unlisted file of a catalog, in the same order. */
struct ks_listings {
    struct ks_listing *items; /* owned */
    size_t count;
    uint64_t imports; /* the catalog's */
};

/* Adapts the listings to a catalog: keeps those of its files, drops the others. With `retries`, or if a file that may
 * be imported has changed, failed listings are to be tried again. -1 only if out of memory: then nothing has
 * changed. */
int ks_listings_update(struct ks_listings *listings, const struct ks_catalog *catalog, bool retries,
                       struct ks_error *err);
void ks_listings_fini(struct ks_listings *listings);
/* NULL if the service has no Python file. */
struct ks_listing *ks_listings_find(const struct ks_listings *listings, const char *service);
/* Whether the file has ever been listed. */
bool ks_listing_is_known(const struct ks_listing *listing);

/* Sets the functions, one on each line of `output`, or the reason of a failure. */
int ks_listing_set(struct ks_listing *listing, const char *output, const char *reason, struct ks_error *err);

#endif
