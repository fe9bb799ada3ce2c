/* A custom check as it was found, with its settings; and what was found and refused. Threads: any. */
#ifndef KS_CATALOG_DEFINITION_H
#define KS_CATALOG_DEFINITION_H

#include <stddef.h>
#include <stdint.h>

#include "answers/answer.h"
#include "answers/promql.h"
#include "health/names.h"

enum ks_check_sort {
    KS_CHECK_MODULE,
    KS_CHECK_PYTHON,
    KS_CHECK_PROGRAM,
    KS_CHECK_PROMETHEUS,
};

/* "C module", "Python", "program", "Prometheus". */
const char *ks_check_sort_name(enum ks_check_sort sort);

struct ks_check_definition {
    char service[KS_NAME_SIZE];
    char check[KS_CHECK_NAME_SIZE];
    char label[KS_RESULT_LABEL_SIZE]; /* "": none is set */
    enum ks_check_sort sort;
    char *path;       /* of the file; owned */
    char **arguments; /* NULL-terminated, owned; or NULL */
    int64_t interval_ms;
    int64_t timeout_ms;
    struct ks_promql_check query; /* of KS_CHECK_PROMETHEUS */
    uint64_t stamp;               /* another one where the file or a setting has changed */
};

struct ks_check_refusal {
    char service[KS_NAME_SIZE];     /* "" where the name is none */
    char check[KS_CHECK_NAME_SIZE]; /* "": all of the file */
    char *file;                     /* relative to the folder, "" for the folder itself; owned */
    char reason[KS_ERROR_TEXT_SIZE];
};

/* Of one that was taken out: whoever takes a definition zeroes its place in the catalog. */
void ks_check_definition_fini(struct ks_check_definition *definition);
/* The same of all refusals. */
void ks_check_refusals_free(struct ks_check_refusal *refusals, size_t count);

/* The name of its file, relative to the folder. */
void ks_check_definition_file(const struct ks_check_definition *definition, char file[static KS_ERROR_TEXT_SIZE]);

#endif
