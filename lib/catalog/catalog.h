/* The custom checks that a folder holds, and what was refused of it, and why.
 *
 * One entry per service, named after it: NAME.so (C module), NAME.py (Python), NAME/ (a folder of executables),
 * NAME.promql (Prometheus); NAME.conf has their settings (check_conf.h). Several entries of one service add up; a
 * check that two of them have is the first's, in that order, and refused of the second. Entries that begin with '.'
 * or '_', and __pycache__, are no checks and nothing is said of them: they are the halves of mounted ConfigMaps and
 * the helpers of Python files. Nor is it of files README*, *.md, *.c and *.h, unless they are programs in a folder.
 *
 * Refused: what everybody may write to (unless allowed, or on a read-only mount), links into folders where everybody
 * may rename things, names that are no service's or no check's, `health` as a check, what is unreadable, not
 * executable, no check or broken. Symbolic links are followed.
 * Threads: reads files; one at a time. */
#ifndef KS_CATALOG_CATALOG_H
#define KS_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/definition.h"
#include "catalog/options.h"

struct ks_conf;

/* A Python file whose functions are not known yet: what they are only Python can tell. */
struct ks_catalog_unlisted {
    char service[KS_NAME_SIZE];
    char *path;           /* owned */
    char *file;           /* relative to the folder; owned */
    uint64_t stamp;       /* of the file alone */
    struct ks_conf *conf; /* the service's settings, owned; or NULL */
};

struct ks_catalog {
    struct ks_definition *definitions; /* sorted by service, then check */
    size_t count;
    struct ks_refusal *refusals; /* sorted by file, then check */
    size_t refusal_count;
    struct ks_catalog_unlisted *unlisted;
    size_t unlisted_count;
    uint64_t imports; /* another one where a file has changed that Python files may import */
    char **watched;   /* folders whose changes matter: real paths, NULL-terminated; NULL if there is no folder */
    bool is_partial;  /* the loader's: nothing is known yet of a Python file */
};

/* Reads the folder. A folder that is not there, unreadable or refused is a refusal in the catalog. -1 only without
 * memory. */
int ks_catalog_read(struct ks_catalog *catalog, const struct ks_checks_options *options, struct ks_error *err);
void ks_catalog_fini(struct ks_catalog *catalog);

/* What was learned of unlisted[index]: its functions (or, with `reason`, why there are none); it stays in unlisted.
 * Names that are no check's, `health` and those that a C module has already are refused; programs and queries of the
 * same name give way. Once for each. */
int ks_catalog_list(struct ks_catalog *catalog, const struct ks_checks_options *options, size_t index,
                    const char *const *functions, const char *reason, struct ks_error *err);

/* NULL where there is none. */
const struct ks_definition *ks_catalog_find(const struct ks_catalog *catalog, const char *service, const char *check);

#endif
