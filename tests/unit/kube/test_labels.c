/* Labels and selectors, packed by this folder and matched by whoever has a copy. */
#include "config.h"

#include "support/testing.h"

#include "kube/labels.h"

#define MOST 8 /* labels, requirements or values of one row, and the NULL behind them */

/* Copies the packed text to memory of exactly its size, so that the sanitizer sees every read beyond its end. */
static char *exact_copy(const struct ks_buf *packed, size_t size)
{
    char *copy;

    assert_false(packed->failed);
    assert_int_equal(size, packed->length);
    copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, packed->data, size);
    return copy;
}

/* pairs: key, value, key, value, …, NULL */
static char *pack_labels(const char *const *pairs)
{
    struct ks_buf packed KS_CLEANUP_BUF;

    ks_buf_init(&packed, CEILING);
    for (; pairs[0]; pairs += 2) {
        ks_labels_put(&packed, pairs[0], pairs[1]);
    }
    ks_labels_end(&packed);
    return exact_copy(&packed, ks_labels_size(packed.data));
}

struct requirement {
    const char *key, *operator_name;
    const char *values[MOST];
};

static char *pack_selector(const struct requirement *requirements)
{
    struct ks_buf packed KS_CLEANUP_BUF;

    ks_buf_init(&packed, CEILING);
    for (; requirements->key; requirements++) {
        size_t count = 0;

        while (requirements->values[count]) {
            count++;
        }
        ks_selector_begin(&packed, requirements->key, requirements->operator_name, count);
        for (size_t i = 0; i < count; i++) {
            ks_selector_value(&packed, requirements->values[i]);
        }
    }
    ks_selector_end(&packed);
    return exact_copy(&packed, ks_selector_size(packed.data));
}

static void a_label_has_its_value(void **state)
{
    static const struct {
        const char *labels[MOST];
        const char *key, *value;
    } rows[] = {
        {{NULL}, "app", ""},
        {{"app", "web", NULL}, "app", "web"},
        {{"app", "web", NULL}, "ap", ""},
        {{"app", "web", NULL}, "apps", ""},
        {{"app", "web", NULL}, "web", ""},
        {{"app", "web", NULL}, "", ""},
        {{"app", "", "tier", "db", NULL}, "app", ""},
        {{"app", "", "tier", "db", NULL}, "tier", "db"},
        {{"", "lost", "app", "web", NULL}, "app", "web"},
        {{"", "lost", NULL}, "", ""},
        {{"app", "old", "tier", "db", "app", "new", NULL}, "app", "new"},
        {{"app.kubernetes.io/name", "\xc3\xa9\x01|=,", NULL}, "app.kubernetes.io/name", "\xc3\xa9\x01|=,"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *labels = pack_labels(rows[i].labels);

        assert_string_equal(ks_labels_get(labels, rows[i].key), rows[i].value);
        free(labels);
    }
}

static void nothing_has_no_labels(void **state)
{
    (void)state;
    assert_string_equal(ks_labels_get(NULL, "app"), "");
    assert_string_equal(ks_labels_get("", "app"), "");
    assert_int_equal(ks_labels_size(NULL), 1);
    assert_int_equal(ks_labels_size(""), 1);
}

static void a_selector_matches_if_every_requirement_is_fulfilled(void **state)
{
    static const char *const web[] = {"app", "web", "env", "prod", "empty", "", NULL};
    static const struct {
        struct requirement requirements[MOST];
        bool matches;
    } rows[] = {
        {{{"app", "In", {"web"}}}, true},
        {{{"app", "In", {"db", "web"}}}, true},
        {{{"app", "In", {"db"}}}, false},
        {{{"app", "In", {""}}}, false},
        {{{"app", "In", {NULL}}}, false},
        {{{"empty", "In", {""}}}, true},
        {{{"absent", "In", {"web"}}}, false},
        {{{"absent", "In", {""}}}, false},
        {{{"app", "NotIn", {"db"}}}, true},
        {{{"app", "NotIn", {"db", "web"}}}, false},
        {{{"app", "NotIn", {NULL}}}, true},
        {{{"absent", "NotIn", {"web"}}}, true},
        {{{"app", "Exists", {NULL}}}, true},
        {{{"empty", "Exists", {NULL}}}, true},
        {{{"absent", "Exists", {NULL}}}, false},
        {{{"app", "DoesNotExist", {NULL}}}, false},
        {{{"empty", "DoesNotExist", {NULL}}}, false},
        {{{"absent", "DoesNotExist", {NULL}}}, true},
        /* All of them have to hold, whatever their order. */
        {{{"app", "In", {"web"}}, {"env", "In", {"prod", "test"}}}, true},
        {{{"app", "In", {"web"}}, {"env", "In", {"test"}}}, false},
        {{{"env", "NotIn", {"prod"}}, {"app", "In", {"web"}}}, false},
        {{{"app", "In", {"db"}}, {"app", "In", {"web"}}}, false},
        /* What nobody understands is never fulfilled. */
        {{{"app", "", {"web"}}}, false},
        {{{"app", "in", {"web"}}}, false},
        {{{"app", "Gt", {"1"}}}, false},
        {{{"absent", "Lt", {"1"}}}, false},
        {{{"", "DoesNotExist", {NULL}}}, false},
        {{{"", "NotIn", {"web"}}}, false},
        {{{"app", "In", {"web"}}, {"", "In", {"web"}}}, false},
        /* Values are not taken for requirements, nor requirements for values. */
        {{{"app", "In", {"env", "Exists", "0", "web"}}, {"absent", "Exists", {NULL}}}, false},
        {{{"app", "Exists", {"env", "In"}}, {"env", "In", {"prod"}}}, true},
    };
    char *labels = pack_labels(web);

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *selector = pack_selector(rows[i].requirements);

        if (ks_selector_matches(selector, labels) != rows[i].matches) {
            fail_msg("row %zu: %s %s", i, rows[i].requirements[0].key, rows[i].requirements[0].operator_name);
        }
        if (rows[i].matches && (ks_selector_bits(selector) & ~ks_labels_bits(labels)) != 0) {
            fail_msg("row %zu: the quick test denies what matches", i);
        }
        free(selector);
    }
    free(labels);
}

static void the_quick_test_tells_most_labels_apart(void **state)
{
    char *selector = pack_selector((struct requirement[]){{"app", "In", {"web-7"}}, {.key = NULL}});
    int others = 0;

    (void)state;
    for (int i = 0; i < 100; i++) {
        char value[16];
        char *labels;

        snprintf(value, sizeof value, "web-%d", i);
        labels = pack_labels((const char *const[]){"app", value, NULL});
        others += (ks_selector_bits(selector) & ~ks_labels_bits(labels)) != 0;
        free(labels);
    }
    assert_in_range(others, 90, 99);
    assert_true(ks_labels_bits(NULL) == 0);
    assert_true(ks_selector_bits("") == 0);
    free(selector);
}

static void a_selector_without_requirements_matches_nothing(void **state)
{
    static const char *const web[] = {"app", "web", NULL};
    char *labels = pack_labels(web);
    char *selector = pack_selector((struct requirement[]){{.key = NULL}});

    (void)state;
    assert_false(ks_selector_matches(selector, labels));
    assert_false(ks_selector_matches("", labels));
    assert_false(ks_selector_matches("", NULL));
    assert_int_equal(ks_selector_size(""), 1);
    free(selector);
    free(labels);
}

static void a_pod_without_labels_can_be_selected_by_what_it_lacks(void **state)
{
    char *lacking = pack_selector((struct requirement[]){{"app", "DoesNotExist", {NULL}}, {.key = NULL}});
    char *having = pack_selector((struct requirement[]){{"app", "Exists", {NULL}}, {.key = NULL}});

    (void)state;
    assert_true(ks_selector_matches(lacking, NULL));
    assert_true(ks_selector_matches(lacking, ""));
    assert_false(ks_selector_matches(having, NULL));
    free(lacking);
    free(having);
}

static void any_text_is_packed_as_it_is(void **state)
{
    static const char *const odd[] = {"\x01\xff k=|,", "\x7f\xc3\xa9 v\n0", "1", "2", NULL};
    char *labels = pack_labels(odd);
    char *selector = pack_selector((struct requirement[]){
        {"\x01\xff k=|,", "In", {"0", "\x7f\xc3\xa9 v\n0"}}, {"1", "NotIn", {"1", "3"}}, {.key = NULL}});

    (void)state;
    assert_true(ks_selector_matches(selector, labels));
    free(selector);
    free(labels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_label_has_its_value),
        cmocka_unit_test(nothing_has_no_labels),
        cmocka_unit_test(a_selector_matches_if_every_requirement_is_fulfilled),
        cmocka_unit_test(the_quick_test_tells_most_labels_apart),
        cmocka_unit_test(a_selector_without_requirements_matches_nothing),
        cmocka_unit_test(a_pod_without_labels_can_be_selected_by_what_it_lacks),
        cmocka_unit_test(any_text_is_packed_as_it_is),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
