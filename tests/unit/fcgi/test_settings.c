/* Every setting by flag, by variable and by default, and the error for each wrong value. */
#include "config.h"

#include "support/testing.h"

#include "settings/settings.h"

static void forget_environment(void)
{
    for (size_t i = 0; i < settings_count; i++) {
        if (settings_table[i].environment) {
            unsetenv(settings_table[i].environment);
        }
    }
}

static int set_up(void **state)
{
    (void)state;
    forget_environment();
    return 0;
}

/* The first argument is the name of the program. */
static int load(struct settings *settings, const char *one, const char *two, struct ks_error *err)
{
    char *argv[] = {(char *)"kube-shields", (char *)one, (char *)two, NULL};

    return settings_load(settings, one ? two ? 3 : 2 : 1, argv, NULL, err);
}

static void put_address(struct ks_buf *out, const struct ks_address *address)
{
    switch (address->type) {
    case KS_ADDRESS_UNIX:
        ks_buf_printf(out, "unix %s", address->host);
        break;
    case KS_ADDRESS_TCP:
        ks_buf_printf(out, "tcp %s %d", address->host, address->port);
        break;
    case KS_ADDRESS_FD:
        ks_buf_printf(out, "fd %d", address->fd);
        break;
    default:
        ks_buf_literal(out, "none");
    }
}

static void put_value(struct ks_buf *out, const struct ks_option *option, const struct settings *settings)
{
    const void *place = (const char *)settings + option->offset;
    const char *text;

    switch (option->type) {
    case KS_OPTION_SWITCH:
        ks_buf_printf(out, "%s", *(const bool *)place ? "yes" : "no");
        break;
    case KS_OPTION_TEXT:
        text = *(const char *const *)place;
        ks_buf_printf(out, "%s", text ? text : "none");
        break;
    case KS_OPTION_LIST:
        ks_buf_literal(out, "[");
        for (char **word = *(char **const *)place; word && *word; word++) {
            ks_buf_printf(out, "%s,", *word);
        }
        ks_buf_literal(out, "]");
        break;
    case KS_OPTION_ADDRESS:
        put_address(out, place);
        break;
    default:
        ks_buf_printf(out, "%" PRId64, *(const int64_t *)place);
    }
}

static void assert_value(const struct ks_option *option, const struct settings *settings, const char *wanted)
{
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    put_value(&text, option, settings);
    assert_row_text(option->flag, text.data, wanted);
}

static const struct ks_option *find(const char *flag)
{
    for (size_t i = 0; i < settings_count; i++) {
        if (strcmp(settings_table[i].flag, flag) == 0) {
            return &settings_table[i];
        }
    }
    fail_msg("no option --%s", flag);
    return NULL;
}

static const struct {
    const char *flag, *environment, *otherwise;
    const char *text, *value;
} rows[] = {
    {"listen", "SHIELD_LISTEN", "none", "tcp:[::1]:9000", "tcp ::1 9000"},
    {"listen-mode", "SHIELD_LISTEN_MODE", "432", "0600", "384"},
    {"threads", "SHIELD_THREADS", "32", "1024", "1024"},
    {"kubeconfig", "KUBECONFIG", "none", "/a:/b", "/a:/b"},
    {"context", "SHIELD_CONTEXT", "none", "prod", "prod"},
    {"namespaces", "SHIELD_NAMESPACES", "[]", "shop  blog", "[shop,blog,]"},
    {"exclude-namespaces", "SHIELD_EXCLUDE_NAMESPACES", "[kube-system,]", "a b", "[a,b,]"},
    {"other-shields", "OTHER_SHIELDS", "[]", "eu.example us=https://us.example/x",
     "[eu.example,us=https://us.example/x,]"},
    {"cluster", "SHIELD_CLUSTER", "local", "shop", "shop"},
    {"intra-secret", "INTRA_SECRET", "none", "/secret", "/secret"},
    {"hosts", "SHIELD_HOSTS", "[]", "eu.example [2001:db8::1]:8443", "[eu.example,[2001:db8::1]:8443,]"},
    {"peer-ca", "SHIELD_PEER_CA", "none", "/ca", "/ca"},
    {"peer-certificate", "SHIELD_PEER_CERTIFICATE", "none", NULL, NULL},
    {"peer-key", "SHIELD_PEER_KEY", "none", NULL, NULL},
    {"peer-polls", "SHIELD_PEER_POLLS", "8", "0", "0"},
    {"site-name", "SHIELD_SITE_NAME", "kube-shields", "Our <site>", "Our <site>"},
    {"health", "SHIELD_HEALTH", "0", "strict", "1"},
    {"short-names", "SHIELD_SHORT_NAMES", "0", "unique", "1"},
    {"unknown-after", "SHIELD_UNKNOWN_AFTER", "300000", "24h", "86400000"},
    {"watch-timeout", "SHIELD_WATCH_TIMEOUT", "300000", "1s", "1000"},
    {"relist", "SHIELD_RELIST", "1800000", "0", "0"},
    {"plain-http", "SHIELD_PLAIN_HTTP", "0", "send", "1"},
    {"heartbeat", "SHIELD_HEARTBEAT", "10000", "100ms", "100"},
    {"cgi-timeout", "SHIELD_CGI_TIMEOUT", "5000", "10m", "600000"},
    {"stop-timeout", "SHIELD_STOP_TIMEOUT", "5000", "1s", "1000"},
    {"object-limit", "SHIELD_OBJECT_LIMIT", "8388608", "1Gi", "1073741824"},
    {"style", "SHIELD_STYLE", "0", "social", "4"},
    {"label-color", "SHIELD_LABEL_COLOR", "none", "ff69b4", "ff69b4"},
    {"palette", "SHIELD_PALETTE", "0", "accessible", "1"},
    {"logos", "SHIELD_LOGOS", DATADIR "/kube-shields/logos.txt", "/logos", "/logos"},
    {"cache", "SHIELD_CACHE", "5000", "0s", "0"},
    {"image-errors", "SHIELD_IMAGE_ERRORS", "0", "ok", "1"},
    {"redirect", "SHIELD_REDIRECT", "none", "https://img.shields.io", "https://img.shields.io"},
    {"checks", "SHIELD_CHECKS_DIR", "/etc/kube-shields/checks", "/checks", "/checks"},
    {"checks-writable", "SHIELD_CHECKS_WRITABLE", "0", "allow", "1"},
    {"check-interval", "SHIELD_CHECK_INTERVAL", "30000", "1s", "1000"},
    {"check-timeout", "SHIELD_CHECK_TIMEOUT", "10000", "100ms", "100"},
    {"check-concurrency", "SHIELD_CHECK_CONCURRENCY", "4", "64", "64"},
    {"check-memory", "SHIELD_CHECK_MEMORY", "536870912", "16Mi", "16777216"},
    {"check-processes", "SHIELD_CHECK_PROCESSES", "1024", "1", "1"},
    {"check-user", "SHIELD_CHECK_USER", "nobody", "65532", "65532"},
    {"check-environment", "SHIELD_CHECK_ENVIRONMENT", "[]", "TZ  http_proxy", "[TZ,http_proxy,]"},
    {"check-kit", "SHIELD_CHECK_KIT", LIBEXECDIR "/kube-shields", "/kit", "/kit"},
    {"python", "SHIELD_PYTHON", "python3", "/venv/bin/python", "/venv/bin/python"},
    {"prometheus", "SHIELD_PROMETHEUS", "none", "http://prometheus:9090", "http://prometheus:9090"},
    {"prometheus-token", "SHIELD_PROMETHEUS_TOKEN", "none", "/token", "/token"},
    {"prometheus-ca", "SHIELD_PROMETHEUS_CA", "none", "/ca", "/ca"},
    {"log-level", "SHIELD_LOG_LEVEL", "2", "debug", "3"},
    {"log-format", "SHIELD_LOG_FORMAT", "0", "json", "1"},
    {"url", NULL, "http://127.0.0.1:8080", "https://eu.example", "https://eu.example"},
    {"new-secret", NULL, "none", "/secret", "/secret"},
    {"help", NULL, "no", NULL, "yes"},
    {"version", NULL, "no", NULL, "yes"},
};

static void every_setting_has_a_default(void **state)
{
    struct settings settings;
    struct ks_error err;

    (void)state;
    assert_int_equal(COUNT(rows), settings_count);
    assert_int_equal(load(&settings, NULL, NULL, &err), 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_value(find(rows[i].flag), &settings, rows[i].otherwise);
    }
    settings_fini(&settings);
}

static void every_setting_has_a_flag(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct settings settings;
        struct ks_error err;
        char flag[64];

        if (!rows[i].value) {
            continue; /* valid only together with another one */
        }
        snprintf(flag, sizeof flag, "--%s", rows[i].flag);
        assert_row_number(flag, load(&settings, flag, rows[i].text, &err), 0);
        assert_value(find(rows[i].flag), &settings, rows[i].value);
        settings_fini(&settings);
    }
}

static void every_setting_has_a_variable(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rows) && rows[i].environment; i++) {
        struct settings settings;
        struct ks_error err;

        if (!rows[i].value) {
            continue;
        }
        setenv(rows[i].environment, rows[i].text, 1);
        assert_row_number(rows[i].environment, load(&settings, NULL, NULL, &err), 0);
        assert_value(find(rows[i].flag), &settings, rows[i].value);
        settings_fini(&settings);
        forget_environment();
    }
}

static void an_invalid_value_is_a_one_line_error(void **state)
{
    static const struct {
        const char *argument, *line;
    } wrong[] = {
        {"--listen=here", "--listen \"here\": must be unix:/path, tcp:host:port or fd:number"},
        {"--listen-mode=0066", "--listen-mode \"0066\": must be octal permissions from 0600 to 0777"},
        {"--peer-key=key", "--peer-certificate and --peer-key: must both be set, or neither"},
        {"--threads=0", "--threads \"0\": must be a whole number from 1 to 1024"},
        {"--threads=1025", "--threads \"1025\": must be a whole number from 1 to 1024"},
        {"--namespaces=shop Blog", "--namespaces: namespace \"Blog\": must be lower-case letters, digits and '-', "
                                   "with a letter or digit at each end, at most 63 bytes"},
        {"--exclude-namespaces=-x", "--exclude-namespaces: namespace \"-x\": must be lower-case letters, digits "
                                    "and '-', with a letter or digit at each end, at most 63 bytes"},
        {"--unknown-after=25h",
         "--unknown-after \"25h\": must be a duration from 1ms to 24h, such as 500ms, 30s, 5m or 1h"},
        {"--watch-timeout=1", "--watch-timeout \"1\": must be a duration from 1s to 1h, such as 30s, 5m or 1h"},
        {"--heartbeat=99ms", "--heartbeat \"99ms\": must be a duration from 100ms to 1h, such as 500ms, 30s, 5m or 1h"},
        {"--cgi-timeout=11m", "--cgi-timeout \"11m\": must be a duration from 100ms to 10m, such as 500ms, 30s or 5m"},
        {"--stop-timeout=never",
         "--stop-timeout \"never\": must be a duration from 100ms to 10m, such as 500ms, 30s or 5m"},
        {"--object-limit=1K", "--object-limit \"1K\": must be a size from 4Ki to 1Gi, such as 64Ki, 1Mi or 64Mi"},
        {"--style=round", "--style \"round\": must be flat, flat-square, plastic, for-the-badge or social"},
        {"--label-color=nothing", "--label-color \"nothing\": must be a name such as blue, hex digits, or a CSS color"},
        {"--hosts=a https://b/", "--hosts \"https://b/\": must be a host or host:port, as in the Host header"},
        {"--cluster=a/b",
         "--cluster \"a/b\": must be letters, digits, '-', '_' and '.', with a letter or digit at each "
         "end, at most 63 bytes"},
        {"--palette=pretty", "--palette \"pretty\": must be shields or accessible"},
        {"--plain-http=maybe", "--plain-http \"maybe\": must be refuse or send"},
        {"--relist=25h", "--relist \"25h\": must be a duration from 0 to 24h, such as 500ms, 30s, 5m or 1h"},
        {"--health=rigid", "--health \"rigid\": must be tolerant or strict"},
        {"--short-names=some", "--short-names \"some\": must be sum, unique or off"},
        {"--cache=25h", "--cache \"25h\": must be a duration from 0 to 24h, such as 500ms, 30s, 5m or 1h"},
        {"--image-errors=200", "--image-errors \"200\": must be status or ok"},
        {"--redirect=img.shields.io", "--redirect \"img.shields.io\": must be http:// or https:// and a host, "
                                      "without a slash at the end"},
        {"--redirect=https://", "--redirect \"https://\": must be http:// or https:// and a host, without a "
                                "slash at the end"},
        {"--redirect=https://a/", "--redirect \"https://a/\": must be http:// or https:// and a host, without a "
                                  "slash at the end"},
        {"--redirect=https://a b", "--redirect \"https://a b\": must be http:// or https:// and a host, without "
                                   "a slash at the end"},
        {"--log-level=loud", "--log-level \"loud\": must be error, warning, info or debug"},
        {"--log-format=xml", "--log-format \"xml\": must be text or json"},
        {"--help=yes", "--help: must not have a value"},
        {"--threads", "--threads: needs a value (NUMBER)"},
        {"--thread=1", "--thread=1: unknown option; see kube-shields --help"},
        {"-h", "-h: unknown option; see kube-shields --help"},
        {"serve", "\"serve\": must be an option, or a command as the first word; --help lists both"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        struct settings settings;
        struct ks_error err = {.text = ""};

        assert_row_number(wrong[i].argument, load(&settings, wrong[i].argument, NULL, &err), -1);
        assert_row_number(wrong[i].argument, err.kind, KS_ERROR_INVALID);
        assert_row_text(wrong[i].argument, err.text, wrong[i].line);
        settings_fini(&settings);
    }
}

static void an_error_names_the_invalid_variable(void **state)
{
    struct settings settings;
    struct ks_error err;

    (void)state;
    setenv("SHIELD_THREADS", "many", 1);
    assert_int_equal(load(&settings, NULL, NULL, &err), -1);
    assert_string_equal(err.text, "SHIELD_THREADS \"many\": must be a whole number from 1 to 1024");
    settings_fini(&settings);
}

static void empty_words_mean_none(void **state)
{
    static const struct {
        const char *argument, *flag, *value;
        bool is_set;
    } none[] = {
        {"--exclude-namespaces=none", "exclude-namespaces", "[]", true},
        {"--exclude-namespaces=", "exclude-namespaces", "[]", false},
        {"--exclude-namespaces=none shop", "exclude-namespaces", "[none,shop,]", true},
        {"--namespaces=", "namespaces", "[]", false},
        {"--other-shields=", "other-shields", "[]", false},
        {"--other-shields= ", "other-shields", "[]", false},
        {"--other-shields=None", "other-shields", "[None,]", true},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(none); i++) {
        const struct ks_option *option = find(none[i].flag);
        struct settings settings;
        struct ks_error err;

        assert_row_number(none[i].argument, load(&settings, none[i].argument, NULL, &err), 0);
        assert_value(option, &settings, none[i].value);
        assert_row_number(none[i].argument, *(char ***)((char *)&settings + option->offset) != NULL, none[i].is_set);
        settings_fini(&settings);
    }
}

static void every_option_says_what_it_is_for(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings_count; i++) {
        const struct ks_option *option = &settings_table[i];

        assert_row_number(option->flag, option->help && option->help[0], true);
        assert_row_number(option->flag, option->help[strlen(option->help) - 1] != '.', true);
        assert_row_number(option->flag, option->type == KS_OPTION_SWITCH, !option->value);
        /* Settings for a command have no variable. */
        assert_row_number(option->flag,
                          option->type == KS_OPTION_SWITCH || strcmp(option->flag, "url") == 0 ||
                              strcmp(option->flag, "new-secret") == 0,
                          !option->environment);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_setting_has_a_default, set_up),
        cmocka_unit_test_setup(every_setting_has_a_flag, set_up),
        cmocka_unit_test_setup(every_setting_has_a_variable, set_up),
        cmocka_unit_test_setup(an_invalid_value_is_a_one_line_error, set_up),
        cmocka_unit_test_setup(an_error_names_the_invalid_variable, set_up),
        cmocka_unit_test_setup(empty_words_mean_none, set_up),
        cmocka_unit_test_setup(every_option_says_what_it_is_for, set_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
