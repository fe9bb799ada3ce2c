/* The folder of checks while it is read: check_catalog_scan.c walks through it, check_catalog_entry.c reads what it
 * meets, check_catalog_watched.c notes where changes matter. */
#ifndef KS_CATALOG_SCAN_H
#define KS_CATALOG_SCAN_H

#include <limits.h>
#include <stddef.h>

#include "catalog/private.h"
#include "catalog/file.h"

#define KS_CATALOG_TEXT_MOST ((size_t)1 << 20) /* bytes, of a .py, .promql or .conf file */

/* In the order in which they are read: a service's settings first, then as the catalog ranks its sorts. */
enum ks_catalog_entry_kind {
    KS_CATALOG_ENTRY_CONF,
    KS_CATALOG_ENTRY_MODULE,
    KS_CATALOG_ENTRY_PYTHON,
    KS_CATALOG_ENTRY_FOLDER, /* a name without any of the suffixes: a folder, or nothing of ours */
    KS_CATALOG_ENTRY_PROMETHEUS,
};

/* A name in the folder: service and suffix. */
struct ks_catalog_entry {
    char service[NAME_MAX + 1]; /* not judged yet */
    const char *name;           /* borrowed */
    enum ks_catalog_entry_kind kind;
};

struct ks_catalog_scan {
    struct ks_catalog *catalog;
    const struct ks_checks_options *options;
    int folder; /* open */
    char *path; /* of the folder: absolute, owned */
    char *real; /* the same without symbolic links, owned */
    struct ks_string_list watched;
    /* Of the service at hand: */
    struct ks_conf *conf; /* owned; or, where it is lent, by its Python file in catalog->unlisted; or NULL */
    bool conf_is_lent;
    struct ks_error conf_error; /* KS_ERROR_NONE: it is fine, or there is none */
};

struct ks_catalog_content {
    char *data; /* owned, NUL-terminated */
    size_t length;
    uint64_t stamp;
};

/* Reads a regular file of the folder that not everybody may write to. */
int ks_catalog_scan_content(const struct ks_catalog_scan *scan, const char *name, size_t most,
                            struct ks_catalog_content *content, struct ks_error *err);

/* Reads an entry that is not of the kind KS_CATALOG_ENTRY_CONF: its checks, or refusals. -1 only without memory. */
int ks_catalog_scan_entry(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err);

/* What is wrong becomes a refusal, unless the file is gone. -1 where it was the memory. */
int ks_catalog_scan_refuse(const struct ks_catalog_scan *scan, const struct ks_catalog_place *place,
                           const struct ks_error *error, struct ks_error *err);

/* Of a symbolic link: whoever may rename things in the folder that it leads into decides what runs; the sticky bit
 * takes that from all but a file's owner. */
int ks_catalog_scan_judge_link(const struct ks_catalog_scan *scan, const char *file, struct ks_error *err);

/* Files and folders are named relative to the folder of checks. Of a file that is a symbolic link: the folder of what
 * it leads to, where that is another. */
int ks_catalog_scan_watch_link(struct ks_catalog_scan *scan, const char *file, struct ks_error *err);
int ks_catalog_scan_watch_folder(struct ks_catalog_scan *scan, const char *folder, struct ks_error *err);
/* Sets what the catalog says of files that Python files may import. */
void ks_catalog_scan_imports(const struct ks_catalog_scan *scan);

#endif
