/* Catalogs of real folders of checks. */
#include "config.h"

#include "support/check_catalog_rows.h"

static void an_entry_is_a_service(void **state)
{
    static const struct row rows[] = {
        {"nothing", {{NULL, 0, NULL}}, ""},
        {"programs, by name",
         {{"web/", PROGRAM, NULL}, {"web/front.sh", PROGRAM, "x"}, {"web/back", 0711, "x"}},
         "web/back: program\nweb/front.sh: program\n"},
        {"execute permission for anybody is enough",
         {{"web/", PROGRAM, NULL}, {"web/front", 0001, "x"}},
         "web/front: program\n"},
        {"Python waits for its functions", {{"web.py", PLAIN, "def hits(): return 1\n"}}, "? web: web.py\n"},
        {"queries", {{"web.promql", PLAIN, "up: up\ndown: 1 - up\n"}}, "web/down: Prometheus\nweb/up: Prometheus\n"},
        {"several entries add up",
         {{"web/", PROGRAM, NULL}, {"web/front", PROGRAM, "x"}, {"web.promql", PLAIN, "up: up\n"}},
         "web/front: program\nweb/up: Prometheus\n"},
        {"services are sorted, not names of files",
         {{"web-a/", PROGRAM, NULL},
          {"web-a/x", PROGRAM, ""},
          {"web/", PROGRAM, NULL},
          {"web/x", PROGRAM, ""},
          {"Web.promql", PLAIN, "x: up\n"}},
         "Web/x: Prometheus\nweb/x: program\nweb-a/x: program\n"},
        {"a name with dots", {{"web.v2/", PROGRAM, NULL}, {"web.v2/x", PROGRAM, ""}}, "web.v2/x: program\n"},
        {"a program takes precedence over a query of its name",
         {{"web/", PROGRAM, NULL}, {"web/up", PROGRAM, ""}, {"web.promql", PLAIN, "up: up\n"}},
         "web/up: program\n! web.promql (web/up): web/up already has the check \"up\": rename one of them\n"},
        {"hidden and helpers",
         {{".git/", PROGRAM, NULL},
          {"_helper.py", PLAIN, ""},
          {"__pycache__/", PROGRAM, NULL},
          {".x.so", PLAIN, ""},
          {"web/", PROGRAM, NULL},
          {"web/.x", PLAIN, ""},
          {"web/_lib/", PROGRAM, NULL}},
         "! web (web/): it holds no check: put executable files there\n"},
    };

    (void)state;
    run_rows(rows, COUNT(rows));
}

static void settings_hold_for_all_checks_or_for_one(void **state)
{
    static const struct row rows[] = {
        {"all and one",
         {{"web.conf", PLAIN,
           "interval = 5m\ntimeout = 20s\narguments = -a\n[front]\nlabel = front page\ntimeout = 3s\narguments = -b "
           "\"c d\"\n"},
          {"web/", PROGRAM, NULL},
          {"web/front", PROGRAM, ""},
          {"web/back", PROGRAM, ""},
          {"x/", PROGRAM, NULL},
          {"x/front", PROGRAM, ""}},
         "web/back: program, 300000 ms, 20000 ms [-a]\n"
         "web/front: program, label front page, 300000 ms, 3000 ms [-b] [c d]\n"
         "x/front: program\n"},
        {"a section without a check",
         {{"web.conf", PLAIN, "[front]\nlabel = x\n\n[frnt]\nlabel = y\n"},
          {"web/", PROGRAM, NULL},
          {"web/front", PROGRAM, ""}},
         "web/front: program, label x\n! web.conf (web/frnt): line 4: [frnt]: web has no such check\n"},
        {"a section whose check was refused adds no error",
         {{"web.conf", PLAIN, "[front]\nlabel = x\n"}, {"web/", PROGRAM, NULL}, {"web/front", PLAIN, ""}},
         "! web/front (web/front): not executable: chmod +x it\n"},
        {"a section whose file was refused adds no error",
         {{"web.conf", PLAIN, "[front]\nlabel = x\n"}, {"web.promql", 0666, ""}},
         "! web.promql (web/): " WRITABLE "\n"},
        {"a section of a Python file is checked once that is listed",
         {{"web.conf", PLAIN, "[front]\nlabel = x\n"}, {"web.py", PLAIN, ""}},
         "? web: web.py\n"},
        {"nothing to set",
         {{"web.conf", PLAIN, "interval = 5m\n"}},
         "! web.conf (web/): there is no web.so, web.py, web.promql or web/\n"},
        {"a folder of settings",
         {{"web.conf/", PROGRAM, NULL}, {"web.py", PLAIN, ""}},
         "! web.conf (web/): a folder: put a file in its place\n! web.py (web/): web.conf: a folder: put a file in its "
         "place\n"},
    };
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;

    run_rows(rows, COUNT(rows));
    folder_put(folder, &(struct file){"web.conf", PLAIN, "\nintervall = 3s\n"});
    folder_put(folder, &(struct file){"web.py", PLAIN, ""});
    folder_put(folder, &(struct file){"web/", PROGRAM, NULL});
    folder_put(folder, &(struct file){"web/front", PROGRAM, ""});
    scan(&catalog, &options);
    assert_int_equal(catalog.count + catalog.unlisted_count, 0);
    assert_int_equal(catalog.refusal_count, 3);
    assert_string_equal(catalog.refusals[1].file, "web.conf");
    assert_row_part("broken settings", catalog.refusals[1].reason, "line 2: ");
    assert_row_part("refuse folders", catalog.refusals[0].reason, "web.conf: line 2: ");
    assert_row_part("and files", catalog.refusals[2].reason, "web.conf: line 2: ");
    ks_catalog_fini(&catalog);
}

static void a_module_lists_its_own_checks(void **state)
{
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;

    folder_put_module(folder, "web.so", "hits", "health");
    folder_put(folder, &(struct file){"web/", PROGRAM, NULL});
    folder_put(folder, &(struct file){"web/hits", PROGRAM, NULL});
    scan(&catalog, &options);
    assert_catalog("module", &catalog,
                   "web/hits: C module\n"
                   "! web.so (web/health): \"health\" is the automatic check: rename it\n"
                   "! web/hits (web/hits): web.so already has the check \"hits\": rename one of them\n");
    ks_catalog_fini(&catalog);
}

/* Lists unlisted[0]; functions: space-separated. */
static void list(struct ks_catalog *catalog, const struct ks_checks_options *options, const char *functions,
                 const char *reason)
{
    char text[512];
    const char *names[16] = {NULL};
    size_t count = 0;
    char *rest = NULL;
    struct ks_error err;

    snprintf(text, sizeof text, "%s", functions);
    for (char *name = strtok_r(text, " ", &rest); name; name = strtok_r(NULL, " ", &rest)) {
        names[count++] = name;
    }
    assert_int_equal(ks_catalog_list(catalog, options, 0, names, reason, &err), 0);
}

static void python_lists_its_functions(void **state)
{
    static const struct {
        const char *rule, *functions, *reason, *wanted;
    } rows[] = {
        {"checks between those of others", "hits misses", NULL,
         "a/x: program\nweb/front: program, 60000 ms, 10000 ms\nweb/hits: Python, label Hits, 60000 ms, 10000 ms\n"
         "web/misses: Python, 60000 ms, 10000 ms\nz/x: program\n"},
        {"a function takes precedence over a program of its name", "front hits", NULL,
         "a/x: program\nweb/front: Python, 60000 ms, 10000 ms\nweb/hits: Python, label Hits, 60000 ms, 10000 ms\n"
         "z/x: program\n! web/front (web/front): web.py already has the check \"front\": rename one of them\n"},
        {"refused names", "health hits b\xc3\xa4h", NULL,
         "a/x: program\nweb/front: program, 60000 ms, 10000 ms\nweb/hits: Python, label Hits, 60000 ms, 10000 ms\nz/x: "
         "program\n"
         "! web.py (web/b\xc3\xa4h): check \"b\xc3\xa4h\": " ACCEPTED "63 bytes\n"
         "! web.py (web/health): \"health\" is the automatic check: rename it\n"},
        {"a section without a function", "misses", NULL,
         "a/x: program\nweb/front: program, 60000 ms, 10000 ms\nweb/misses: Python, 60000 ms, 10000 ms\nz/x: program\n"
         "! web.conf (web/hits): line 2: [hits]: web has no such check\n"},
        {"none", "", NULL,
         "a/x: program\nweb/front: program, 60000 ms, 10000 ms\nz/x: program\n"
         "! web.py (web/): it holds no check: write a function whose name does not begin with '_'\n"},
        {"a failure", "", "web.py line 1: SyntaxError: what",
         "a/x: program\nweb/front: program, 60000 ms, 10000 ms\nz/x: program\n! web.py (web/): web.py line 1: "
         "SyntaxError: what\n"},
    };
    static const struct file files[] = {
        {"a/", PROGRAM, NULL},      {"a/x", PROGRAM, ""},
        {"web.py", PLAIN, ""},      {"web/", PROGRAM, NULL},
        {"web/front", PROGRAM, ""}, {"z/", PROGRAM, NULL},
        {"z/x", PROGRAM, ""},       {"web.conf", PLAIN, "interval = 1m\n[hits]\nlabel = Hits\n"},
        {".front", PLAIN, ""},
    };
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);

    for (size_t i = 0; i < COUNT(files); i++) {
        folder_put(folder, &files[i]);
    }
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_catalog catalog;
        char wanted[1024];

        scan(&catalog, &options);
        list(&catalog, &options, rows[i].functions, rows[i].reason);
        /* It keeps its place, which is between the checks and the refusals here. */
        snprintf(wanted, sizeof wanted, "%.*s? web: web.py\n%s", (int)strcspn(rows[i].wanted, "!"), rows[i].wanted,
                 rows[i].wanted + strcspn(rows[i].wanted, "!"));
        assert_catalog(rows[i].rule, &catalog, wanted);
        assert_row_number(rows[i].rule, ks_catalog_find(&catalog, "web", "hits") != NULL,
                          strstr(rows[i].functions, "hits") != NULL);
        assert_non_null(ks_catalog_find(&catalog, "z", "x"));
        assert_null(ks_catalog_find(&catalog, "z", "y"));
        assert_null(ks_catalog_find(&catalog, "zz", "x"));
        assert_null(ks_catalog_find(&catalog, "", ""));
        ks_catalog_fini(&catalog);
    }
}

static uint64_t stamp_of(const struct folder *folder, const char *service, const char *check)
{
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;
    const struct ks_definition *found;
    uint64_t stamp;

    scan(&catalog, &options);
    found = ks_catalog_find(&catalog, service, check);
    assert_non_null(found);
    stamp = found->stamp;
    ks_catalog_fini(&catalog);
    return stamp;
}

static void a_stamp_changes_with_the_file_and_its_own_settings(void **state)
{
    static const struct {
        const char *rule;
        struct file file;
        bool changes;
    } rows[] = {
        {"nothing", {".x", PLAIN, ""}, false},
        {"another check", {"web/back", PROGRAM, ""}, false},
        {"settings of nothing", {"web.conf", PLAIN, "# none\n"}, false},
        {"settings of another check", {"web.conf", PLAIN, "[back]\nlabel = x\n"}, false},
        {"interval", {"web.conf", PLAIN, "interval = 2m\n"}, true},
        {"timeout", {"web.conf", PLAIN, "interval = 2m\ntimeout = 5s\n"}, true},
        {"arguments", {"web.conf", PLAIN, "interval = 2m\ntimeout = 5s\narguments = a b\n"}, true},
        {"words of arguments", {"web.conf", PLAIN, "interval = 2m\ntimeout = 5s\narguments = 'a b'\n"}, true},
        {"label", {"web.conf", PLAIN, "interval = 2m\ntimeout = 5s\narguments = 'a b'\n[front]\nlabel = x\n"}, true},
        {"content", {"web/front", PROGRAM, "more"}, true},
    };
    struct folder *folder = *state;
    uint64_t before;

    folder_put(folder, &(struct file){"web/", PROGRAM, NULL});
    folder_put(folder, &(struct file){"web/front", PROGRAM, ""});
    before = stamp_of(folder, "web", "front");
    for (size_t i = 0; i < COUNT(rows); i++) {
        uint64_t stamp;

        folder_put(folder, &rows[i].file);
        stamp = stamp_of(folder, "web", "front");
        assert_row_number(rows[i].rule, stamp != before, rows[i].changes);
        before = stamp;
    }
}

static void a_mounted_configmap_is_read_through_its_links(void **state)
{
    static const struct file files[] = {
        {"..2024_1/", PROGRAM, NULL},  {"..2024_1/web.promql", PLAIN, "up: up\n"},
        {"..data", 0, "-> ..2024_1"},  {"web.promql", 0, "-> ..data/web.promql"},
        {"x/", PROGRAM, NULL},         {"x/..2024_2/", PROGRAM, NULL},
        {"x/..2024_2/y", PROGRAM, ""}, {"x/..data", 0, "-> ..2024_2"},
        {"x/y", 0, "-> ..data/y"},
    };
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;
    char path[PATH_MAX];

    for (size_t i = 0; i < COUNT(files); i++) {
        folder_put(folder, &files[i]);
    }
    scan(&catalog, &options);
    assert_catalog("mounted", &catalog, "web/up: Prometheus\nx/y: program\n");
    folder_path(folder, "x/y", path);
    assert_string_equal(catalog.definitions[1].path, path);
    assert_string_equal(catalog.watched[0], folder->path);
    folder_path(folder, "x", path);
    assert_string_equal(catalog.watched[1], path);
    assert_null(catalog.watched[2]);
    ks_catalog_fini(&catalog);
}

static void folders_behind_links_are_watched(void **state)
{
    struct folder *folder = *state;
    struct folder other;
    struct ks_checks_options options;
    struct ks_catalog catalog;
    char checks[PATH_MAX];
    char target[PATH_MAX + 32];
    const char *const places[] = {"", "/lib", "/programs"};

    folder_init(&other);
    folder_put(&other, &(struct file){"lib/", PROGRAM, NULL});
    folder_put(&other, &(struct file){"lib/check_disk", PROGRAM, ""});
    folder_put(&other, &(struct file){"programs/", PROGRAM, NULL});
    folder_put(&other, &(struct file){"programs/front", PROGRAM, ""});
    folder_put(folder, &(struct file){"disk/", PROGRAM, NULL});
    snprintf(target, sizeof target, "-> %s/lib/check_disk", other.path);
    folder_put(folder, &(struct file){"disk/root", 0, target});
    folder_put(folder, &(struct file){"disk/home", 0, target});
    snprintf(target, sizeof target, "-> %s/programs", other.path);
    folder_put(folder, &(struct file){"web", 0, target});
    folder_path(folder, ".link", checks);
    folder_put(folder, &(struct file){".link", 0, "-> ."});
    options = options_of(folder);
    options.folder = checks;
    scan(&catalog, &options);
    assert_catalog("links", &catalog, "disk/home: program\ndisk/root: program\nweb/front: program\n");
    for (size_t i = 0, found = 0; i < COUNT(places); i++) {
        snprintf(target, sizeof target, "%s%s", other.path, places[i]);
        for (char **watched = catalog.watched; *watched; watched++) {
            found += strcmp(*watched, target) == 0;
        }
        assert_row_number(target, (int64_t)found, (int64_t)i + 1);
    }
    /* The folder and disk/ are watched too, each once. */
    assert_non_null(catalog.watched[4]);
    assert_null(catalog.watched[5]);
    ks_catalog_fini(&catalog);
    folder_fini(&other);
}

static void a_relative_folder_gives_absolute_paths(void **state)
{
    struct folder *folder = *state;
    struct ks_checks_options options = options_of(folder);
    struct ks_catalog catalog;
    char here[PATH_MAX];
    char path[PATH_MAX];

    folder_put(folder, &(struct file){"web/", PROGRAM, NULL});
    folder_put(folder, &(struct file){"web/front", PROGRAM, ""});
    folder_path(folder, "web/front", path);
    assert_non_null(getcwd(here, sizeof here));
    assert_int_equal(chdir(folder->path), 0);
    options.folder = ".";
    scan(&catalog, &options);
    assert_int_equal(chdir(here), 0);
    assert_int_equal(catalog.count, 1);
    assert_string_equal(catalog.definitions[0].path, path);
    ks_catalog_fini(&catalog);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_is_a_service),
        cmocka_unit_test_setup_teardown(settings_hold_for_all_checks_or_for_one, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_module_lists_its_own_checks, set_up, tear_down),
        cmocka_unit_test_setup_teardown(python_lists_its_functions, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stamp_changes_with_the_file_and_its_own_settings, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_mounted_configmap_is_read_through_its_links, set_up, tear_down),
        cmocka_unit_test_setup_teardown(folders_behind_links_are_watched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_relative_folder_gives_absolute_paths, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
