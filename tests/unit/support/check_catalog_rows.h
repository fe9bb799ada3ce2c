/* Tables of folders of checks and the catalogs that they give. */
#ifndef KS_TEST_CHECK_CATALOG_ROWS_H
#define KS_TEST_CHECK_CATALOG_ROWS_H

#include "support/testing.h"

#include "catalog/catalog.h"
#include "support/check_folder.h"

#define FILES_MOST 8
#define PLAIN      0644
#define PROGRAM    0755
#define UNKNOWN    "unknown kind of file: must be NAME.so, NAME.py, NAME.promql, NAME.conf or a folder NAME/"
#define WRITABLE   "everybody may write to it: chmod o-w it, or set SHIELD_CHECKS_WRITABLE=allow"
#define ACCEPTED   "must be letters, digits, '-', '_' and '.', with a letter or digit at each end, at most "

static inline int set_up(void **state)
{
    static struct folder folder;

    folder_init(&folder);
    *state = &folder;
    return 0;
}

static inline int tear_down(void **state)
{
    folder_fini(*state);
    return 0;
}

static inline struct ks_checks_options options_of(const struct folder *folder)
{
    return (struct ks_checks_options){.folder = folder->path, .interval_ms = 30000, .timeout_ms = 10000};
}

/* Prints a line for each check, refusal and file to be listed, with the settings that differ from the options. */
static inline void put_catalog(struct ks_buf *out, const struct ks_catalog *catalog)
{
    for (size_t i = 0; i < catalog->count; i++) {
        const struct ks_definition *definition = &catalog->definitions[i];

        ks_buf_printf(out, "%s/%s: %s", definition->service, definition->check,
                      ks_definition_kind_name(definition->kind));
        if (definition->label[0]) {
            ks_buf_printf(out, ", label %s", definition->label);
        }
        if (definition->interval_ms != 30000 || definition->timeout_ms != 10000) {
            ks_buf_printf(out, ", %d ms, %d ms", (int)definition->interval_ms, (int)definition->timeout_ms);
        }
        for (char **argument = definition->arguments; argument && *argument; argument++) {
            ks_buf_printf(out, " [%s]", *argument);
        }
        ks_buf_literal(out, "\n");
    }
    for (size_t i = 0; i < catalog->unlisted_count; i++) {
        ks_buf_printf(out, "? %s: %s\n", catalog->unlisted[i].service, catalog->unlisted[i].file);
    }
    for (size_t i = 0; i < catalog->refusal_count; i++) {
        const struct ks_refusal *refusal = &catalog->refusals[i];

        ks_buf_printf(out, "! %s (%s/%s): %s\n", refusal->file, refusal->service, refusal->check, refusal->reason);
    }
}

static inline void scan(struct ks_catalog *catalog, const struct ks_checks_options *options)
{
    struct ks_error err;

    assert_int_equal(ks_catalog_read(catalog, options, &err), 0);
}

static inline void assert_catalog(const char *rule, const struct ks_catalog *catalog, const char *wanted)
{
    struct ks_buf seen KS_CLEANUP_BUF;

    ks_buf_init(&seen, CEILING);
    put_catalog(&seen, catalog);
    assert_row_text(rule, seen.data, wanted);
}

/* A folder with these files, and the catalog it must give. */
struct row {
    const char *rule;
    struct file files[FILES_MOST];
    const char *wanted;
};

static inline void run_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct ks_catalog catalog;
        struct ks_checks_options options;
        struct folder folder;

        folder_init(&folder);
        for (const struct file *file = rows[i].files; file->path; file++) {
            folder_put(&folder, file);
        }
        options = options_of(&folder);
        scan(&catalog, &options);
        assert_catalog(rows[i].rule, &catalog, rows[i].wanted);
        ks_catalog_fini(&catalog);
        ks_catalog_fini(&catalog);
        folder_fini(&folder);
    }
}

#endif
