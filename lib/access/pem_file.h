/* A file of certificates, or of a key, whose owner may replace it at any time: kept in memory, and read again when it
 * has changed. So libcurl sees that an identity is another one, and opens new connections for it. Threads: the loop's.
 */
#ifndef KS_ACCESS_PEM_FILE_H
#define KS_ACCESS_PEM_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

/* All zero: not read yet. */
struct ks_pem_file {
    char *text; /* length bytes; wiped before it is freed */
    size_t length;
    uint64_t stamp;      /* of the file as it was read */
    bool is_replacement; /* the content is another one than at first */
};

/* Reads the file if it has changed. While it is missing, or is not PEM, the content stays as it was before; that is an
 * error only if there was none. */
int ks_pem_file_read(struct ks_pem_file *file, const char *path, struct ks_error *err);
void ks_pem_file_fini(struct ks_pem_file *file);

/* Whether it is a private key with a passphrase. */
bool ks_pem_is_encrypted(const void *data, size_t length);

#endif
