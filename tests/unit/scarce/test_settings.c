/* Out of memory at the start, in logos and in the log. */
#include "config.h"

#include "support/scarce_memory.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/log.h"
#include "badge/logo.h"
#include "settings/settings.h"
#include "base/url.h"

static int differs(struct ks_error *err, const char *seen)
{
    return ks_error_set(err, KS_ERROR_INVALID, "differs: %.400s", seen);
}

/* ---- settings ---- */

struct command_line {
    const char *arguments[6]; /* and a NULL */
    const char *error;        /* "": no error */
};

static int load_settings(void *arg, struct ks_error *err)
{
    const struct command_line *line = arg;
    struct settings settings;
    int count = 0;
    int outcome;

    while (line->arguments[count]) {
        count++;
    }
    outcome = settings_load(&settings, count, (char *const *)(uintptr_t)line->arguments, NULL, err);
    if (outcome == 0 && line->error[0] == '\0' && (settings.peers.count != 3 || settings.excluded_namespaces[0])) {
        outcome = differs(err, "peers and namespaces");
    }
    settings_fini(&settings);
    if (outcome && line->error[0]) {
        return strcmp(err->text, line->error) == 0 ? 0 : -1;
    }
    return outcome;
}

static void settings_are_loaded(void **state)
{
    static struct command_line rows[] = {
        {{"kube-shields", "--other-shields=a us=https://b:1/c [::1]", "--namespaces=a b", "--exclude-namespaces=none",
          "--hosts=x y"},
         ""},
        {{"kube-shields", "--threads=0"}, "--threads \"0\": must be a whole number from 1 to 1024"},
        {{"kube-shields", "--other-shields=a", "--heartbeat=1"},
         "--heartbeat \"1\": must be a duration from 100ms to 1h, such as 500ms, 30s, 5m or 1h"},
        {{"kube-shields", "--namespaces=a B"},
         "--namespaces: namespace \"B\": must be lower-case letters, digits and '-', with a letter or digit at each "
         "end, at most 63 bytes"},
        {{"kube-shields", "--other-shields=a a"},
         "--other-shields \"a\": https://a is given twice: must be given once"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        scarce_tell(rows[i].arguments[1], load_settings, &rows[i]);
    }
}

static int write_help(void *arg, struct ks_error *err)
{
    struct ks_buf help KS_CLEANUP_BUF;

    (void)arg;
    ks_buf_init(&help, CEILING);
    ks_options_help(settings_table, settings_count, &help);
    return ks_buf_check(&help, err);
}

static int parse_url(void *arg, struct ks_error *err)
{
    struct ks_url url;

    (void)arg;
    return ks_url_parse(&url, "/_/web%20x/hits/?label=a+b&x", err);
}

static void help_is_complete_and_targets_need_no_memory(void **state)
{
    (void)state;
    scarce_tell("--help", write_help, NULL);
    scarce_tell_none("a target", parse_url, NULL);
}

/* ---- logos ---- */

static int draw_logo(void *arg, struct ks_error *err)
{
    struct ks_buf uri KS_CLEANUP_BUF;
    struct ks_logos *logos;
    int outcome;
    int width;

    ks_buf_init(&uri, CEILING);
    if (ks_logos_open(&logos, arg, err)) {
        return -1;
    }
    outcome = ks_logo_data_uri(logos, "air", NULL, KS_BADGE_FLAT, true, &uri, &width, err);
    ks_logos_close(logos);
    return outcome;
}

static void a_logo_is_drawn(void **state)
{
    static const char text[] = "kube-shields logos 1 simple-icons 16.0.0\nair\tAir\tff0000\tM0 0z\t24 24\t14\t\n";
    char path[] = "/tmp/test_scarce_settings.XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, sizeof text - 1), sizeof text - 1);
    close(fd);
    scarce_tell("a logo", draw_logo, path);
    unlink(path);
}

/* ---- the log ---- */

static int log_line(void *arg, struct ks_error *err)
{
    static const enum ks_log_format formats[] = {KS_LOG_TEXT, KS_LOG_JSON};
    const int *ends = arg;

    for (size_t i = 0; i < COUNT(formats); i++) {
        struct ks_log log = {.fd = ends[1], .level = KS_LOG_INFO, .format = formats[i]};
        char line[8192];
        ssize_t length;

        ks_log(&log, KS_LOG_ERROR, "x", "%01000d: out of memory", 0);
        length = read(ends[0], line, sizeof line - 1);
        line[length > 0 ? length : 0] = '\0';
        if (!strstr(line, formats[i] == KS_LOG_JSON ? ": out of memory\"}\n" : ": out of memory\n")) {
            return differs(err, line);
        }
    }
    return 0;
}

static void a_line_is_logged_when_memory_runs_out(void **state)
{
    int ends[2];

    (void)state;
    assert_int_equal(pipe2(ends, O_CLOEXEC | O_NONBLOCK), 0);
    scarce_tell_none("a line", log_line, ends);
    close(ends[0]);
    close(ends[1]);
}

static int set_up(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings_count; i++) {
        if (settings_table[i].environment) {
            unsetenv(settings_table[i].environment);
        }
    }
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(settings_are_loaded),
        cmocka_unit_test(help_is_complete_and_targets_need_no_memory),
        cmocka_unit_test(a_logo_is_drawn),
        cmocka_unit_test(a_line_is_logged_when_memory_runs_out),
    };

    return cmocka_run_group_tests(tests, set_up, NULL);
}
