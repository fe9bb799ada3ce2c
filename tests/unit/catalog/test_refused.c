/* Refused files in real folders of checks, and the reasons. */
#include "config.h"

#include "support/check_catalog_rows.h"

static void a_refusal_says_why_and_what_to_do(void **state)
{
    static const struct row rows[] = {
        {"other files",
         {{"LICENSE", PLAIN, "x"}, {"web.py~", PLAIN, "x"}},
         "! LICENSE (/): " UNKNOWN "\n! web.py~ (/): " UNKNOWN "\n"},
        {"explanations and sources are ignored",
         {{"README.txt", 0666, "x"},
          {"a b.md", PLAIN, "x"},
          {"web.c", PLAIN, "x"},
          {"web.h", PROGRAM, "x"},
          {"web/", PROGRAM, NULL},
          {"web/README.md", PLAIN, "x"},
          {"web/x.c", PLAIN, "x"}},
         ""},
        {"but only regular files",
         {{"a.c", S_IFIFO | 0600, NULL}, {"b.md", 0, "-> nowhere"}},
         "! a.c (/): " UNKNOWN "\n! b.md (/): a symbolic link to nothing: fix or remove it\n"},
        {"folders and programs may have their names",
         {{"README/", PROGRAM, NULL},
          {"README/x.h", PROGRAM, ""},
          {"a.c/", PROGRAM, NULL},
          {"a.c/README", PROGRAM, ""}},
         "README/x.h: program\na.c/README: program\n"},
        {".md alone is not a name",
         {{"web/", PROGRAM, NULL}, {"web/md", PLAIN, ""}},
         "! web/md (web/md): not executable: chmod +x it\n"},
        {"an invalid name of a service",
         {{"-web.py", PLAIN, ""}, {"w b/", PROGRAM, NULL}, {"web-.conf", PLAIN, ""}},
         "! -web.py (/): service \"-web\": " ACCEPTED "253 bytes\n"
         "! w b (/): service \"w b\": " ACCEPTED "253 bytes\n"
         "! web-.conf (/): service \"web-\": " ACCEPTED "253 bytes\n"},
        {"a name with a newline stays on one line of the log",
         {{"a\n\033[1m.py", PLAIN, ""}},
         "! a\n\033[1m.py (/): service \"a  [1m\": " ACCEPTED "253 bytes\n"},
        {"an invalid name of a check",
         {{"web/", PROGRAM, NULL}, {"web/front~", PROGRAM, ""}},
         "! web/front~ (web/front~): check \"front~\": " ACCEPTED "63 bytes\n"},
        {"health as a program",
         {{"web/", PROGRAM, NULL}, {"web/health", PROGRAM, ""}},
         "! web/health (web/health): \"health\" is the automatic check: rename it\n"},
        {"health as a query",
         {{"web.promql", PLAIN, "health: up\nup: up\n"}},
         "web/up: Prometheus\n! web.promql (web/health): \"health\" is the automatic check: rename it\n"},
        {"not executable",
         {{"web/", PROGRAM, NULL}, {"web/front", PLAIN, ""}},
         "! web/front (web/front): not executable: chmod +x it\n"},
        {"a folder in a folder",
         {{"web/", PROGRAM, NULL}, {"web/more/", PROGRAM, NULL}},
         "! web/more (web/more): a folder: must be an executable file\n"},
        {"a folder that is named like a file",
         {{"web.so/", PROGRAM, NULL}},
         "! web.so (web/): a folder: put a file in its place\n"},
        {"a FIFO does not block",
         {{"web.py", S_IFIFO | 0600, NULL},
          {"web/", PROGRAM, NULL},
          {"web/x", S_IFIFO | 0700, NULL},
          {"y", S_IFIFO | 0600, NULL}},
         "! web.py (web/): neither a file nor a folder: put a file in its place\n"
         "! web/x (web/x): neither a file nor a folder: must be an executable file\n"
         "! y (/): " UNKNOWN "\n"},
        {"a device is not opened",
         {{"web.py", 0, "-> /dev/tty"}},
         "! web.py (web/): neither a file nor a folder: put a file in its place\n"},
        {"a link to nothing",
         {{"web.py", 0, "-> nowhere"}, {"x/", PROGRAM, NULL}, {"x/y", 0, "-> nowhere"}},
         "! web.py (web/): a symbolic link to nothing: fix or remove it\n"
         "! x/y (x/y): a symbolic link to nothing: fix or remove it\n"},
        {"a link to itself", {{"web.py", 0, "-> web.py"}}, "! web.py (web/): Too many levels of symbolic links\n"},
        {"a file without a query",
         {{"web.promql", PLAIN, "# none\n"}},
         "! web.promql (web/): it holds no check: write \"name: query\"\n"},
        {"a broken entry affects only itself",
         {{"web.so/", PROGRAM, NULL}, {"web/", PROGRAM, NULL}, {"web/front", PROGRAM, ""}, {"web/back", PLAIN, ""}},
         "web/front: program\n"
         "! web.so (web/): a folder: put a file in its place\n"
         "! web/back (web/back): not executable: chmod +x it\n"},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

static void world_writable_files_are_refused(void **state)
{
    static const struct row rows[] = {
        {"a file", {{"web.promql", 0646, "up: up\n"}}, "! web.promql (web/): " WRITABLE "\n"},
        {"Python", {{"web.py", 0666, ""}}, "! web.py (web/): " WRITABLE "\n"},
        {"writable by the group is allowed", {{"web.promql", 0664, "up: up\n"}}, "web/up: Prometheus\n"},
        {"a program", {{"web/", PROGRAM, NULL}, {"web/front", 0777, ""}}, "! web/front (web/front): " WRITABLE "\n"},
        {"a folder", {{"web/", 0777, NULL}, {"web/front", PROGRAM, ""}}, "! web (web/): " WRITABLE "\n"},
        {"a folder with the sticky bit",
         {{"web/", 01777, NULL}, {"web/front", PROGRAM, ""}},
         "! web (web/): " WRITABLE "\n"},
        {"the target of a link",
         {{".x", 0666, "up: up\n"}, {"web.promql", 0, "-> .x"}},
         "! web.promql (web/): " WRITABLE "\n"},
        {"settings, and every check that they apply to",
         {{"web.conf", 0666, "interval = 1m\n"}, {"web.promql", PLAIN, "up: up\n"}, {"x.promql", PLAIN, "up: up\n"}},
         "x/up: Prometheus\n! web.conf (web/): " WRITABLE "\n! web.promql (web/): web.conf: " WRITABLE "\n"},
    };
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;

    run_rows(rows, COUNT(rows));
    folder_put(folder, &(struct file){"web/", 0777, NULL});
    folder_put(folder, &(struct file){"web/front", 0777, NULL});
    assert_int_equal(chmod(folder->path, 0777), 0);
    scan(&catalog, &options);
    assert_catalog("the folder itself", &catalog, "!  (/): " WRITABLE "\n");
    assert_string_equal(catalog.watched[0], folder->path);
    ks_catalog_fini(&catalog);
    options.allow_writable = true;
    scan(&catalog, &options);
    assert_catalog("unless it is allowed", &catalog, "web/front: program\n");
    ks_catalog_fini(&catalog);
}

/* Users who may rename files in a folder decide what runs. With the sticky bit, users may rename only their own files.
 */
static void a_link_into_a_folder_that_everybody_may_write_to_is_refused(void **state)
{
    static const struct file files[] = {
        {".x/", 0777, NULL},         {".x/y", PROGRAM, "up: up\n"}, {".x/z/", PROGRAM, NULL},
        {".x/z/front", PROGRAM, ""}, {"a.promql", 0, "-> .x/y"},    {"b/", PROGRAM, NULL},
        {"b/c", 0, "-> ../.x/y"},    {"d", 0, "-> .x/z"},
    };
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;
    char path[PATH_MAX];
    char reason[KS_ERROR_TEXT_SIZE];

    for (size_t i = 0; i < COUNT(files); i++) {
        folder_put(folder, &files[i]);
    }
    folder_path(folder, ".x", path);
    snprintf(reason, sizeof reason, "it links into %.200s: " WRITABLE, path);
    scan(&catalog, &options);
    assert_int_equal(catalog.count, 0);
    assert_int_equal(catalog.refusal_count, 3);
    for (size_t i = 0; i < catalog.refusal_count; i++) {
        assert_row_text(catalog.refusals[i].file, catalog.refusals[i].reason, reason);
    }
    ks_catalog_fini(&catalog);
    assert_int_equal(chmod(path, 01777), 0);
    scan(&catalog, &options);
    assert_catalog("sticky", &catalog, "a/up: Prometheus\nb/c: program\nd/front: program\n");
    ks_catalog_fini(&catalog);
}

static void a_folder_that_cannot_be_read_is_refused(void **state)
{
    struct folder *folder = *state;
    char path[PATH_MAX];
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;

    folder_path(folder, "nowhere", path);
    options.folder = path;
    scan(&catalog, &options);
    assert_catalog("missing", &catalog, "!  (/): No such file or directory\n");
    assert_null(catalog.watched);
    ks_catalog_fini(&catalog);

    folder_path(folder, "web.py", path);
    folder_put(folder, &(struct file){"web.py", PLAIN, ""});
    scan(&catalog, &options);
    assert_catalog("no folder", &catalog, "!  (/): Not a directory\n");
    ks_catalog_fini(&catalog);
}

/* As root everything is readable. */
static void unreadable_files_are_refused(void **state)
{
    static const struct row rows[] = {
        {"a file", {{"web.py", 0, ""}}, "! web.py (web/): Permission denied: make it readable with chmod\n"},
        {"a folder", {{"web/", 0, NULL}}, "! web (web/): Permission denied: make it readable with chmod\n"},
    };

    (void)state;
    if (geteuid() == 0) {
        skip();
    }
    run_rows(rows, COUNT(rows));
}

static void too_large_a_file_is_refused(void **state)
{
    static const struct {
        const char *file, *reason;
        off_t size;
    } rows[] = {
        {"a.conf", "1048577 bytes: must be at most 1048576", 1048577},
        {"b.promql", "1048577 bytes: must be at most 1048576", 1048577},
        {"c.py", "1048577 bytes: must be at most 1048576", 1048577},
        {"d.so", "67108865 bytes: must be at most 67108864", 67108865},
    };
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;

    for (size_t i = 0; i < COUNT(rows); i++) {
        char path[PATH_MAX];

        folder_put(folder, &(struct file){rows[i].file, PLAIN, ""});
        folder_path(folder, rows[i].file, path);
        assert_int_equal(truncate(path, rows[i].size), 0);
    }
    scan(&catalog, &options);
    assert_int_equal(catalog.refusal_count, COUNT(rows));
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_row_text(rows[i].file, catalog.refusals[i].reason, rows[i].reason);
    }
    ks_catalog_fini(&catalog);
}

static void more_than_ten_thousand_are_too_many(void **state)
{
    static const char *const files[] = {"a.promql", "b.promql", "c.promql", "d.promql", "e.promql", "f.promql",
                                        "g.promql", "h.promql", "i.promql", "j.promql", "k.promql"};
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    for (int i = 0; i < 1000; i++) {
        ks_buf_printf(&text, "check%d: up\n", i);
    }
    for (size_t i = 0; i < COUNT(files); i++) {
        folder_write(folder, files[i], text.data, text.length);
    }
    folder_put(folder, &(struct file){"0.txt", PLAIN, ""});
    folder_put(folder, &(struct file){"z.txt", PLAIN, ""});
    scan(&catalog, &options);
    assert_int_equal(catalog.count, 9999);
    assert_int_equal(catalog.refusal_count, 2);
    assert_string_equal(catalog.refusals[0].file, "");
    assert_string_equal(catalog.refusals[0].reason, "more than 10000 checks and refusals: the rest is left out");
    assert_string_equal(catalog.refusals[1].file, "0.txt");
    ks_catalog_fini(&catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_says_why_and_what_to_do),
        cmocka_unit_test_setup_teardown(world_writable_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_link_into_a_folder_that_everybody_may_write_to_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_folder_that_cannot_be_read_is_refused, set_up, tear_down),
        cmocka_unit_test(unreadable_files_are_refused),
        cmocka_unit_test_setup_teardown(too_large_a_file_is_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(more_than_ten_thousand_are_too_many, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
