/* The custom checks in a folder, and the files that were refused, with reasons.
 *
 * Files are named after their service: NAME.so (C module), NAME.py (Python), NAME/ (a folder of executables),
 * NAME.promql (Prometheus); NAME.conf holds their settings (conf.h). A service may have several files. If two files
 * have the same check, the first in this order has it, and the second is refused. Names that begin with '.' or '_' are
 * ignored: those are the parts of mounted ConfigMaps, __pycache__ and the helpers of Python files. So are README*,
 * *.md, *.c and *.h, unless they are programs in a folder.
 *
 * Refused are files that everybody may write to (unless allowed, or on a read-only mount), links into folders where
 * everybody may rename files, invalid names, a check `health`, and files that are unreadable, not executable, broken or
 * without a check. Symbolic links are followed.
 * Threads: reads files; one at a time. */
#ifndef KS_CATALOG_CATALOG_H
#define KS_CATALOG_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/definition.h"
#include "catalog/options.h"

struct ks_conf;

/* A Python file whose functions are not known yet: only Python can list them. */
struct ks_catalog_unlisted {
    char service[KS_NAME_SIZE];
    char *path;           /* owned */
    char *file;           /* relative to the folder; owned */
    uint64_t stamp;       /* of the file, without its settings */
    struct ks_conf *conf; /* the service's settings, owned; or NULL */
};

struct ks_catalog {
    struct ks_definition *definitions; /* sorted by service, then check */
    size_t count;
    struct ks_refusal *refusals; /* sorted by file, then check */
    size_t refusal_count;
    struct ks_catalog_unlisted *unlisted;
    size_t unlisted_count;
    uint64_t imports; /* changes if a file that Python files may import does */
    char **watched;   /* folders whose changes matter: real paths, NULL-terminated; NULL if there is no folder */
    bool is_partial;  /* for the loader: the functions of a Python file are not known yet */
};

/* Reads the folder. A folder that is missing, unreadable or unsafe becomes a refusal in the catalog. -1 only if out of
 * memory. */
int ks_catalog_read(struct ks_catalog *catalog, const struct ks_checks_options *options, struct ks_error *err);
void ks_catalog_fini(struct ks_catalog *catalog);

/* Adds the functions of unlisted[index] or, with `reason`, a refusal that says why there are none; it stays in
 * unlisted. Invalid names, `health` and names that a C module has already are refused; programs and queries of the same
 * name are dropped. Call it once for each. */
int ks_catalog_list(struct ks_catalog *catalog, const struct ks_checks_options *options, size_t index,
                    const char *const *functions, const char *reason, struct ks_error *err);

/* A hash that changes if a definition or a refusal does. */
uint64_t ks_catalog_digest(const struct ks_catalog *catalog);

/* NULL if there is none. */
const struct ks_definition *ks_catalog_find(const struct ks_catalog *catalog, const char *service, const char *check);

#endif
