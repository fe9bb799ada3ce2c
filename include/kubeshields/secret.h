/* The secret that kube-shields share: a file with one secret a line. The first line signs; all lines are trusted, so
 * that a secret can be replaced without an interruption. Empty lines and lines that begin with '#' are ignored. */
#ifndef KS_KUBESHIELDS_SECRET_H
#define KS_KUBESHIELDS_SECRET_H

#include <kubeshields/error.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Creates a file of mode 0600 with one random secret of 32 bytes, in base64. An existing file is never overwritten, but
 * is KS_ERROR_INVALID. Threads: any. */
int ks_secret_file_create(const char *path, struct ks_error *err);

#ifdef __cplusplus
}
#endif

#endif
