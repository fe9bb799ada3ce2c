/* The folder of checks while it is read: scan.c walks through it, entry.c reads its entries, watched.c notes which
 * folders to watch. */
#ifndef KS_CATALOG_SCAN_H
#define KS_CATALOG_SCAN_H

#include <limits.h>
#include <stddef.h>

#include "catalog/private.h"
#include "catalog/file.h"

#define KS_CATALOG_TEXT_MOST ((size_t)1 << 20) /* bytes of a .py, .promql or .conf file */

/* In the order in which they are read: a service's settings first, then its checks as the catalog ranks them. */
enum ks_catalog_entry_kind {
    KS_CATALOG_ENTRY_CONF,
    KS_CATALOG_ENTRY_MODULE,
    KS_CATALOG_ENTRY_PYTHON,
    KS_CATALOG_ENTRY_FOLDER, /* a name without a suffix: a folder, or not ours */
    KS_CATALOG_ENTRY_PROMETHEUS,
};

/* A name in the folder. */
struct ks_catalog_entry {
    char service[NAME_MAX + 1]; /* not checked yet */
    const char *name;           /* borrowed */
    enum ks_catalog_entry_kind kind;
};

struct ks_catalog_scan {
    struct ks_catalog *catalog;
    const struct ks_checks_options *options;
    int folder; /* open */
    char *path; /* of the folder, absolute; owned */
    char *real; /* the same without symbolic links; owned */
    struct ks_string_list watched;
    /* For the current service: */
    struct ks_conf *conf; /* owned, unless lent to a Python file in catalog->unlisted; or NULL */
    bool conf_is_lent;
    struct ks_error conf_error; /* KS_ERROR_NONE: valid, or there is none */
};

struct ks_catalog_content {
    char *data; /* owned, NUL-terminated */
    size_t length;
    uint64_t stamp;
};

/* Reads a regular file of the folder, and refuses one that everybody may write to. */
int ks_catalog_scan_content(const struct ks_catalog_scan *scan, const char *name, size_t most,
                            struct ks_catalog_content *content, struct ks_error *err);

/* Adds the checks of an entry, or refusals. The entry must not be KS_CATALOG_ENTRY_CONF. -1 only if out of memory. */
int ks_catalog_scan_entry(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err);

/* Turns an error into a refusal, unless the file is gone. Returns -1 if the error is "out of memory". */
int ks_catalog_scan_refuse(const struct ks_catalog_scan *scan, const struct ks_catalog_place *place,
                           const struct ks_error *error, struct ks_error *err);

/* Refuses a symbolic link into a folder where everybody may rename files, and so decide what runs. A sticky bit allows
 * that to the owner of a file only. */
int ks_catalog_scan_judge_link(const struct ks_catalog_scan *scan, const char *file, struct ks_error *err);

/* Adds a folder to watch, by a name relative to the folder of checks: the folder of a symbolic link's target, if that
 * is another one, or a folder of programs. */
int ks_catalog_scan_watch_link(struct ks_catalog_scan *scan, const char *file, struct ks_error *err);
int ks_catalog_scan_watch_folder(struct ks_catalog_scan *scan, const char *folder, struct ks_error *err);
/* Sets catalog->imports. */
void ks_catalog_scan_imports(const struct ks_catalog_scan *scan);

#endif
