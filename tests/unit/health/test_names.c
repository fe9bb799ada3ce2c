#include "config.h"

#include "support/testing.h"

#include "health/names.h"

#define TEN   "aaaaaaaaaa"
#define FIFTY TEN TEN TEN TEN TEN
#define A63   FIFTY TEN "aaa"
#define A253  FIFTY FIFTY FIFTY FIFTY FIFTY "aaa"

enum what {
    SERVICE = 1,
    PREFIX = 2,
    NAMESPACE = 4,
    CHECK = 8,
    ALL = 15,
};

static void one_set_of_rules_decides_which_names_are_valid(void **state)
{
    static const struct {
        const char *name;
        int accepted; /* as */
    } rows[] = {
        {"web", ALL},
        {"w", ALL},
        {"0", ALL},
        {"web-1", ALL},
        {"Web", SERVICE | PREFIX | CHECK},
        {"web.example.com", SERVICE | PREFIX | CHECK},
        {"web_1", SERVICE | PREFIX | CHECK},
        {"web-", PREFIX},
        {"web.", PREFIX},
        {"-web", 0},
        {".web", 0},
        {"_web", 0},
        {"", 0},
        {".", 0},
        {"..", 0},
        {"-", 0},
        {"a/b", 0},
        {"a b", 0},
        {" a", 0},
        {"a\n", 0},
        {"a%2f", 0},
        {"a\\b", 0},
        {"a'b", 0},
        {"caf\xc3\xa9", 0},
        {A63, ALL},
        {A63 "a", SERVICE | PREFIX},
        {A253, SERVICE | PREFIX},
        {A253 "a", 0},
    };
    static int (*const checks[])(const char *name, struct ks_error *err) = {
        ks_name_check_service, ks_name_check_prefix, ks_name_check_namespace, ks_name_check_check};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (size_t check = 0; check < COUNT(checks); check++) {
            struct ks_error err = {.kind = KS_ERROR_NONE};
            bool accepted = rows[i].accepted & 1 << check;

            assert_row_number(rows[i].name, checks[check](rows[i].name, &err), accepted ? 0 : -1);
            assert_row_number(rows[i].name, err.kind, accepted ? KS_ERROR_NONE : KS_ERROR_INVALID);
        }
    }
}

static void an_error_quotes_the_name_and_says_what_it_must_be(void **state)
{
    struct ks_error err;

    (void)state;
    ks_name_check_service("-web", &err);
    assert_string_equal(err.text, "service \"-web\": must be letters, digits, '-', '_' and '.', with a letter or digit "
                                  "at each end, at most 253 bytes");
    ks_name_check_check("a b", &err);
    assert_string_equal(err.text, "check \"a b\": must be letters, digits, '-', '_' and '.', with a letter or digit "
                                  "at each end, at most 63 bytes");
    ks_name_check_namespace("Web", &err);
    assert_string_equal(err.text, "namespace \"Web\": must be lower-case letters, digits and '-', with a letter or "
                                  "digit at each end, at most 63 bytes");
}

static void old_names_lead_to_stable_ones(void **state)
{
    static const struct {
        const char *old;
        const char *stable;  /* "kind name, …", the most likely first */
        const char *cronjob; /* by the name of one of its Jobs; or NULL */
    } rows[] = {
        {"web-5d4f8c7d9", "Deployment web", NULL},
        {"my-web-5d4f8c7d9", "Deployment my-web", NULL},
        {"web-7d4b9c8f", "Deployment web", NULL},
        {"web-7d4b9c8f6x", "Deployment web", NULL},
        {"web-7d4b9c8", "", NULL},     /* too short: may be a word */
        {"web-7d4b9c8f6x5", "", NULL}, /* too long */
        {"web-5d4f8c7da", "", NULL},   /* no hash has vowels */
        {"web-5d4f8c7d1", "", NULL},   /* nor digits that look like letters */
        {"web-5D4F8C7D9", "", NULL},
        {"web-tls", "", NULL},
        {"web", "", NULL},
        {"web-", "", NULL},
        {"-5d4f8c7d9", "", NULL},
        {"5d4f8c7d9", "", NULL},
        {"", "", NULL},
        {"backup-27891234", "CronJob backup, run of backup", "backup"},
        {"backup-1578912340", "CronJob backup, run of backup", "backup"},
        {"my-backup-27891234", "CronJob my-backup, run of my-backup", "my-backup"},
        {"backup-2789123", "Job backup, DeploymentConfig backup, run of backup", NULL},
        {"backup-15789123401", "run of backup", NULL},
        {"backup-2789123x", "", NULL},
        {"-27891234", "", NULL},
        {"backup-27891234-0", "CronJob backup, Job backup-27891234, DeploymentConfig backup-27891234", NULL},
        {"backup-27891234-11", "CronJob backup, Job backup-27891234, DeploymentConfig backup-27891234", NULL},
        {"crunch-0", "Job crunch, DeploymentConfig crunch", NULL},
        {"crunch-12", "Job crunch, DeploymentConfig crunch", NULL},
        {"crunch-012", "", NULL}, /* nothing counts like this */
        {"etl-x7k2p", "run of etl", NULL},
        {"etl-x7k2a", "", NULL},
        {"check-https", "", NULL}, /* a word */
        {"-x7k2p", "", NULL},
        {A63 "-x7k2p", "run of " A63, NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_old_name found[KS_OLD_NAMES_MOST];
        char cronjob[KS_NAME_SIZE];
        struct ks_buf text KS_CLEANUP_BUF;
        size_t count = ks_name_resolve_old(rows[i].old, found);

        ks_buf_init(&text, CEILING);
        for (size_t at = 0; at < count; at++) {
            ks_buf_printf(&text, "%s%s %s", at ? ", " : "", found[at].kind ? found[at].kind : "run of", found[at].name);
        }
        assert_row_text(rows[i].old, text.data, rows[i].stable);
        assert_row_number(rows[i].old, ks_name_cronjob_of(rows[i].old, cronjob), rows[i].cronjob != NULL);
        if (rows[i].cronjob) {
            assert_row_text(rows[i].old, cronjob, rows[i].cronjob);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_set_of_rules_decides_which_names_are_valid),
        cmocka_unit_test(an_error_quotes_the_name_and_says_what_it_must_be),
        cmocka_unit_test(old_names_lead_to_stable_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
