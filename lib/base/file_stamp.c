#include "config.h"

#include "base/file_stamp.h"

#include <errno.h>

#include "base/hash.h"

static uint64_t not_zero(uint64_t hash)
{
    return hash ? hash : 1;
}

uint64_t ks_file_stamp(const struct stat *status)
{
    uint64_t hash = ks_hash(KS_HASH, &status->st_dev, sizeof status->st_dev);

    hash = ks_hash(hash, &status->st_ino, sizeof status->st_ino);
    hash = ks_hash(hash, &status->st_size, sizeof status->st_size);
    hash = ks_hash(hash, &status->st_mode, sizeof status->st_mode);
    hash = ks_hash(hash, &status->st_mtim.tv_sec, sizeof status->st_mtim.tv_sec);
    hash = ks_hash(hash, &status->st_mtim.tv_nsec, sizeof status->st_mtim.tv_nsec);
    hash = ks_hash(hash, &status->st_ctim.tv_sec, sizeof status->st_ctim.tv_sec);
    return not_zero(ks_hash(hash, &status->st_ctim.tv_nsec, sizeof status->st_ctim.tv_nsec));
}

uint64_t ks_file_stamp_at(const char *path)
{
    struct stat status;
    int errnum;

    if (stat(path, &status) == 0) {
        return ks_file_stamp(&status);
    }
    errnum = errno;
    return not_zero(ks_hash(KS_HASH, &errnum, sizeof errnum));
}
