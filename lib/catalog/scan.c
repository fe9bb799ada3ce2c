/* Walks through a folder of checks, one service after another, sorted by name. */
#include "config.h"

#include "catalog/scan.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
    const char *suffix;
    enum ks_catalog_entry_kind kind;
} suffixes[] = {
    {".conf", KS_CATALOG_ENTRY_CONF},
    {".so", KS_CATALOG_ENTRY_MODULE},
    {".py", KS_CATALOG_ENTRY_PYTHON},
    {".promql", KS_CATALOG_ENTRY_PROMETHEUS},
};

static void set_entry(struct ks_catalog_entry *entry, const char *name)
{
    size_t length = strlen(name);

    *entry = (struct ks_catalog_entry){.name = name, .kind = KS_CATALOG_ENTRY_FOLDER};
    for (size_t i = 0; i < sizeof suffixes / sizeof suffixes[0]; i++) {
        size_t suffix = strlen(suffixes[i].suffix);

        if (length > suffix && strcmp(name + length - suffix, suffixes[i].suffix) == 0) {
            entry->kind = suffixes[i].kind;
            length -= suffix;
            break;
        }
    }
    snprintf(entry->service, sizeof entry->service, "%.*s", (int)length, name);
}

static int compare_entries(const void *one, const void *other)
{
    const struct ks_catalog_entry *a = one;
    const struct ks_catalog_entry *b = other;
    int order = strcmp(a->service, b->service);

    return order ? order : (int)a->kind - (int)b->kind;
}

/* ---- a service ---- */

static void drop_conf(struct ks_catalog_scan *scan)
{
    if (scan->conf && !scan->conf_is_lent) {
        ks_conf_fini(scan->conf);
        free(scan->conf);
    }
    scan->conf = NULL;
    scan->conf_is_lent = false;
    scan->conf_error.kind = KS_ERROR_NONE;
}

static int parse_conf(struct ks_catalog_scan *scan, const struct ks_catalog_content *content, struct ks_error *err)
{
    scan->conf = calloc(1, sizeof *scan->conf);
    return scan->conf ? ks_conf_parse(scan->conf, content->data, content->length, err) : ks_error_memory(err);
}

static int read_conf(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, struct ks_error *err)
{
    struct ks_catalog_content content = {.data = NULL};
    int outcome;

    if (ks_name_check_service(entry->service, err) ||
        ks_catalog_scan_content(scan, entry->name, KS_CATALOG_TEXT_MOST, &content, err)) {
        return -1;
    }
    outcome = parse_conf(scan, &content, err);
    free(content.data);
    return outcome;
}

/* If the settings are wrong, nothing of the service runs. `alone`: the service has no other file. */
static int take_conf(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entry, bool alone,
                     struct ks_error *err)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};
    bool has_name = ks_name_check_service(entry->service, NULL) == 0;
    const struct ks_catalog_place place = {.service = has_name ? entry->service : "", .check = "", .file = entry->name};

    if (ks_catalog_scan_watch_link(scan, entry->name, err)) {
        return -1;
    }
    if (read_conf(scan, entry, &error) == 0 && alone) {
        ks_error_set(&error, KS_ERROR_INVALID, "there is no %.80s.so, %.80s.py, %.80s.promql or %.80s/", entry->service,
                     entry->service, entry->service, entry->service);
    }
    if (error.kind == KS_ERROR_NONE || error.kind == KS_ERROR_IGNORE) {
        return 0;
    }
    scan->conf_error = error;
    return ks_catalog_scan_refuse(scan, &place, &error, err);
}

static int scan_service(struct ks_catalog_scan *scan, const struct ks_catalog_entry *entries, size_t count,
                        struct ks_error *err)
{
    struct ks_catalog *catalog = scan->catalog;
    size_t first = catalog->count;
    size_t at = 0;
    int outcome = 0;

    if (entries[0].kind == KS_CATALOG_ENTRY_CONF) {
        outcome = take_conf(scan, &entries[at++], count == 1, err);
    }
    for (; outcome == 0 && at < count; at++) {
        outcome = ks_catalog_scan_entry(scan, &entries[at], err);
    }
    if (outcome == 0) {
        outcome = ks_catalog_settle(catalog, first, catalog->count, err);
    }
    if (outcome == 0 && !scan->conf_is_lent && scan->conf_error.kind == KS_ERROR_NONE) {
        outcome = ks_catalog_check_sections(catalog, entries[0].service, scan->conf, err);
    }
    drop_conf(scan);
    return outcome;
}

/* ---- the folder ---- */

static int scan_entries(struct ks_catalog_scan *scan, struct ks_catalog_entry *entries, size_t count,
                        struct ks_error *err)
{
    size_t first = 0;

    if (count > 1) {
        qsort(entries, count, sizeof *entries, compare_entries);
    }
    while (first < count && !ks_catalog_is_full(scan->catalog)) {
        size_t end = first + 1;

        while (end < count && strcmp(entries[first].service, entries[end].service) == 0) {
            end++;
        }
        if (scan_service(scan, &entries[first], end - first, err)) {
            return -1;
        }
        first = end;
    }
    return 0;
}

static int scan_names(struct ks_catalog_scan *scan, const struct ks_string_list *names, struct ks_error *err)
{
    size_t count = names->count < KS_CATALOG_MOST ? names->count : KS_CATALOG_MOST;
    struct ks_catalog_entry *entries = calloc(count + 1, sizeof *entries);
    int outcome;

    if (!entries) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        set_entry(&entries[i], names->strings[i]);
    }
    outcome = scan_entries(scan, entries, count, err);
    free(entries);
    if (outcome == 0 && count < names->count) {
        outcome = ks_error_set(err, KS_ERROR_INVALID, "more than %d entries: the rest is left out", KS_CATALOG_MOST);
    }
    return outcome;
}

/* Checks run in another working directory, so their paths must be absolute. */
static int find_folder(struct ks_catalog_scan *scan, struct ks_error *err)
{
    const char *folder = scan->options->folder;

    scan->real = realpath(folder, NULL);
    if (!scan->real) {
        return errno == ENOMEM ? ks_error_memory(err)
                               : ks_error_set(err, KS_ERROR_INVALID, "%s", strerrordesc_np(errno));
    }
    scan->path = strdup(folder[0] == '/' ? folder : scan->real);
    return scan->path ? ks_string_list_add(&scan->watched, scan->real, err) : ks_error_memory(err);
}

/* KS_ERROR_INVALID is about the folder itself, or its size. */
static int scan_folder(struct ks_catalog_scan *scan, struct ks_error *err)
{
    struct ks_string_list names = {.strings = NULL};
    struct ks_catalog_file folder;
    int outcome;

    if (find_folder(scan, err) || ks_catalog_file_open_folder(&folder, AT_FDCWD, scan->options->folder, err)) {
        return -1;
    }
    scan->folder = folder.fd;
    outcome = ks_catalog_file_judge(folder.fd, &folder.status, scan->options->allow_writable, err);
    if (outcome == 0) {
        outcome = ks_catalog_file_names(&names, folder.fd, KS_CATALOG_MOST + 1, err);
    }
    if (outcome == 0) {
        outcome = scan_names(scan, &names, err);
    }
    ks_catalog_scan_imports(scan);
    ks_string_list_fini(&names);
    close(folder.fd);
    return outcome;
}

int ks_catalog_read(struct ks_catalog *catalog, const struct ks_checks_options *options, struct ks_error *err)
{
    static const struct ks_catalog_place whole = {.service = "", .check = "", .file = ""};
    struct ks_catalog_scan scan = {.catalog = catalog, .options = options};
    struct ks_error error;
    int outcome = 0;

    *catalog = (struct ks_catalog){.definitions = NULL};
    if (scan_folder(&scan, &error)) {
        outcome = ks_catalog_scan_refuse(&scan, &whole, &error, err);
    }
    ks_string_list_sort(&scan.watched);
    catalog->watched = ks_string_list_take(&scan.watched);
    free(scan.path);
    free(scan.real);
    ks_catalog_sort_refusals(catalog);
    if (outcome) {
        ks_catalog_fini(catalog);
    }
    return outcome;
}
