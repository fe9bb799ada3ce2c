/* From a query to the look of the shield, or to an error. */
#include "config.h"

#include "support/testing.h"

#include "request/shield_options.h"

static int parse(struct shield_options *options, struct ks_url *url, const char *query, struct ks_error *err)
{
    struct ks_buf target KS_CLEANUP_BUF;

    ks_buf_init(&target, CEILING);
    ks_buf_printf(&target, "/?%s", query);
    assert_row_number(query, ks_url_parse(url, target.data, err), 0);
    return shield_options_parse(options, url, err);
}

static void put_text(struct ks_buf *out, const char *name, const char *text)
{
    if (text) {
        ks_buf_printf(out, "%s=%s ", name, text);
    }
}

/* Writes the options that are set, in the order of the struct. */
static void put_options(struct ks_buf *out, const struct shield_options *options)
{
    put_text(out, "style", options->has_style ? ks_badge_style_name(options->style) : NULL);
    put_text(out, "label", options->label);
    put_text(out, "color", options->color);
    put_text(out, "labelColor", options->label_color);
    put_text(out, "logo", options->logo);
    put_text(out, "logoColor", options->logo_color);
    put_text(out, "logoSize", options->logo_size_auto ? "auto" : NULL);
    put_text(out, "left", options->link[0]);
    put_text(out, "right", options->link[1]);
    if (options->cache_seconds != -1) {
        ks_buf_printf(out, "cacheSeconds=%" PRId64 " ", options->cache_seconds);
    }
}

static void every_parameter_is_read(void **state)
{
    static const struct {
        const char *query, *options;
    } rows[] = {
        {"", ""},
        {"raw&unheard=of&Style=flat&labelcolor=red", ""},
        {"style=flat", "style=flat "},
        {"style=flat-square", "style=flat-square "},
        {"style=plastic", "style=plastic "},
        {"style=for-the-badge", "style=for-the-badge "},
        {"style=social", "style=social "},
        {"style=round", "style=flat "},
        {"style=Social", "style=flat "},
        {"style", "style=flat "},
        {"label=our+shop", "label=our shop "},
        {"label=%3Cb%3E%26", "label=<b>& "},
        {"label=", "label= "},
        {"color=red", "color=red "},
        {"color=ff69b4", "color=ff69b4 "},
        {"color=%23abc", "color=#abc "},
        {"color=critical", "color=critical "},
        {"color=rgb(1,2,3)", "color=rgb(1,2,3) "},
        {"color=nothing", ""},
        {"color=", ""},
        {"color=red;}", ""},
        {"color=red%0a", ""},
        {"labelColor=navy", "labelColor=navy "},
        {"labelColor=nothing", ""},
        {"logo=github", "logo=github "},
        {"logo=", "logo= "},
        {"logoColor=blue", "logoColor=blue "},
        {"logoColor=nothing", ""},
        {"logoSize=auto", "logoSize=auto "},
        {"logoSize=14", ""},
        {"logoSize=AUTO", ""},
        {"link=https://a/", "left=https://a/ "},
        {"link=HtTpS://a/", "left=HtTpS://a/ "},
        {"link=http://a&link=https://b", "left=http://a right=https://b "},
        {"link=&link=https://b", "left= right=https://b "},
        {"link=https://a&link=", "left=https://a right= "},
        {"link", "left= "},
        {"cacheSeconds=0", "cacheSeconds=0 "},
        {"cacheSeconds=86400", "cacheSeconds=86400 "},
        {"link=http://"
         "r&cacheSeconds=1&logoSize=auto&logoColor=red&logo=l&labelColor=blue&color=pink&label=a&style=social",
         "style=social label=a color=pink labelColor=blue logo=l logoColor=red logoSize=auto left=http://r "
         "cacheSeconds=1 "},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct shield_options options;
        struct ks_url url;
        struct ks_error err = {.text = ""};
        struct ks_buf text KS_CLEANUP_BUF;

        assert_row_number(rows[i].query, parse(&options, &url, rows[i].query, &err), 0);
        assert_row_text(rows[i].query, err.text, "");
        ks_buf_init(&text, CEILING);
        put_options(&text, &options);
        assert_row_text(rows[i].query, text.data, rows[i].options);
    }
}

static void assert_refused(const char *query, const char *line)
{
    struct shield_options options;
    struct ks_url url;
    struct ks_error err = {.text = ""};
    struct ks_buf text KS_CLEANUP_BUF;

    assert_row_number(query, parse(&options, &url, query, &err), -1);
    assert_row_number(query, err.kind, KS_ERROR_INVALID);
    assert_row_text(query, err.text, line);
    ks_buf_init(&text, CEILING);
    put_options(&text, &options);
    assert_row_text(query, text.data, "");
}

static void an_error_names_the_parameter_and_leaves_nothing(void **state)
{
    static const struct {
        const char *query, *line;
    } rows[] = {
        {"style=flat&style=flat", "style: given 2 times, must be at most 1"},
        {"label=a&color=red&label=b", "label: given 2 times, must be at most 1"},
        {"link=http://a&link=http://b&link=http://c", "link: given 3 times, must be at most 2"},
        {"format=svg&format=svg", "format: given 2 times, must be at most 1"},
        {"link=javascript:alert(1)", "link \"javascript:alert(1)\": must begin with http:// or https://"},
        {"link=+https://a", "link \" https://a\": must begin with http:// or https://"},
        {"link=//a", "link \"//a\": must begin with http:// or https://"},
        {"link=http:/a", "link \"http:/a\": must begin with http:// or https://"},
        {"link=https://a&link=data:,x", "link \"data:,x\": must begin with http:// or https://"},
        {"cacheSeconds=", "cacheSeconds \"\": must be a whole number up to 86400"},
        {"link=https://a&cacheSeconds=x", "cacheSeconds \"x\": must be a whole number up to 86400"},
        {"cacheSeconds=-1", "cacheSeconds \"-1\": must be a whole number up to 86400"},
        {"cacheSeconds=1.5", "cacheSeconds \"1.5\": must be a whole number up to 86400"},
        {"cacheSeconds=86401", "cacheSeconds \"86401\": must be a whole number up to 86400"},
        {"cacheSeconds=9999999999", "cacheSeconds \"9999999999\": must be a whole number up to 86400"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_refused(rows[i].query, rows[i].line);
    }
}

static void each_parameter_has_a_greatest_length(void **state)
{
    static const struct {
        const char *name, *begin;
        int most;
    } rows[] = {
        {"style", "", 32},  {"label", "", 256},           {"color", "", 64},    {"labelColor", "", 64},
        {"logo", "", 3072}, {"logoColor", "", 64},        {"logoSize", "", 16}, {"link", "http://", 1024},
        {"format", "", 16}, {"cacheSeconds", "0000", 10},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char value[KS_URL_SIZE], query[KS_URL_SIZE + 32], line[128];
        struct shield_options options;
        struct ks_url url;
        struct ks_error err = {.text = ""};

        memset(value, '0', sizeof value);
        memcpy(value, rows[i].begin, strlen(rows[i].begin));
        snprintf(query, sizeof query, "%s=%.*s", rows[i].name, rows[i].most, value);
        parse(&options, &url, query, &err);
        assert_row_text(rows[i].name, err.text, "");
        snprintf(query, sizeof query, "%s=%.*s", rows[i].name, rows[i].most + 1, value);
        snprintf(line, sizeof line, "%s: must be at most %d bytes long", rows[i].name, rows[i].most);
        assert_refused(query, line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_parameter_is_read),
        cmocka_unit_test(an_error_names_the_parameter_and_leaves_nothing),
        cmocka_unit_test(each_parameter_has_a_greatest_length),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
