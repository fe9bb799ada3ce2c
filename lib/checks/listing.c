/* Remembers which functions Python files have. */
#include "config.h"

#include "checks/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void forget(struct ks_listing *listing)
{
    free(listing->text);
    free(listing->functions);
    free(listing->reason);
    listing->text = NULL;
    listing->functions = NULL;
    listing->reason = NULL;
    listing->is_current = false;
}

void ks_listings_fini(struct ks_listings *listings)
{
    for (size_t i = 0; i < listings->count; i++) {
        forget(&listings->items[i]);
        free(listings->items[i].path);
    }
    free(listings->items);
    *listings = (struct ks_listings){.items = NULL};
}

/* Moves an old listing into the new one of the same file. */
static void take_over(struct ks_listing *listing, struct ks_listing *old, bool retries)
{
    bool is_same = old->stamp == listing->stamp;
    bool is_to_retry = old->is_current && old->reason && retries;

    listing->is_current = is_same && old->is_current && !is_to_retry;
    listing->is_retried = is_same && (old->is_retried || is_to_retry);
    listing->text = old->text;
    listing->functions = old->functions;
    listing->reason = old->reason;
    old->text = NULL;
    old->functions = NULL;
    old->reason = NULL;
}

/* Makes empty listings. */
static int init(struct ks_listings *listings, const struct ks_catalog *catalog, struct ks_error *err)
{
    *listings = (struct ks_listings){.items = calloc(catalog->unlisted_count + 1, sizeof *listings->items),
                                     .imports = catalog->imports};
    if (!listings->items) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < catalog->unlisted_count; i++) {
        struct ks_listing *listing = &listings->items[i];

        snprintf(listing->service, sizeof listing->service, "%s", catalog->unlisted[i].service);
        listing->stamp = catalog->unlisted[i].stamp;
        listing->path = strdup(catalog->unlisted[i].path);
        if (!listing->path) {
            return ks_error_memory(err);
        }
        listings->count++;
    }
    return 0;
}

int ks_listings_update(struct ks_listings *listings, const struct ks_catalog *catalog, bool retries,
                       struct ks_error *err)
{
    struct ks_listings updated;
    size_t old = 0;

    /* Move old listings only when nothing can fail any more. */
    if (init(&updated, catalog, err)) {
        ks_listings_fini(&updated);
        return -1;
    }
    /* Both are sorted by service. */
    for (size_t i = 0; i < updated.count; i++) {
        struct ks_listing *listing = &updated.items[i];
        int order = -1;

        while (old < listings->count && (order = strcmp(listings->items[old].service, listing->service)) < 0) {
            old++;
        }
        if (old < listings->count && order == 0) {
            take_over(listing, &listings->items[old++], retries || listings->imports != catalog->imports);
        }
    }
    ks_listings_fini(listings);
    *listings = updated;
    return 0;
}

static int compare(const void *service, const void *listing)
{
    return strcmp(service, ((const struct ks_listing *)listing)->service);
}

struct ks_listing *ks_listings_find(const struct ks_listings *listings, const char *service)
{
    return listings->count ? bsearch(service, listings->items, listings->count, sizeof *listings->items, compare)
                           : NULL;
}

bool ks_listing_is_known(const struct ks_listing *listing)
{
    return listing->functions || listing->reason;
}

/* Cuts the text into lines and returns pointers to them, without empty lines. */
static char **split(char *text)
{
    size_t count = 0;
    char **lines;

    for (const char *at = text; *at; at++) {
        count += *at == '\n';
    }
    lines = calloc(count + 2, sizeof *lines);
    count = 0;
    while (lines && *text) {
        size_t length = strcspn(text, "\n");
        bool is_last = !text[length];

        text[length] = '\0';
        if (length > 0) {
            lines[count++] = text;
        }
        text += length + !is_last;
    }
    return lines;
}

int ks_listing_set(struct ks_listing *listing, const char *output, const char *reason, struct ks_error *err)
{
    forget(listing);
    if (reason) {
        listing->reason = strdup(reason);
    } else {
        listing->text = strdup(output);
        listing->functions = listing->text ? split(listing->text) : NULL;
    }
    if (!listing->reason && !listing->functions) {
        forget(listing);
        return ks_error_memory(err);
    }
    listing->is_current = true;
    listing->is_retried = false;
    return 0;
}
