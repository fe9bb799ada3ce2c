#include "config.h"

#include "support/testing.h"

#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "badge/color.h"
#include "badge/logo.h"

#define PREFIX "data:image/svg+xml;base64,"
#define HEADER "kube-shields logos 1 simple-icons 16.0.0\n"
#define REST   " role=\"img\" viewBox=\"0 0 24 24\" xmlns=\"http://www.w3.org/2000/svg\"><title>"

static const char sample[] = HEADER "aeroméxico\tair\n"
                                    "air\tA&amp;B\t654C96\tM1 1z\t22 11.5\t27\tM0 0z\n"
                                    "black\tBlack\t000000\tM2 2z\t24 24\t14\t\n"
                                    "dark\tD\t00AF05\tM3 3z\t1 24\t1\tM0 1z\n"
                                    "dark-edge\tdark\n"
                                    "loop\tloop-two\n"
                                    "loop-two\tloop\n"
                                    "nowhere\tmissing\n"
                                    "white\tWhite\tFFFFFF\tM4 4z\t24 24\t14\t\n";

struct world {
    char path[64];
    struct ks_logos *logos;
};

static void write_file(struct world *world, const char *data, size_t length)
{
    FILE *file;
    int descriptor;

    snprintf(world->path, sizeof world->path, "/tmp/test_logo.XXXXXX");
    descriptor = mkstemp(world->path);
    assert_true(descriptor >= 0);
    file = fdopen(descriptor, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static int open_text(struct world *world, const char *data, size_t length, struct ks_error *err)
{
    int result;

    write_file(world, data, length);
    result = ks_logos_open(&world->logos, world->path, err);
    unlink(world->path);
    return result;
}

/* Decodes the SVG of a data: URI. */
static char *svg_of(const char *uri)
{
    char *svg = NULL;
    size_t length;

    assert_int_equal(strncmp(uri, PREFIX, strlen(PREFIX)), 0);
    uri += strlen(PREFIX);
    assert_int_equal(ks_base64_decode(uri, strlen(uri), &svg, &length, NULL), 0);
    assert_int_equal(strlen(svg), length);
    return svg;
}

static int set_up(void **state)
{
    struct world *world = calloc(1, sizeof *world);

    *state = world;
    return !world || open_text(world, sample, strlen(sample), NULL);
}

static int tear_down(void **state)
{
    struct world *world = *state;

    ks_logos_close(world->logos);
    free(world);
    return 0;
}

static void a_logo_is_an_svg_in_its_color(void **state)
{
    static const struct {
        const char *name;
        const char *color;
        enum ks_badge_style style;
        const char *svg;
    } rows[] = {
        {"air", NULL, KS_BADGE_SOCIAL, "<svg fill=\"#654C96\"" REST "A&amp;B</title><path d=\"M1 1z\"/></svg>"},
        {"black", NULL, KS_BADGE_FLAT, "<svg fill=\"whitesmoke\"" REST "Black</title><path d=\"M2 2z\"/></svg>"},
        {"black", NULL, KS_BADGE_SOCIAL, "<svg fill=\"#000000\"" REST "Black</title><path d=\"M2 2z\"/></svg>"},
        {"black", "", KS_BADGE_PLASTIC, "<svg fill=\"whitesmoke\"" REST "Black</title><path d=\"M2 2z\"/></svg>"},
        {"black", "no color", KS_BADGE_FLAT, "<svg fill=\"whitesmoke\"" REST "Black</title><path d=\"M2 2z\"/></svg>"},
        {"black", "blue", KS_BADGE_FLAT, "<svg fill=\"#007ec6\"" REST "Black</title><path d=\"M2 2z\"/></svg>"},
        {"black", "ABC", KS_BADGE_SOCIAL, "<svg fill=\"#abc\"" REST "Black</title><path d=\"M2 2z\"/></svg>"},
        {"black", "rgb(1,2,3)", KS_BADGE_FLAT,
         "<svg fill=\"rgb(1,2,3)\"" REST "Black</title><path d=\"M2 2z\"/></svg>"},
        {"white", NULL, KS_BADGE_FOR_THE_BADGE, "<svg fill=\"#FFFFFF\"" REST "White</title><path d=\"M4 4z\"/></svg>"},
        {"white", NULL, KS_BADGE_SOCIAL, "<svg fill=\"#333\"" REST "White</title><path d=\"M4 4z\"/></svg>"},
    };
    const struct world *world = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf out KS_CLEANUP_BUF;
        int width = -1;
        char *svg;

        ks_buf_init(&out, CEILING);
        assert_int_equal(
            ks_logo_data_uri(world->logos, rows[i].name, rows[i].color, rows[i].style, false, &out, &width, NULL), 0);
        svg = svg_of(out.data);
        assert_row_text(rows[i].name, svg, rows[i].svg);
        assert_int_equal(width, 14);
        free(svg);
    }
}

static void a_brand_is_drawn_in_a_color_that_can_be_seen(void **state)
{
    static const struct {
        const char *hex;
        enum ks_badge_style style;
        const char *fill;
    } rows[] = {
        /* 299 r + 587 g + 114 b: 103274, 103275; 151725, 151726. */
        {"029876", KS_BADGE_FLAT, "whitesmoke"}, {"009395", KS_BADGE_FLAT, "#009395"},
        {"029876", KS_BADGE_SOCIAL, "#029876"},  {"01E690", KS_BADGE_SOCIAL, "#01E690"},
        {"02F63B", KS_BADGE_SOCIAL, "#333"},     {"02F63B", KS_BADGE_FLAT, "#02F63B"},
        {"aBcDeF", KS_BADGE_PLASTIC, "#aBcDeF"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf out KS_CLEANUP_BUF;
        struct world world;
        char data[200];
        char wanted[64];
        int width;
        char *svg;

        snprintf(data, sizeof data, HEADER "x\tX\t%s\tM0 0z\t24 24\t14\t\n", rows[i].hex);
        assert_int_equal(open_text(&world, data, strlen(data), NULL), 0);
        ks_buf_init(&out, CEILING);
        assert_int_equal(ks_logo_data_uri(world.logos, "x", NULL, rows[i].style, false, &out, &width, NULL), 0);
        svg = svg_of(out.data);
        snprintf(wanted, sizeof wanted, "<svg fill=\"%s\" role", rows[i].fill);
        assert_row_part(rows[i].hex, svg, wanted);
        free(svg);
        ks_logos_close(world.logos);
    }
}

static void auto_size_keeps_the_proportions(void **state)
{
    static const struct {
        const char *name;
        const char *part;
        const char *path;
        int width;
    } rows[] = {
        {"air", "viewBox=\"0 0 22 11.5\"", "<path d=\"M0 0z\"/>", 27},
        {"dark", "viewBox=\"0 0 1 24\"", "<path d=\"M0 1z\"/>", 1},
        {"white", "viewBox=\"0 0 24 24\"", "<path d=\"M4 4z\"/>", 14},
    };
    const struct world *world = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf out KS_CLEANUP_BUF;
        int width = -1;
        char *svg;

        ks_buf_init(&out, CEILING);
        assert_int_equal(ks_logo_data_uri(world->logos, rows[i].name, NULL, KS_BADGE_FLAT, true, &out, &width, NULL),
                         0);
        svg = svg_of(out.data);
        assert_row_part(rows[i].name, svg, rows[i].part);
        assert_row_part(rows[i].name, svg, rows[i].path);
        assert_row_number(rows[i].name, width, rows[i].width);
        free(svg);
    }
}

static void names_are_looked_up_as_people_write_them(void **state)
{
    static const struct {
        const char *name;
        bool found;
    } rows[] = {
        {"air", true},      {"AIR", true},      {"Dark Edge", true},   {"dark-edge", true},  {"Aeroméxico", true},
        {"white", true},    {"", false},        {"ai", false},         {"airs", false},      {"zzz", false},
        {"a", false},       {" air", false},    {"air\n", false},      {"air\tdark", false}, {"loop", false},
        {"nowhere", false}, {"missing", false}, {"aeromÉxico", false}, {"16.0.0", false},    {"kube-shields", false},
    };
    const struct world *world = *state;

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_buf out KS_CLEANUP_BUF;
        struct ks_error err = {.kind = KS_ERROR_NONE};
        int width = -1;
        int result;

        ks_buf_init(&out, CEILING);
        result = ks_logo_data_uri(world->logos, rows[i].name, NULL, KS_BADGE_FLAT, false, &out, &width, &err);
        assert_row_number(rows[i].name, result, rows[i].found ? 0 : -1);
        assert_row_number(rows[i].name, err.kind, rows[i].found ? KS_ERROR_NONE : KS_ERROR_NOT_FOUND);
        assert_row_number(rows[i].name, out.length > 0, rows[i].found);
    }
}

static void a_name_of_any_length_is_looked_up(void **state)
{
    const struct world *world = *state;
    char name[10001];
    struct ks_buf out KS_CLEANUP_BUF;
    int width;

    ks_buf_init(&out, CEILING);
    memset(name, 'a', sizeof name);
    name[sizeof name - 1] = '\0';
    assert_int_equal(ks_logo_data_uri(world->logos, name, NULL, KS_BADGE_FLAT, false, &out, &width, NULL), -1);
    assert_int_equal(out.length, 0);
}

static void a_buffer_that_is_too_small_is_an_error(void **state)
{
    const struct world *world = *state;
    struct ks_buf out KS_CLEANUP_BUF;
    struct ks_error err;
    int width;

    ks_buf_init(&out, 100);
    assert_int_equal(ks_logo_data_uri(world->logos, "air", NULL, KS_BADGE_FLAT, false, &out, &width, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_LIMIT);
}

static void colors_are_written_as_in_badges(void **state)
{
    static const char *const colors[] = {"ABC", "#AbCdEf", "red", " navy ", "\xc2\xa0#FFF", "hsl(60deg,100%,50%)"};
    const struct world *world = *state;

    for (size_t i = 0; i < COUNT(colors); i++) {
        struct ks_buf out KS_CLEANUP_BUF;
        struct ks_buf wanted KS_CLEANUP_BUF;
        struct ks_color color;
        int width;
        char *svg;

        ks_buf_init(&out, CEILING);
        ks_buf_init(&wanted, CEILING);
        assert_true(ks_color_parse(colors[i], &color));
        ks_buf_literal(&wanted, "<svg fill=\"");
        ks_buf_color(&wanted, &color);
        ks_buf_literal(&wanted, "\" role");
        assert_int_equal(ks_logo_data_uri(world->logos, "air", colors[i], KS_BADGE_FLAT, false, &out, &width, NULL), 0);
        svg = svg_of(out.data);
        assert_row_part(colors[i], svg, wanted.data);
        free(svg);
    }
}

static void a_long_path_is_encoded_whole(void **state)
{
    (void)state;
    for (size_t length = 700; length < 1600; length += 1) {
        struct ks_buf out KS_CLEANUP_BUF;
        struct world world;
        char path[1600] = "";
        char data[1800];
        int width;
        char *svg;

        memset(path, 'z', length);
        snprintf(data, sizeof data, HEADER "x\tX\t000000\t%s\t24 24\t14\t\n", path);
        assert_int_equal(open_text(&world, data, strlen(data), NULL), 0);
        ks_buf_init(&out, CEILING);
        assert_int_equal(ks_logo_data_uri(world.logos, "x", NULL, KS_BADGE_FLAT, false, &out, &width, NULL), 0);
        svg = svg_of(out.data);
        assert_row_part("path", svg, path);
        assert_string_equal(svg + strlen(svg) - strlen("z\"/></svg>"), "z\"/></svg>");
        free(svg);
        ks_logos_close(world.logos);
    }
}

static void other_files_are_refused(void **state)
{
    static const struct {
        const char *data;
        const char *text;
    } rows[] = {
        {"", "must be a regular file, and not empty"},
        {"\n", "must begin with"},
        {"kube-shields logos 2 simple-icons 1\n", "must begin with"},
        {"kube-shields logos 1 simple-icons 16.0.0", "must begin with"},
        {HEADER "a\tA\t000000\tM0\t1 1\t14\t", "line 2: must be a logo"},
        {HEADER "\n", "line 2: must be a logo"},
        {HEADER "a\n", "line 2: must be a logo"},
        {HEADER "a\t\n", "line 2: must be a logo"},
        {HEADER "\ta\n", "line 2: must be a logo"},
        {HEADER "a b\ta\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t14\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t14\t\tmore\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t14\t\t\t\t\t\n", "line 2: must be a logo"},
        {HEADER "a\t<A>\t000000\tM0\t1 1\t14\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t00000\tM0\t1 1\t14\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t00000g\tM0\t1 1\t14\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\t\t1 1\t14\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\"/>\t1 1\t14\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1\"1\t14\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t0\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t-1\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t99999\t\n", "line 2: must be a logo"},
        {HEADER "a\tA\t000000\tM0\t1 1\t14\t<\n", "line 2: must be a logo"},
        {HEADER "b\ta\na\tb\n", "line 3: must be sorted by name"},
        {HEADER "a\ta\na\tb\n", "line 3: must be sorted by name"},
        {HEADER "ab\ta\na\tb\n", "line 3: must be sorted by name"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct world world = {.logos = NULL};
        struct ks_error err;

        assert_row_number(rows[i].data, open_text(&world, rows[i].data, strlen(rows[i].data), &err), -1);
        assert_row_number(rows[i].data, err.kind, KS_ERROR_INVALID);
        assert_row_part(rows[i].data, err.text, rows[i].text);
        assert_row_part(rows[i].data, err.text, "logos /tmp/test_logo.");
        assert_null(world.logos);
    }
}

static void a_nul_is_refused(void **state)
{
    static const char data[] = HEADER "a\tA\0\t000000\tM0\t1 1\t14\t\n";
    struct world world;

    (void)state;
    assert_int_equal(open_text(&world, data, sizeof data - 1, NULL), -1);
}

static void a_file_without_logos_is_accepted(void **state)
{
    struct world world;
    struct ks_buf out KS_CLEANUP_BUF;
    int width;

    (void)state;
    ks_buf_init(&out, CEILING);
    assert_int_equal(open_text(&world, HEADER, strlen(HEADER), NULL), 0);
    assert_int_equal(ks_logo_data_uri(world.logos, "air", NULL, KS_BADGE_FLAT, false, &out, &width, NULL), -1);
    ks_logos_close(world.logos);
}

static void a_missing_file_is_another_error_than_a_folder(void **state)
{
    static const struct {
        const char *path;
        enum ks_error_kind kind;
    } rows[] = {
        {"/nowhere/logos", KS_ERROR_NOT_FOUND},
        {"/dev/null/logos", KS_ERROR_NOT_FOUND},
        {"/tmp", KS_ERROR_INVALID},
        {"/dev/null", KS_ERROR_INVALID},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_logos *logos = NULL;
        struct ks_error err;

        assert_int_equal(ks_logos_open(&logos, rows[i].path, &err), -1);
        assert_row_number(rows[i].path, err.kind, rows[i].kind);
        assert_null(logos);
    }
}

static void a_fifo_does_not_delay_the_start(void **state)
{
    struct ks_logos *logos = NULL;
    struct world world;
    struct ks_error err;

    (void)state;
    write_file(&world, "", 0);
    unlink(world.path);
    assert_int_equal(mkfifo(world.path, 0600), 0);
    assert_int_equal(ks_logos_open(&logos, world.path, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    unlink(world.path);
}

static void closing_nothing_is_allowed(void **state)
{
    (void)state;
    ks_logos_close(NULL);
}

#define with_world(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_world(a_logo_is_an_svg_in_its_color),
        cmocka_unit_test(a_brand_is_drawn_in_a_color_that_can_be_seen),
        with_world(auto_size_keeps_the_proportions),
        with_world(names_are_looked_up_as_people_write_them),
        with_world(a_name_of_any_length_is_looked_up),
        with_world(a_buffer_that_is_too_small_is_an_error),
        with_world(colors_are_written_as_in_badges),
        cmocka_unit_test(a_long_path_is_encoded_whole),
        cmocka_unit_test(other_files_are_refused),
        cmocka_unit_test(a_nul_is_refused),
        cmocka_unit_test(a_file_without_logos_is_accepted),
        cmocka_unit_test(a_missing_file_is_another_error_than_a_folder),
        cmocka_unit_test(a_fifo_does_not_delay_the_start),
        cmocka_unit_test(closing_nothing_is_allowed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
