/* Finds the folders whose changes matter, and judges links. */
#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file_stamp.h"
#include "base/hash.h"
#include "catalog/scan.h"

/* False if there is no such path. */
static bool resolve(const struct ks_catalog_scan *scan, const char *file, char real[static PATH_MAX])
{
    char path[PATH_MAX];

    return (size_t)snprintf(path, sizeof path, "%s/%s", scan->real, file) < sizeof path && realpath(path, real);
}

static bool is_within(const char *path, const char *folder)
{
    size_t length = strlen(folder);

    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* The target of a link; false if it is not a link, or a broken one. */
static bool resolve_link(const struct ks_catalog_scan *scan, const char *file, char real[static PATH_MAX])
{
    struct stat status;

    return fstatat(scan->folder, file, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(status.st_mode) &&
           resolve(scan, file, real);
}

static void cut_to_folder(char *path)
{
    char *slash = strrchr(path, '/');

    slash[slash == path] = '\0';
}

int ks_catalog_scan_judge_link(const struct ks_catalog_scan *scan, const char *file, struct ks_error *err)
{
    char real[PATH_MAX];
    struct stat status;

    if (!resolve_link(scan, file, real)) {
        return 0;
    }
    cut_to_folder(real);
    if (stat(real, &status) != 0 || (status.st_mode & S_ISVTX) ||
        ks_catalog_file_judge_name(AT_FDCWD, real, &status, scan->options->allow_writable, err) == 0) {
        return 0;
    }
    return ks_error_wrap(err, "it links into %.200s", real);
}

int ks_catalog_scan_watch_link(struct ks_catalog_scan *scan, const char *file, struct ks_error *err)
{
    char real[PATH_MAX];

    if (!resolve_link(scan, file, real) || is_within(real, scan->real)) {
        return 0;
    }
    cut_to_folder(real);
    return ks_string_list_add(&scan->watched, real, err);
}

int ks_catalog_scan_watch_folder(struct ks_catalog_scan *scan, const char *folder, struct ks_error *err)
{
    char real[PATH_MAX];

    return resolve(scan, folder, real) ? ks_string_list_add(&scan->watched, real, err) : 0;
}

static bool is_python(const char *name)
{
    const char *dot = strrchr(name, '.');

    return name[0] != '.' && dot && strcmp(dot, ".py") == 0;
}

/* Sums up, since the order of names in a folder is arbitrary. */
void ks_catalog_scan_imports(const struct ks_catalog_scan *scan)
{
    DIR *stream = ks_catalog_file_stream(scan->folder, NULL);
    const struct dirent *entry;
    struct stat status;

    while (stream && (entry = readdir(stream))) {
        if (is_python(entry->d_name) && fstatat(scan->folder, entry->d_name, &status, 0) == 0) {
            uint64_t stamp = ks_file_stamp(&status);

            scan->catalog->imports += ks_hash(ks_catalog_hash_text(KS_HASH, entry->d_name), &stamp, sizeof stamp);
        }
    }
    if (stream) {
        closedir(stream);
    }
}
