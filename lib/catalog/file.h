/* Files and folders of checks: opened without waiting, judged by the open descriptor, read up to a ceiling.
 * KS_ERROR_INVALID is the reason of a refusal; KS_ERROR_IGNORE means that the file vanished meanwhile. Threads: any. */
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
    struct stat status; /* of the target of links */
};

/* The status of a name in an open folder. Follows links. */
int ks_catalog_file_status(int folder, const char *name, struct stat *status, struct ks_error *err);

/* Refuses a file that everybody may write to, unless that is allowed or it is on a read-only mount. The descriptor may
 * be O_PATH. */
int ks_catalog_file_judge(int fd, const struct stat *status, bool allow_writable, struct ks_error *err);
/* The same for a name in an open folder. */
int ks_catalog_file_judge_name(int folder, const char *name, const struct stat *status, bool allow_writable,
                               struct ks_error *err);

/* Opens a regular file or a folder. The caller closes the descriptor. */
int ks_catalog_file_open(struct ks_catalog_file *file, int folder, const char *name, struct ks_error *err);
int ks_catalog_file_open_folder(struct ks_catalog_file *file, int folder, const char *name, struct ks_error *err);

/* Opens a stream of the names in an open folder. The caller closes it. NULL on error. */
DIR *ks_catalog_file_stream(int folder, struct ks_error *err);

/* Reads the whole file and adds a NUL. The caller frees the data. */
int ks_catalog_file_read(const struct ks_catalog_file *file, size_t most, char **data, size_t *length,
                         struct ks_error *err);

/* Lists the names in a folder, except those that begin with '.' or '_', sorted. If there are more than `most`, lists
 * some of them. */
int ks_catalog_file_names(struct ks_string_list *names, int folder, size_t most, struct ks_error *err);

#endif
