/* Reads one entry of a folder of checks: a module, a Python file, queries or a folder of programs. */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/file_stamp.h"
#include "catalog/module.h"
#include "catalog/queries.h"
#include "catalog/scan.h"

#define MODULE_MOST ((size_t)64 << 20)           /* bytes */
#define FILE_SIZE   (2 * ((size_t)NAME_MAX + 1)) /* "web/front" */

int ks_catalog_scan_refuse(const struct ks_catalog_scan *scan, const struct ks_catalog_place *place,
                           const struct ks_error *error, struct ks_error *err)
{
    if (error->kind == KS_ERROR_MEMORY) {
        return ks_error_memory(err);
    }
    return error->kind == KS_ERROR_IGNORE ? 0 : ks_catalog_refuse(scan->catalog, place, error->text, err);
}

/* Documents, and sources of the checks beside them. */
static bool is_ignored(const char *name)
{
    static const char *const suffixes[] = {".md", ".c", ".h"};
    const char *dot = strrchr(name, '.');

    for (size_t i = 0; dot && i < sizeof suffixes / sizeof suffixes[0]; i++) {
        if (strcmp(dot, suffixes[i]) == 0) {
            return true;
        }
    }
    return strncmp(name, "README", strlen("README")) == 0;
}

static int pass_over(struct ks_error *err)
{
    return ks_error_set(err, KS_ERROR_IGNORE, "not a check");
}

/* Judges a file or folder, and the target if it is a link. */
static int judge(const struct ks_catalog_scan *scan, const struct ks_catalog_file *file, const char *name,
                 struct ks_error *err)
{
    return ks_catalog_file_judge(file->fd, &file->status, scan->options->allow_writable, err)
               ? -1
               : ks_catalog_scan_judge_link(scan, name, err);
}

/* ---- files of checks ---- */

int ks_catalog_scan_content(const struct ks_catalog_scan *scan, const char *name, size_t most,
                            struct ks_catalog_content *content, struct ks_error *err)
{
    struct ks_catalog_file file;
    int outcome;

    if (ks_catalog_file_open(&file, scan->folder, name, err)) {
        return -1;
    }
    content->stamp = ks_file_stamp(&file.status);
    outcome = judge(scan, &file, name, err);
    if (outcome == 0) {
        outcome = ks_catalog_file_read(&file, most, &content->data, &content->length, err);
    }
    close(file.fd);
    return outcome;
}

static int add_check(const struct ks_catalog_scan *scan, struct ks_catalog_found *found, struct ks_error *err)
{
    char *path = NULL;
    int outcome;

    if (asprintf(&path, "%s/%s", scan->path, found->place.file) < 0) {
        return ks_error_memory(err);
    }
    found->path = path;
    found->conf = scan->conf;
    outcome = ks_catalog_add(scan->catalog, scan->options, found, err);
    free(path);
    return outcome;
}

static int read_module(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry,
                       const struct ks_catalog_content *content, struct ks_error *err)
{
    struct ks_catalog_found found = {.place = {.service = entry->service, .file = entry->name},
                                     .kind = KS_DEFINITION_MODULE,
                                     .stamp = content->stamp};
    struct ks_module module = {.checks = NULL};
    int outcome = ks_module_scan(&module, content->data, content->length, err);

    for (size_t i = 0; outcome == 0 && i < module.count; i++) {
        found.place.check = module.checks[i];
        outcome = add_check(scan, &found, err);
    }
    ks_module_fini(&module);
    return outcome;
}

/* Only Python can list its functions: that happens later. */
static int read_python(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry,
                       const struct ks_catalog_content *content, struct ks_error *err)
{
    struct ks_catalog *catalog = scan->catalog;
    struct ks_catalog_unlisted *unlisted = ks_array_grow(catalog->unlisted, catalog->unlisted_count, sizeof *unlisted);

    if (!unlisted) {
        return ks_error_memory(err);
    }
    catalog->unlisted = unlisted;
    unlisted += catalog->unlisted_count;
    *unlisted = (struct ks_catalog_unlisted){.file = strdup(entry->name), .stamp = content->stamp};
    snprintf(unlisted->service, sizeof unlisted->service, "%.*s", KS_NAME_SIZE - 1, entry->service);
    if (!unlisted->file || asprintf(&unlisted->path, "%s/%s", scan->path, entry->name) < 0) {
        free(unlisted->file);
        return ks_error_memory(err);
    }
    catalog->unlisted_count++;
    unlisted->conf = scan->conf;
    scan->conf_is_lent = true;
    return 0;
}

static int read_queries(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry,
                        const struct ks_catalog_content *content, struct ks_error *err)
{
    struct ks_catalog_found found = {.place = {.service = entry->service, .file = entry->name},
                                     .kind = KS_DEFINITION_PROMETHEUS,
                                     .stamp = content->stamp};
    struct ks_queries file;
    int outcome = ks_queries_parse(&file, content->data, content->length, err);

    if (outcome == 0 && file.count == 0) {
        outcome = ks_error_set(err, KS_ERROR_INVALID, "it holds no check: write \"name: query\"");
    }
    for (size_t i = 0; outcome == 0 && i < file.count; i++) {
        found.place.check = file.checks[i].name;
        found.query = &file.checks[i];
        outcome = add_check(scan, &found, err);
    }
    ks_queries_fini(&file);
    return outcome;
}

typedef int read_content(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry,
                         const struct ks_catalog_content *content, struct ks_error *err);

static const struct {
    size_t most;
    read_content *read;
} readers[] = {
    [KS_CATALOG_ENTRY_MODULE] = {MODULE_MOST, read_module},
    [KS_CATALOG_ENTRY_PYTHON] = {KS_CATALOG_TEXT_MOST, read_python},
    [KS_CATALOG_ENTRY_PROMETHEUS] = {KS_CATALOG_TEXT_MOST, read_queries},
};

static int read_file(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err)
{
    struct ks_catalog_content content = {.data = NULL};
    int outcome = ks_catalog_scan_content(scan, entry->name, readers[entry->kind].most, &content, err);

    if (outcome == 0) {
        outcome = readers[entry->kind].read(scan, entry, &content, err);
        free(content.data);
    }
    return outcome;
}

/* ---- folders of programs ---- */

static int judge_program(const struct ks_catalog_scan *scan, int folder, const char *name, const struct stat *status,
                         struct ks_error *err)
{
    bool is_executable = status->st_mode & (S_IXUSR | S_IXGRP | S_IXOTH);

    if (!S_ISREG(status->st_mode)) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s: must be an executable file",
                            S_ISDIR(status->st_mode) ? "a folder" : "neither a file nor a folder");
    }
    if (!is_executable && is_ignored(name)) {
        return pass_over(err);
    }
    if (ks_catalog_file_judge_name(folder, name, status, scan->options->allow_writable, err)) {
        return -1;
    }
    return is_executable ? 0 : ks_error_set(err, KS_ERROR_INVALID, "not executable: chmod +x it");
}

/* Does not open the program: the user who runs it may differ from the one who lists it. */
static int read_program(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, int folder,
                        const char *name, struct ks_error *err)
{
    char file[FILE_SIZE];
    struct ks_catalog_found found = {.place = {.service = entry->service, .check = name, .file = file},
                                     .kind = KS_DEFINITION_PROGRAM};
    struct ks_error error;
    struct stat status;

    snprintf(file, sizeof file, "%s/%s", entry->name, name);
    if (ks_catalog_scan_watch_link(scan, file, err)) {
        return -1;
    }
    if (ks_catalog_file_status(folder, name, &status, &error) || judge_program(scan, folder, name, &status, &error) ||
        ks_catalog_scan_judge_link(scan, file, &error)) {
        return ks_catalog_scan_refuse(scan, &found.place, &error, err);
    }
    found.stamp = ks_file_stamp(&status);
    return add_check(scan, &found, err);
}

static int read_programs(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, int folder,
                         struct ks_error *err)
{
    struct ks_string_list names = {.strings = NULL};
    int outcome = ks_catalog_file_names(&names, folder, KS_CATALOG_MOST + 1, err);

    if (outcome == 0 && names.count == 0) {
        outcome = ks_error_set(err, KS_ERROR_INVALID, "it holds no check: put executable files there");
    }
    for (size_t i = 0; outcome == 0 && i < names.count && !ks_catalog_is_full(scan->catalog); i++) {
        outcome = read_program(scan, entry, folder, names.strings[i], err);
    }
    ks_string_list_fini(&names);
    return outcome;
}

static int read_folder(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err)
{
    struct ks_catalog_file folder;
    int outcome;

    if (ks_catalog_scan_watch_folder(scan, entry->name, err) ||
        ks_catalog_file_open_folder(&folder, scan->folder, entry->name, err)) {
        return -1;
    }
    outcome = judge(scan, &folder, entry->name, err);
    if (outcome == 0) {
        outcome = read_programs(scan, entry, folder.fd, err);
    }
    close(folder.fd);
    return outcome;
}

/* ---- entries ---- */

static int check_kind(const struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err)
{
    struct stat status;

    if (entry->kind != KS_CATALOG_ENTRY_FOLDER) {
        return 0;
    }
    if (ks_catalog_file_status(scan->folder, entry->name, &status, err)) {
        return -1;
    }
    if (S_ISREG(status.st_mode) && is_ignored(entry->name)) {
        return pass_over(err);
    }
    return S_ISDIR(status.st_mode)
               ? 0
               : ks_error_set(err, KS_ERROR_INVALID,
                              "unknown kind of file: must be NAME.so, NAME.py, NAME.promql, NAME.conf or a "
                              "folder NAME/");
}

static int check_conf(const struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err)
{
    if (scan->conf_error.kind == KS_ERROR_NONE) {
        return 0;
    }
    *err = scan->conf_error;
    return ks_error_wrap(err, "%s.conf", entry->service);
}

int ks_catalog_scan_entry(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err)
{
    struct ks_catalog_place place = {.service = "", .check = "", .file = entry->name};
    struct ks_error error;
    int outcome;

    if (ks_catalog_scan_watch_link(scan, entry->name, err)) {
        return -1;
    }
    if (check_kind(scan, entry, &error) || ks_name_check_service(entry->service, &error)) {
        return ks_catalog_scan_refuse(scan, &place, &error, err);
    }
    place.service = entry->service;
    outcome = check_conf(scan, entry, &error);
    if (outcome == 0) {
        outcome =
            entry->kind == KS_CATALOG_ENTRY_FOLDER ? read_folder(scan, entry, &error) : read_file(scan, entry, &error);
    }
    return outcome ? ks_catalog_scan_refuse(scan, &place, &error, err) : 0;
}
