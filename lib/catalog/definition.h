/* A custom check as it was found, with its settings; and what was found and refused. Threads: any. */
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
    char label[KS_RESULT_LABEL_SIZE]; /* "": none is set */
    enum ks_definition_kind kind;
    char *path;       /* of the file; owned */
    char **arguments; /* NULL-terminated, owned; or NULL */
    int64_t interval_ms;
    int64_t timeout_ms;
    struct ks_promql_check query; /* of KS_DEFINITION_PROMETHEUS */
    uint64_t stamp;               /* another one where the file or a setting has changed */
};

struct ks_refusal {
    char service[KS_NAME_SIZE];     /* "" where the name is none */
    char check[KS_CHECK_NAME_SIZE]; /* "": all of the file */
    char *file;                     /* relative to the folder, "" for the folder itself; owned */
    char reason[KS_ERROR_TEXT_SIZE];
};

/* Of one that was taken out: whoever takes a definition zeroes its place in the catalog. */
void ks_definition_fini(struct ks_definition *definition);
/* The same of all refusals. */
void ks_refusals_free(struct ks_refusal *refusals, size_t count);

/* The name of its file, relative to the folder. */
void ks_definition_file(const struct ks_definition *definition, char file[static KS_ERROR_TEXT_SIZE]);

#endif
