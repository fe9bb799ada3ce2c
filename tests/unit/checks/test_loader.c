/* A folder that changes, on a real loop. A shell script plays the runner: it runs a "Python" file as a script that
 * prints the names of its functions. */
#include "config.h"

#include "support/testing.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/wait.h>

#include "support/check_folder.h"
#include "support/open_descriptors.h"
#include "checks/loader.h"
#include "base/clock.h"

#define LONG_MS  20000
#define QUIET_MS 700 /* longer than a scan waits after the last event */
#define PLAIN    0644
#define PROGRAM  0755

struct fixture {
    struct folder folder, kit;
    struct ks_checks_options options;
    struct ks_loop *loop;
    struct ks_loader *loader;
    struct ks_buf seen; /* the last catalog */
    size_t count;       /* catalogs handed over */
    int taken;          /* what `loaded` returns for the next one */
    int descriptors;    /* open at the start */
};

static int on_loaded(void *arg, struct ks_catalog *catalog)
{
    struct fixture *fixture = arg;

    fixture->count++;
    ks_buf_reset(&fixture->seen);
    for (size_t i = 0; i < catalog->count; i++) {
        ks_buf_printf(&fixture->seen, "%s/%s\n", catalog->definitions[i].service, catalog->definitions[i].check);
    }
    for (size_t i = 0; i < catalog->refusal_count; i++) {
        ks_buf_printf(&fixture->seen, "! %s: %s\n", catalog->refusals[i].file, catalog->refusals[i].reason);
    }
    if (catalog->is_partial) {
        ks_buf_printf(&fixture->seen, "...\n");
    }
    ks_catalog_fini(catalog);
    ks_loop_stop(fixture->loop);
    return fixture->taken;
}

static void put(const struct folder *folder, const char *path, mode_t mode, const char *content)
{
    folder_put(folder, &(struct file){path, mode, content});
}

static int set_up(void **state)
{
    static struct fixture fixture;
    struct ks_error err;

    fixture = (struct fixture){.loop = NULL};
    ks_buf_init(&fixture.seen, CEILING);
    folder_init(&fixture.folder);
    folder_init(&fixture.kit);
    put(&fixture.kit, "run-check", PROGRAM,
        "#!/bin/sh\nkit=${0%/*}\nfor file; do :; done\necho + ${file##*/} >>$kit/log\n. \"$file\"\n");
    put(&fixture.kit, "log", PLAIN, "");
    fixture.options = (struct ks_checks_options){.folder = fixture.folder.path,
                                                 .kit = fixture.kit.path,
                                                 .python = "python3",
                                                 .interval_ms = 30000,
                                                 .timeout_ms = 10000,
                                                 .concurrency = 2};
    assert_int_equal(ks_loop_new(&fixture.loop, &err), 0);
    fixture.descriptors = open_descriptors();
    assert_int_equal(ks_loader_new(&fixture.loader, fixture.loop, &fixture.options, on_loaded, &fixture, &err), 0);
    *state = &fixture;
    return 0;
}

/* No more descriptors than at the start, and no child. */
static int tear_down(void **state)
{
    struct fixture *fixture = *state;

    ks_loader_free(fixture->loader);
    ks_loader_free(NULL);
    assert_int_equal(open_descriptors(), fixture->descriptors);
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
    ks_loop_free(fixture->loop);
    ks_buf_fini(&fixture->seen);
    folder_fini(&fixture->folder);
    folder_fini(&fixture->kit);
    return 0;
}

/* Runs until the next catalog comes. */
static void assert_loaded(struct fixture *fixture, const char *rule, const char *wanted)
{
    size_t before = fixture->count;
    struct ks_error err;

    assert_int_equal(ks_loop_run(fixture->loop, ks_clock_monotonic() + LONG_MS, &err), 0);
    assert_row_number(rule, (int64_t)fixture->count, (int64_t)before + 1);
    assert_row_text(rule, fixture->seen.data, wanted);
}

/* Runs until this catalog comes, possibly after others. */
static void assert_becomes(struct fixture *fixture, const char *rule, const char *wanted)
{
    int64_t deadline = ks_clock_monotonic() + LONG_MS;
    struct ks_error err;

    while (strcmp(fixture->seen.data, wanted) != 0 && ks_clock_monotonic() < deadline) {
        assert_int_equal(ks_loop_run(fixture->loop, deadline, &err), 0);
    }
    assert_row_text(rule, fixture->seen.data, wanted);
}

static void assert_quiet(struct fixture *fixture, const char *rule)
{
    size_t before = fixture->count;
    struct ks_error err;

    assert_int_equal(ks_loop_run(fixture->loop, ks_clock_monotonic() + QUIET_MS, &err), 0);
    assert_row_number(rule, (int64_t)fixture->count, (int64_t)before);
}

/* How often a file was listed. */
static void assert_asked(const struct fixture *fixture, const char *rule, const char *file, int wanted)
{
    char path[PATH_MAX];
    char line[64];
    int count = 0;
    FILE *log;

    folder_path(&fixture->kit, "log", path);
    log = fopen(path, "re");
    assert_non_null(log);
    while (fgets(line, sizeof line, log)) {
        line[strcspn(line, "\n")] = '\0';
        count += line[0] == '+' && strcmp(line + 2, file) == 0;
    }
    fclose(log);
    assert_row_number(rule, count, wanted);
}

static void move(const struct folder *folder, const char *from, const char *to)
{
    char from_path[PATH_MAX];
    char to_path[PATH_MAX];

    folder_path(folder, from, from_path);
    folder_path(folder, to, to_path);
    assert_int_equal(rename(from_path, to_path), 0);
}

static void drop(const struct folder *folder, const char *file)
{
    char path[PATH_MAX];

    folder_path(folder, file, path);
    assert_int_equal(remove(path), 0);
}

static void set_mode(const struct folder *folder, const char *file, mode_t mode)
{
    char path[PATH_MAX];

    folder_path(folder, file, path);
    assert_int_equal(chmod(path, mode), 0);
}

static void changes_are_noticed(void **state)
{
    struct fixture *fixture = *state;
    const struct folder *folder = &fixture->folder;
    char from[PATH_MAX];
    char to[PATH_MAX];

    ks_loader_start(fixture->loader, false);
    assert_int_equal(fixture->count, 0);
    assert_loaded(fixture, "nothing is a catalog too", "");
    put(folder, "web/", PROGRAM, NULL);
    put(folder, "web/front", PROGRAM, "");
    assert_loaded(fixture, "a new folder", "web/front\n");
    put(folder, "web/back", PLAIN, "");
    assert_loaded(fixture, "a new program", "web/front\n! web/back: not executable: chmod +x it\n");
    set_mode(folder, "web/back", PROGRAM);
    assert_loaded(fixture, "a mode", "web/back\nweb/front\n");
    put(folder, "web/back", PROGRAM, "more");
    assert_loaded(fixture, "content", "web/back\nweb/front\n");
    move(folder, "web", "app");
    assert_loaded(fixture, "a name", "app/back\napp/front\n");
    drop(folder, "app/back");
    assert_loaded(fixture, "a removed program", "app/front\n");
    put(folder, "app.conf", PLAIN, "interval = 1m\n");
    assert_loaded(fixture, "settings", "app/front\n");
    put(&fixture->kit, "x.promql", PLAIN, "up: up\n");
    folder_path(&fixture->kit, "x.promql", from);
    folder_path(folder, "x.promql", to);
    assert_int_equal(rename(from, to), 0);
    assert_loaded(fixture, "from elsewhere", "app/front\nx/up\n");
    assert_int_equal(rename(to, from), 0);
    assert_loaded(fixture, "to elsewhere", "app/front\n");
    drop(folder, "app/front");
    drop(folder, "app");
    drop(folder, "app.conf");
    assert_loaded(fixture, "all is gone", "");
}

static void unchanged_checks_are_not_reported_again(void **state)
{
    struct fixture *fixture = *state;

    put(&fixture->folder, "web.promql", PLAIN, "up: up\n");
    put(&fixture->folder, "LICENSE", PLAIN, "");
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "first",
                  "web/up\n! LICENSE: unknown kind of file: must be NAME.so, NAME.py, NAME.promql, NAME.conf or a "
                  "folder NAME/\n");
    put(&fixture->folder, ".hidden", PLAIN, "");
    put(&fixture->folder, "LICENSE", PLAIN, "more");
    assert_quiet(fixture, "nothing of ours");
    ks_loader_start(fixture->loader, false);
    assert_int_equal(fixture->count, 1);
    assert_loaded(fixture, "after a start all is", fixture->seen.data);
}

static void a_refused_report_is_repeated(void **state)
{
    struct fixture *fixture = *state;

    put(&fixture->folder, "web.promql", PLAIN, "up: up\n");
    fixture->taken = -1;
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "refused", "web/up\n");
    fixture->taken = 0;
    put(&fixture->folder, ".hidden", PLAIN, "");
    assert_loaded(fixture, "the same", "web/up\n");
    put(&fixture->folder, ".hidden", PLAIN, "more");
    assert_quiet(fixture, "taken");
}

static void a_mounted_configmap_is_swapped(void **state)
{
    struct fixture *fixture = *state;
    const struct folder *folder = &fixture->folder;

    put(folder, "..1/", PROGRAM, NULL);
    put(folder, "..1/web.promql", PLAIN, "up: up\n");
    put(folder, "..data", 0, "-> ..1");
    put(folder, "web.promql", 0, "-> ..data/web.promql");
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "before", "web/up\n");
    put(folder, "..2/", PROGRAM, NULL);
    put(folder, "..2/web.promql", PLAIN, "down: 1 - up\n");
    put(folder, "..data_tmp", 0, "-> ..2");
    move(folder, "..data_tmp", "..data");
    assert_loaded(fixture, "after", "web/down\n");
}

static void targets_of_links_are_watched(void **state)
{
    struct fixture *fixture = *state;
    char target[PATH_MAX + 32];

    put(&fixture->kit, "elsewhere/", PROGRAM, NULL);
    put(&fixture->kit, "elsewhere/web", PLAIN, "up: up\n");
    snprintf(target, sizeof target, "-> %s/elsewhere/web", fixture->kit.path);
    put(&fixture->folder, "web.promql", 0, target);
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "before", "web/up\n");
    assert_quiet(fixture, "what became of it while it was not watched yet");
    put(&fixture->kit, "elsewhere/web", PLAIN, "down: up\n");
    assert_loaded(fixture, "after", "web/down\n");
}

static void a_folder_may_appear_and_disappear(void **state)
{
    struct fixture *fixture = *state;
    char path[PATH_MAX];
    char made[PATH_MAX];

    folder_path(&fixture->folder, "later", path);
    fixture->options.folder = path;
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "missing", "! : No such file or directory\n");
    put(&fixture->kit, "made/", PROGRAM, NULL);
    put(&fixture->kit, "made/web.promql", PLAIN, "up: up\n");
    folder_path(&fixture->kit, "made", made);
    assert_int_equal(rename(made, path), 0);
    assert_loaded(fixture, "there", "web/up\n");
    assert_int_equal(rename(path, made), 0);
    assert_loaded(fixture, "gone", "! : No such file or directory\n");
    put(&fixture->kit, "made/web.promql", PLAIN, "down: up\n");
    assert_int_equal(rename(made, path), 0);
    assert_loaded(fixture, "there again", "web/down\n");
    fixture->options.folder = fixture->folder.path;
}

static void a_python_file_is_listed_once(void **state)
{
    struct fixture *fixture = *state;
    const struct folder *folder = &fixture->folder;

    put(folder, "web.py", PLAIN, "echo hits\necho misses\n");
    put(folder, "app.py", PLAIN, "echo users");
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "asked", "app/users\nweb/hits\nweb/misses\n");
    put(folder, "x.promql", PLAIN, "up: up\n");
    assert_loaded(fixture, "known", "app/users\nweb/hits\nweb/misses\nx/up\n");
    put(folder, "b.py", PLAIN, "echo b");
    assert_loaded(fixture, "another one", "app/users\nb/b\nweb/hits\nweb/misses\nx/up\n");
    assert_asked(fixture, "app", "app.py", 1);
    assert_asked(fixture, "web", "web.py", 1);
    assert_asked(fixture, "b", "b.py", 1);
    put(folder, "web.py", PLAIN, "echo visits");
    drop(folder, "app.py");
    assert_loaded(fixture, "changed and gone", "b/b\nweb/visits\nx/up\n");
    put(folder, "web.conf", PLAIN, "interval = 1m\n");
    assert_loaded(fixture, "settings", "b/b\nweb/visits\nx/up\n");
    assert_asked(fixture, "what changed, again", "web.py", 2);
    assert_asked(fixture, "what did not, not", "b.py", 1);
}

static void a_listing_that_fails_says_why_and_is_kept(void **state)
{
    static const struct {
        const char *script, *reason;
    } rows[] = {
        {"echo 'web.py line 3: NameError: x' >&2; echo more >&2; exit 1", "web.py line 3: NameError: x"},
        {"exit 1", "listing its functions: exit 1"},
        {"echo hits; exit 3", "listing its functions: exit 3"},
        {"echo no python >&2; exit 127", "listing its functions: exit 127: no python"},
        {"kill -9 $$", "listing its functions: killed by signal 9"},
        {"head -c 70000 /dev/zero", "listing its functions: output: more than 65536 bytes"},
        {"true", "it holds no check: write a function whose name does not begin with '_'"},
        {"echo; echo health; echo", "\"health\" is the automatic check: rename it"},
    };
    struct fixture *fixture = *state;
    char wanted[256];

    for (size_t i = 0; i < COUNT(rows); i++) {
        put(&fixture->folder, "web.py", PLAIN, rows[i].script);
        ks_loader_start(fixture->loader, false);
        snprintf(wanted, sizeof wanted, "! web.py: %s\n", rows[i].reason);
        assert_loaded(fixture, rows[i].script, wanted);
    }
    put(&fixture->kit, "log", PLAIN, "");
    put(&fixture->folder, "web.py", PLAIN, "echo oh no >&2; exit 1");
    assert_loaded(fixture, "a failure", "! web.py: oh no\n");
    put(&fixture->folder, "x.promql", PLAIN, "up: up\n");
    assert_loaded(fixture, "is kept", "x/up\n! web.py: oh no\n");
    assert_asked(fixture, "and not asked again", "web.py", 1);
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "but for a new start", "x/up\n! web.py: oh no\n");
    assert_asked(fixture, "that asks again", "web.py", 2);
}

static void the_number_of_files_listed_at_once_has_a_limit(void **state)
{
    struct fixture *fixture = *state;
    char path[PATH_MAX];
    char line[64];
    int running = 0;
    int most = 0;
    FILE *log;

    for (int i = 0; i < 6; i++) {
        snprintf(line, sizeof line, "s%d.py", i);
        put(&fixture->folder, line, PLAIN, "sleep 0.1; echo - >>$kit/log; echo x");
    }
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "all", "s0/x\ns1/x\ns2/x\ns3/x\ns4/x\ns5/x\n");
    folder_path(&fixture->kit, "log", path);
    log = fopen(path, "re");
    assert_non_null(log);
    while (fgets(line, sizeof line, log)) {
        running += line[0] == '+' ? 1 : -1;
        most = running > most ? running : most;
    }
    fclose(log);
    assert_int_equal(running, 0);
    assert_int_equal(most, 2);
}

static void changes_during_a_listing_are_noticed(void **state)
{
    struct fixture *fixture = *state;
    char script[PATH_MAX + 64];

    snprintf(script, sizeof script, "echo 'up: up' >%s/new.promql; sleep 0.5; echo hits", fixture->folder.path);
    put(&fixture->folder, "web.py", PLAIN, script);
    ks_loader_start(fixture->loader, false);
    assert_becomes(fixture, "noticed", "new/up\nweb/hits\n");
    assert_asked(fixture, "once", "web.py", 1);
}

static void a_loader_freed_during_a_listing_leaves_nothing(void **state)
{
    struct fixture *fixture = *state;
    struct ks_error err;

    put(&fixture->folder, "a.py", PLAIN, "exec sleep 60");
    put(&fixture->folder, "b.py", PLAIN, "exec sleep 60");
    ks_loader_start(fixture->loader, false);
    assert_int_equal(ks_loop_run(fixture->loop, ks_clock_monotonic() + 100, &err), 0);
    assert_int_equal(fixture->count, 0);
    assert_true(open_descriptors() > fixture->descriptors);
    /* After a restart, it lists again. */
    put(&fixture->folder, "a.py", PLAIN, "echo a");
    put(&fixture->folder, "b.py", PLAIN, "echo b");
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "started again", "a/a\nb/b\n");
    put(&fixture->folder, "c.py", PLAIN, "exec sleep 60");
    assert_int_equal(ks_loop_run(fixture->loop, ks_clock_monotonic() + QUIET_MS, &err), 0);
    assert_int_equal(fixture->count, 1);
}

static void a_single_scan_watches_nothing(void **state)
{
    struct fixture *fixture = *state;

    put(&fixture->folder, "web.py", PLAIN, "echo hits");
    ks_loader_start(fixture->loader, true);
    assert_loaded(fixture, "once", "web/hits\n");
    assert_int_equal(open_descriptors(), fixture->descriptors);
    put(&fixture->folder, "x.promql", PLAIN, "up: up\n");
    assert_quiet(fixture, "a change");
}

struct writer {
    struct fixture *fixture;
    struct ks_timer timer;
    int count;
};

static void write_more(void *arg)
{
    struct writer *writer = arg;
    char name[32];

    snprintf(name, sizeof name, "s%02d.promql", writer->count++);
    put(&writer->fixture->folder, name, PLAIN, "up: up\n");
    ks_timer_start(&writer->timer, 50);
}

static void an_endless_burst_delays_for_at_most_a_second(void **state)
{
    struct fixture *fixture = *state;
    struct writer writer = {.fixture = fixture};
    struct ks_error err;
    int64_t begin;

    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "before", "");
    assert_quiet(fixture, "settled");
    ks_timer_init(&writer.timer, fixture->loop, write_more, &writer);
    begin = ks_clock_monotonic();
    write_more(&writer);
    assert_int_equal(ks_loop_run(fixture->loop, begin + LONG_MS, &err), 0);
    ks_timer_stop(&writer.timer);
    assert_int_equal(fixture->count, 2);
    assert_in_range(ks_clock_monotonic() - begin, 900, 5000);
    assert_true(writer.count > 4);
}

static void a_python_file_that_hangs_does_not_delay_others_at_the_start(void **state)
{
    struct fixture *fixture = *state;

    put(&fixture->folder, "web.py", PLAIN, "sleep 3; echo hits");
    put(&fixture->folder, "app.promql", PLAIN, "up: up\n");
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "without it", "app/up\n...\n");
    assert_loaded(fixture, "with it", "app/up\nweb/hits\n");
}

/* Both listers are busy, and stay busy. */
static void python_files_that_hang_delay_no_change(void **state)
{
    struct fixture *fixture = *state;
    const struct folder *folder = &fixture->folder;

    put(folder, "a.py", PLAIN, "echo oh no >&2; exit 1");
    put(folder, "b.py", PLAIN, "echo old");
    put(folder, "c.py", PLAIN, "echo c");
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "before", "b/old\nc/c\n! a.py: oh no\n");
    put(folder, "a.py", PLAIN, "sleep 60");
    put(folder, "b.py", PLAIN, "sleep 60");
    put(folder, "x.promql", PLAIN, "up: up\n");
    assert_becomes(fixture, "a new check, and what was known", "b/old\nc/c\nx/up\n! a.py: oh no\n");
    drop(folder, "x.promql");
    assert_becomes(fixture, "a removed one", "b/old\nc/c\n! a.py: oh no\n");
    put(folder, "d.py", PLAIN, "echo d");
    put(folder, "y.promql", PLAIN, "up: up\n");
    assert_becomes(fixture, "one of which nothing is known", "b/old\nc/c\ny/up\n! a.py: oh no\n...\n");
    assert_asked(fixture, "those that are asked are not asked again", "b.py", 2);
    put(folder, "b.py", PLAIN, "echo new");
    assert_becomes(fixture, "fixed, it leaves its place to others", "b/new\nc/c\nd/d\ny/up\n! a.py: oh no\n");
    drop(folder, "a.py");
    assert_becomes(fixture, "gone", "b/new\nc/c\nd/d\ny/up\n");
}

static void after_a_helper_is_fixed_failed_files_are_listed_again(void **state)
{
    static const char import[] = ". ${file%/*}/_common.py";
    struct fixture *fixture = *state;
    const struct folder *folder = &fixture->folder;

    put(folder, "_common.py", PLAIN, "echo broken >&2; exit 1");
    put(folder, "calc.py", PLAIN, import);
    put(folder, "web.py", PLAIN, "echo hits");
    ks_loader_start(fixture->loader, false);
    assert_loaded(fixture, "broken", "web/hits\n! calc.py: broken\n");
    put(folder, "_common.py", PLAIN, "echo sum");
    assert_loaded(fixture, "fixed", "calc/sum\nweb/hits\n");
    put(folder, "_common.py", PLAIN, "echo product");
    assert_quiet(fixture, "one that did not fail is not asked again");
    assert_asked(fixture, "the others were not asked again", "web.py", 1);
}

static void a_helper_that_is_fixed_during_a_listing_counts(void **state)
{
    struct fixture *fixture = *state;
    const struct folder *folder = &fixture->folder;
    struct ks_error err;

    put(folder, "_common.py", PLAIN, "sleep 2; echo broken >&2; exit 1");
    put(folder, "calc.py", PLAIN, ". ${file%/*}/_common.py");
    ks_loader_start(fixture->loader, false);
    assert_int_equal(ks_loop_run(fixture->loop, ks_clock_monotonic() + QUIET_MS, &err), 0);
    put(folder, "_new", PLAIN, "echo sum");
    move(folder, "_new", "_common.py");
    assert_becomes(fixture, "fixed", "calc/sum\n");
}

static bool is_web(void *arg, const char *service)
{
    (void)arg;
    return strcmp(service, "web") == 0;
}

static void unwanted_python_files_are_not_listed(void **state)
{
    struct fixture *fixture = *state;

    put(&fixture->folder, "web.py", PLAIN, "echo hits");
    put(&fixture->folder, "slow.py", PLAIN, "sleep 60");
    put(&fixture->folder, "app.promql", PLAIN, "up: up\n");
    ks_loader_select(fixture->loader, is_web);
    ks_loader_start(fixture->loader, true);
    assert_loaded(fixture, "web", "app/up\nweb/hits\n");
    assert_asked(fixture, "slow", "slow.py", 0);
}

static void an_expired_loader_reports_its_findings(void **state)
{
    static const char unknown[] = "listing its functions: no answer within the time of the request";
    struct fixture *fixture = *state;
    struct ks_error err;
    char wanted[512];

    put(&fixture->folder, "app.promql", PLAIN, "up: up\n");
    put(&fixture->folder, "fast.py", PLAIN, "echo hits");
    for (char name[] = "slow1.py"; name[4] < '4'; name[4]++) {
        put(&fixture->folder, name, PLAIN, "sleep 60");
    }
    ks_loader_start(fixture->loader, true);
    assert_int_equal(ks_loop_run(fixture->loop, ks_clock_monotonic() + QUIET_MS, &err), 0);
    assert_int_equal(fixture->count, 0);
    ks_loader_expire(fixture->loader);
    snprintf(wanted, sizeof wanted, "app/up\nfast/hits\n! slow1.py: %s\n! slow2.py: %s\n! slow3.py: %s\n", unknown,
             unknown, unknown);
    assert_int_equal(fixture->count, 1);
    assert_string_equal(fixture->seen.data, wanted);
    ks_loader_expire(fixture->loader);
    assert_quiet(fixture, "once");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        TEST(changes_are_noticed),
        TEST(unchanged_checks_are_not_reported_again),
        TEST(a_refused_report_is_repeated),
        TEST(a_mounted_configmap_is_swapped),
        TEST(targets_of_links_are_watched),
        TEST(a_folder_may_appear_and_disappear),
        TEST(a_python_file_is_listed_once),
        TEST(a_listing_that_fails_says_why_and_is_kept),
        TEST(the_number_of_files_listed_at_once_has_a_limit),
        TEST(changes_during_a_listing_are_noticed),
        TEST(a_loader_freed_during_a_listing_leaves_nothing),
        TEST(a_single_scan_watches_nothing),
        TEST(an_endless_burst_delays_for_at_most_a_second),
        TEST(unwanted_python_files_are_not_listed),
        TEST(python_files_that_hang_delay_no_change),
        TEST(after_a_helper_is_fixed_failed_files_are_listed_again),
        TEST(a_helper_that_is_fixed_during_a_listing_counts),
        TEST(an_expired_loader_reports_its_findings),
        cmocka_unit_test_setup_teardown(a_python_file_that_hangs_does_not_delay_others_at_the_start, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
