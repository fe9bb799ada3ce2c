/* Reads the file with the shared secrets: one on each line, without the spaces around it; empty lines and lines that
 * begin with '#' are ignored. The first secret signs, the others still verify.
 * A struct ks_secret_file belongs to its caller; its keys are shared (auth.h). Threads: any, one at a time for each
 * file. Loading reads a file and stretches new secrets: do not call it from a thread that serves requests. */
#ifndef KS_AUTH_SECRET_FILE_H
#define KS_AUTH_SECRET_FILE_H

#include <stdbool.h>

#include <kubeshields/secret.h>

#include "auth/auth.h"

#define KS_SECRET_FILE_MOST 65536 /* bytes */

struct ks_secret_file {
    struct ks_auth_keys keys;
    bool readable_by_others; /* worth a warning: a mounted Secret is by default */
};

/* Reads the file and stretches its secrets, except for those whose keys are in `known` (which may be NULL). The error
 * names the file and the line, says what to do, and never quotes a secret: KS_ERROR_NOT_FOUND, _INVALID, _LIMIT or
 * _SYSTEM. */
int ks_secret_file_load(struct ks_secret_file *file, const char *path, const struct ks_auth_keys *known,
                        struct ks_error *err);
void ks_secret_file_fini(struct ks_secret_file *file);

#endif
