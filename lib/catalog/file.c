/* Opens, judges and reads the files of checks. */
#include "config.h"

#include "catalog/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "base/read_all.h"
#include "catalog/private.h"

/* Do not wait for a FIFO or a device, and do not make a terminal ours. */
#define OPEN_FLAGS (O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY)

static int refuse_errno(int errnum, const char *permission, struct ks_error *err)
{
    if (errnum == ENOMEM) {
        return ks_error_memory(err);
    }
    return ks_error_set(err, KS_ERROR_INVALID, "%s%s", strerrordesc_np(errnum),
                        errnum == EACCES || errnum == EPERM ? permission : "");
}

int ks_catalog_file_status(int folder, const char *name, struct stat *status, struct ks_error *err)
{
    struct stat link;
    int errnum;

    if (fstatat(folder, name, status, 0) == 0) {
        return 0;
    }
    errnum = errno;
    if (errnum == ENOENT && fstatat(folder, name, &link, AT_SYMLINK_NOFOLLOW) != 0) {
        return ks_error_set(err, KS_ERROR_IGNORE, "%s", strerrordesc_np(errnum));
    }
    if (errnum == ENOENT) {
        return ks_error_set(err, KS_ERROR_INVALID, "a symbolic link to nothing: fix or remove it");
    }
    return refuse_errno(errnum, ": chmod a+x the folders above it", err);
}

/* The folders of ConfigMaps are writable by everybody according to their mode, but mounted read-only. */
static bool is_read_only(int fd)
{
    struct statvfs mount;

    return fd >= 0 && fstatvfs(fd, &mount) == 0 && (mount.f_flag & ST_RDONLY);
}

int ks_catalog_file_judge(int fd, const struct stat *status, bool allow_writable, struct ks_error *err)
{
    return allow_writable || !(status->st_mode & S_IWOTH) || is_read_only(fd)
               ? 0
               : ks_error_set(err, KS_ERROR_INVALID,
                              "everybody may write to it: chmod o-w it, or set SHIELD_CHECKS_WRITABLE=allow");
}

int ks_catalog_file_judge_name(int folder, const char *name, const struct stat *status, bool allow_writable,
                               struct ks_error *err)
{
    int fd = status->st_mode & S_IWOTH ? openat(folder, name, O_PATH | O_CLOEXEC) : -1;
    int outcome = ks_catalog_file_judge(fd, status, allow_writable, err);

    if (fd >= 0) {
        close(fd);
    }
    return outcome;
}

static int open_and_look(struct ks_catalog_file *file, int folder, const char *name, int more_flags,
                         struct ks_error *err)
{
    int errnum;

    file->fd = openat(folder, name, OPEN_FLAGS | more_flags);
    if (file->fd < 0) {
        return refuse_errno(errno, ": make it readable with chmod", err);
    }
    if (fstat(file->fd, &file->status) == 0) {
        return 0;
    }
    errnum = errno;
    close(file->fd);
    return refuse_errno(errnum, "", err);
}

/* Looks before it opens, since opening a device can have effects, and again afterwards, since the file may have been
 * replaced. */
int ks_catalog_file_open(struct ks_catalog_file *file, int folder, const char *name, struct ks_error *err)
{
    if (ks_catalog_file_status(folder, name, &file->status, err)) {
        return -1;
    }
    if (S_ISREG(file->status.st_mode)) {
        if (open_and_look(file, folder, name, 0, err)) {
            return -1;
        }
        if (S_ISREG(file->status.st_mode)) {
            return 0;
        }
        close(file->fd);
    }
    return ks_error_set(err, KS_ERROR_INVALID, "%s: put a file in its place",
                        S_ISDIR(file->status.st_mode) ? "a folder" : "neither a file nor a folder");
}

int ks_catalog_file_open_folder(struct ks_catalog_file *file, int folder, const char *name, struct ks_error *err)
{
    return open_and_look(file, folder, name, O_DIRECTORY, err);
}

int ks_catalog_file_read(const struct ks_catalog_file *file, size_t most, char **data, size_t *length,
                         struct ks_error *err)
{
    size_t size = (size_t)file->status.st_size;
    ssize_t count;

    if (file->status.st_size < 0 || size > most) {
        return ks_error_set(err, KS_ERROR_INVALID, "%lld bytes: must be at most %zu", (long long)file->status.st_size,
                            most);
    }
    *data = malloc(size + 1);
    if (!*data) {
        return ks_error_memory(err);
    }
    count = ks_read_all(file->fd, *data, size);
    if (count < 0) {
        free(*data);
        return refuse_errno(errno, "", err);
    }
    (*data)[count] = '\0';
    *length = (size_t)count;
    return 0;
}
DIR *ks_catalog_file_stream(int folder, struct ks_error *err)
{
    int own = openat(folder, ".", OPEN_FLAGS | O_DIRECTORY);
    DIR *stream = own >= 0 ? fdopendir(own) : NULL;

    if (!stream) {
        refuse_errno(errno, ": make it readable with chmod", err);
    }
    if (!stream && own >= 0) {
        close(own);
    }
    return stream;
}

int ks_catalog_file_names(struct ks_string_list *names, int folder, size_t most, struct ks_error *err)
{
    DIR *stream = ks_catalog_file_stream(folder, err);
    const struct dirent *entry;
    int outcome = 0;

    if (!stream) {
        return -1;
    }
    errno = 0;
    while (outcome == 0 && names->count < most && (entry = readdir(stream))) {
        if (entry->d_name[0] != '.' && entry->d_name[0] != '_') {
            outcome = ks_string_list_add(names, entry->d_name, err);
        }
        errno = 0;
    }
    if (outcome == 0 && errno) {
        outcome = refuse_errno(errno, "", err);
    }
    closedir(stream);
    ks_string_list_sort(names);
    return outcome;
}
