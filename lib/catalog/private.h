/* The catalog's inside: check_catalog.c keeps it in order, check_catalog_add.c lets it grow, check_catalog_scan.c reads
 * the folder. */
#ifndef KS_CATALOG_PRIVATE_H
#define KS_CATALOG_PRIVATE_H

#include "catalog/catalog.h"
#include "catalog/conf.h"

#define KS_CATALOG_MOST 10000 /* checks, refusals and files to be listed, all together */

/* As ks_hash, of a text with its NUL; NULL is a text of its own. */
uint64_t ks_catalog_hash_text(uint64_t hash, const char *text);

/* Another one where a definition or a refusal is another. */
uint64_t ks_catalog_digest(const struct ks_catalog *catalog);

/* Where something was found. Borrowed. */
struct ks_catalog_place {
    const char *service; /* "" where it has no name */
    const char *check;   /* "": all of the file */
    const char *file;    /* relative to the folder */
};

/* A check that was found; not judged yet. Borrowed. */
struct ks_catalog_found {
    struct ks_catalog_place place;
    enum ks_definition_kind kind;
    const char *path;
    const struct ks_conf *conf;          /* or NULL */
    const struct ks_promql_check *query; /* of KS_DEFINITION_PROMETHEUS */
    uint64_t stamp;                      /* of the file */
};

/* Appends one. Past the most there is one last refusal, which says so, and no more. */
int ks_catalog_refuse(struct ks_catalog *catalog, const struct ks_catalog_place *place, const char *reason,
                      struct ks_error *err);
/* Appends the check, or a refusal where its name is not accepted. */
int ks_catalog_add(struct ks_catalog *catalog, const struct ks_checks_options *options,
                   const struct ks_catalog_found *found, struct ks_error *err);
/* Whether nothing more is taken. */
bool ks_catalog_is_full(const struct ks_catalog *catalog);

/* Sorts the definitions from `first` up to `end`, which are all of one service; of two with the same name the later
 * sort is refused. */
int ks_catalog_settle(struct ks_catalog *catalog, size_t first, size_t end, struct ks_error *err);
/* Refuses the sections that no check of the service has, once those are settled; conf may be NULL. Nothing is said of
 * a section where a refusal of its check, or of a whole file, has told enough. */
int ks_catalog_check_sections(struct ks_catalog *catalog, const char *service, const struct ks_conf *conf,
                              struct ks_error *err);
void ks_catalog_sort_refusals(struct ks_catalog *catalog);

#endif
