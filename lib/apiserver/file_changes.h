/* Whether files have changed since they were read. Threads: the loop's. */
#ifndef KS_APISERVER_FILE_CHANGES_H
#define KS_APISERVER_FILE_CHANGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* All zero: no files. */
struct ks_file_changes {
    uint64_t *stamps; /* as many as paths */
    size_t count;
};

/* Takes the stamps of a NULL-terminated list of paths, or of none if it is NULL. *changes is released before. On
 * failure it stays. */
int ks_file_changes_take(struct ks_file_changes *changes, char *const *paths, struct ks_error *err);
void ks_file_changes_fini(struct ks_file_changes *changes);

/* Whether one of the same paths has another regular file than when the stamps were taken. A file that is gone
 * does not count: some programs remove a file before they write it again. */
bool ks_file_changes_seen(const struct ks_file_changes *changes, char *const *paths);

#endif
