/* The parts of a catalog: catalog.c keeps it in order, add.c adds to it, scan.c reads the folder. */
#ifndef KS_CATALOG_PRIVATE_H
#define KS_CATALOG_PRIVATE_H

#include "catalog/catalog.h"
#include "catalog/conf.h"

#define KS_CATALOG_MOST 10000 /* checks, refusals and files to list, all together */

/* ks_hash of a text with its NUL. NULL differs from every text. */
uint64_t ks_catalog_hash_text(uint64_t hash, const char *text);

/* Where something was found. Borrowed. */
struct ks_catalog_place {
    const char *service; /* "" if it has no valid name */
    const char *check;   /* "": the whole file */
    const char *file;    /* relative to the folder */
};

/* A check that was found, before it is judged. Borrowed. */
struct ks_catalog_found {
    struct ks_catalog_place place;
    enum ks_definition_kind kind;
    const char *path;
    const struct ks_conf *conf;          /* or NULL */
    const struct ks_promql_check *query; /* for KS_DEFINITION_PROMETHEUS */
    uint64_t stamp;                      /* of the file */
};

/* Appends a refusal. If the catalog is full, one last refusal says so. */
int ks_catalog_refuse(struct ks_catalog *catalog, const struct ks_catalog_place *place, const char *reason,
                      struct ks_error *err);
/* Appends the check, or a refusal if its name is invalid. */
int ks_catalog_add(struct ks_catalog *catalog, const struct ks_checks_options *options,
                   const struct ks_catalog_found *found, struct ks_error *err);
/* Whether nothing more can be added. */
bool ks_catalog_is_full(const struct ks_catalog *catalog);

/* Sorts the definitions of one service, which are those from `first` up to `end`. If two have the same name, refuses
 * the one of the later kind. */
int ks_catalog_settle(struct ks_catalog *catalog, size_t first, size_t end, struct ks_error *err);
/* Refuses sections without a check, once the definitions are settled; conf may be NULL. Ignores a section if its check,
 * or a whole file of the service, has been refused already. */
int ks_catalog_check_sections(struct ks_catalog *catalog, const char *service, const struct ks_conf *conf,
                              struct ks_error *err);
void ks_catalog_sort_refusals(struct ks_catalog *catalog);

#endif
