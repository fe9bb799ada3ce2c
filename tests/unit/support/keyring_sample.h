/* A keyring with a secret for tests. */
#ifndef KS_TEST_KEYRING_SAMPLE_H
#define KS_TEST_KEYRING_SAMPLE_H

#include "support/testing.h"

#include <unistd.h>

#include "auth/keyring.h"

#define SAMPLE_SECRET_PATH "/tmp/kube-shields-secret-XXXXXX"

/* Writes the secret to a new file. path begins as SAMPLE_SECRET_PATH and becomes the file's name. */
static inline void sample_secret(char *path)
{
    int fd = mkstemp(path);

    assert_true(fd >= 0 && dprintf(fd, "correct horse battery staple\n") > 0 && close(fd) == 0);
}

static inline struct ks_keyring *sample_keyring(void)
{
    char path[] = SAMPLE_SECRET_PATH;
    struct ks_keyring *keyring;
    struct ks_error err;

    sample_secret(path);
    assert_int_equal(ks_keyring_new(&keyring, path, false, NULL, &err), 0);
    unlink(path);
    return keyring;
}

#endif
