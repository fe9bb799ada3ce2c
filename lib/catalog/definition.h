/* A custom check and its settings, as found in the folder; or a file that was refused. Plain data, except for what it
 * owns. Threads: any. */
#ifndef KS_CATALOG_DEFINITION_H
#define KS_CATALOG_DEFINITION_H

#include <stddef.h>
#include <stdint.h>

#include "answers/answer.h"
#include "answers/promql.h"
#include "health/names.h"

enum ks_definition_kind {
    KS_DEFINITION_MODULE,
    KS_DEFINITION_PYTHON,
    KS_DEFINITION_PROGRAM,
    KS_DEFINITION_PROMETHEUS,
};

/* "C module", "Python", "program", "Prometheus". */
const char *ks_definition_kind_name(enum ks_definition_kind kind);

struct ks_definition {
    char service[KS_NAME_SIZE];
    char check[KS_CHECK_NAME_SIZE];
    char label[KS_RESULT_LABEL_SIZE]; /* "": not set */
    enum ks_definition_kind kind;
    char *path;       /* absolute; owned */
    char **arguments; /* NULL-terminated, owned; or NULL */
    int64_t interval_ms;
    int64_t timeout_ms;
    struct ks_promql_check query; /* for KS_DEFINITION_PROMETHEUS */
    uint64_t stamp;               /* changes if the file or a setting does */
};

struct ks_refusal {
    char service[KS_NAME_SIZE];     /* "" if it has no valid name */
    char check[KS_CHECK_NAME_SIZE]; /* "": the whole file */
    char *file;                     /* relative to the folder, "" for the folder itself; owned */
    char reason[KS_ERROR_TEXT_SIZE];
};

/* Releases a definition that was moved out of a catalog. To move one out, zero its place in the catalog. */
void ks_definition_fini(struct ks_definition *definition);

void ks_refusals_free(struct ks_refusal *refusals, size_t count);

/* Writes the name of its file, relative to the folder. */
void ks_definition_file(const struct ks_definition *definition, char file[static KS_ERROR_TEXT_SIZE]);

#endif
