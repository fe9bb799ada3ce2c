/* Reading files that hold a secret: one rule for the shared secret of kube-shields and for bearer tokens.
 *
 * The file must be a regular one (opening it never waits, as a FIFO's would), or a link to one, and not longer than the
 * caller allows. The content is kept in memory that is neither swapped nor dumped, if the system allows that, and
 * is wiped before it is freed. Errors name neither the file, which is the caller's to add, nor anything in it.
 * Threads: any. */
#ifndef KS_BASE_SECRET_READ_H
#define KS_BASE_SECRET_READ_H

#include <stddef.h>
#include <sys/stat.h>

#include "base/error.h"

struct ks_secret_text {
    char *text; /* length bytes, and a NUL */
    size_t length;
    size_t size;        /* of the memory */
    struct stat status; /* of the file as it was opened */
};

/* Reads all of a file: at most `most` bytes. Errors: KS_ERROR_SYSTEM if it cannot be read, with errnum;
 * KS_ERROR_INVALID if it is not a regular file; KS_ERROR_LIMIT if it is longer; KS_ERROR_MEMORY.
 * On success the caller releases *secret with ks_secret_text_fini; on failure there is nothing to release. */
int ks_secret_read(struct ks_secret_text *secret, const char *path, size_t most, struct ks_error *err);

/* Reads a file with one bearer token: visible ASCII on one line. A byte order mark before it does not count, nor do
 * spaces, tabs and ends of lines after it. Errors as above, and KS_ERROR_INVALID for anything else in the file. */
int ks_token_read(struct ks_secret_text *token, const char *path, size_t most, struct ks_error *err);

/* Wipes and releases. All zero is fine. */
void ks_secret_text_fini(struct ks_secret_text *secret);
#define KS_CLEANUP_SECRET_TEXT __attribute__((cleanup(ks_secret_text_fini)))

#endif
