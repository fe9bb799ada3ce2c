/* Files and folders of checks: opened without ever waiting for one, judged on the open descriptor, read up to a most.
 * Reasons of refusals are KS_ERROR_INVALID; KS_ERROR_IGNORE is what vanished while we looked,
 * and what was refused for want of memory is KS_ERROR_MEMORY. Threads: any. */
#ifndef KS_CATALOG_FILE_H
#define KS_CATALOG_FILE_H

#include <dirent.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/string_list.h"

struct ks_catalog_file {
    int fd;
    struct stat status; /* of what links lead to */
};

/* Of a name in an open folder; links are followed. */
int ks_catalog_file_status(int folder, const char *name, struct stat *status, struct ks_error *err);

/* Refuses what everybody may write to, unless that is allowed, or it is on a read-only mount, where nobody may. Of a
 * descriptor, which O_PATH is enough for. */
int ks_catalog_file_judge(int fd, const struct stat *status, bool allow_writable, struct ks_error *err);
/* The same of a name in an open folder. */
int ks_catalog_file_judge_name(int folder, const char *name, const struct stat *status, bool allow_writable,
                               struct ks_error *err);

/* A regular file, or a folder. The caller closes the descriptor. */
int ks_catalog_file_open(struct ks_catalog_file *file, int folder, const char *name, struct ks_error *err);
int ks_catalog_file_open_folder(struct ks_catalog_file *file, int folder, const char *name, struct ks_error *err);

/* What is in an open folder, by a descriptor of its own: the caller closes the stream. NULL where it fails. */
DIR *ks_catalog_file_stream(int folder, struct ks_error *err);

/* All of it, with a NUL behind; freed by the caller. */
int ks_catalog_file_read(const struct ks_catalog_file *file, size_t most, char **data, size_t *length,
                         struct ks_error *err);

/* The names in a folder, but those that begin with '.' or '_'; sorted. Of more than `most` some. */
int ks_catalog_file_names(struct ks_string_list *names, int folder, size_t most, struct ks_error *err);

#endif
