/* The file with the secrets that shields share: a line each, blanks around it left out; empty lines and those that
 * begin with '#' do not count. The first is in use, the others are still accepted.
 * A struct ks_secret_file belongs to its caller; its keys are shared (auth.h). Threads: any; file and stamp one at a
 * time. Reads files, and stretches what is new: not for threads that serve. */
#ifndef KS_SECRET_FILE_H
#define KS_SECRET_FILE_H

#include <stdbool.h>

#include <kubeshields/secret.h>

#include "auth/auth.h"

#define KS_SECRET_FILE_MOST 65536 /* bytes */

struct ks_secret_file {
    struct ks_auth_keys keys;
    bool readable_by_others; /* worth a warning: a mounted Secret is, unless told otherwise */
};

/* Reads and stretches; keys of `known` (or NULL) that are still there are taken over as they are. The error names the
 * file and the line, says what to do, and never quotes a secret: KS_ERROR_NOT_FOUND, _INVALID, _LIMIT or _SYSTEM. */
int ks_secret_file_load(struct ks_secret_file *file, const char *path, const struct ks_auth_keys *known,
                        struct ks_error *err);
void ks_secret_file_fini(struct ks_secret_file *file);

#endif
