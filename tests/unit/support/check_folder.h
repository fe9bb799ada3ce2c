/* A folder of checks that a test fills, and that is deleted afterwards. */
#ifndef KS_TEST_CHECK_FOLDER_H
#define KS_TEST_CHECK_FOLDER_H

#include "support/testing.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/check_module_image.h"

struct folder {
    char path[PATH_MAX]; /* without links */
};

/* path: relative; "web/" makes a folder. content: "-> target" makes a symbolic link; a mode of S_IFIFO needs none. */
struct file {
    const char *path;
    mode_t mode;
    const char *content;
};

static inline void folder_init(struct folder *folder)
{
    char template[] = "/tmp/kube-shields-test.XXXXXX";

    assert_non_null(mkdtemp(template));
    assert_non_null(realpath(template, folder->path));
}

static inline int folder_remove_one(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

static inline void folder_fini(struct folder *folder)
{
    assert_int_equal(nftw(folder->path, folder_remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
}

static inline void folder_path(const struct folder *folder, const char *file, char path[static PATH_MAX])
{
    assert_true(snprintf(path, PATH_MAX, "%s/%s", folder->path, file) < PATH_MAX);
}

static inline void folder_write(const struct folder *folder, const char *file, const void *data, size_t length)
{
    char path[PATH_MAX];
    int fd;

    folder_path(folder, file, path);
    fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, length), length);
    close(fd);
}

static inline void folder_put(const struct folder *folder, const struct file *file)
{
    char path[PATH_MAX];

    folder_path(folder, file->path, path);
    if (file->content && strncmp(file->content, "-> ", 3) == 0) {
        assert_int_equal(symlink(file->content + 3, path), 0);
        return;
    }
    if (path[strlen(path) - 1] == '/') {
        assert_int_equal(mkdir(path, 0700), 0);
    } else if (S_ISFIFO(file->mode)) {
        assert_int_equal(mkfifo(path, 0600), 0);
    } else {
        folder_write(folder, file->path, file->content ? file->content : "", file->content ? strlen(file->content) : 0);
    }
    assert_int_equal(chmod(path, file->mode & 07777), 0);
}

/* Writes a C module with up to two checks. */
static inline void folder_put_module(const struct folder *folder, const char *file, const char *one, const char *other)
{
    struct module_image image;

    module_image_init(&image);
    module_image_add(&image, ABI_SYMBOL_NAME, OBJECT);
    module_image_add(&image, one, FUNCTION);
    if (other) {
        module_image_add(&image, other, FUNCTION);
    }
    folder_write(folder, file, &image, sizeof image);
}

#endif
