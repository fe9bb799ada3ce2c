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

static void a_pod_belongs_to_its_root_controller(void **state)
{
    static const struct {
        const char *owner_kind, *owner_name, *hash, *rollouts_hash;
        const char *root; /* "kind name"; NULL: no controller made it */
    } rows[] = {
        {"", "", "", "", NULL},
        {"", "", "5d4f8c7d9", "", NULL},
        {"ReplicaSet", "web-5d4f8c7d9", "5d4f8c7d9", "", "Deployment web"},
        {"ReplicaSet", "my-web-app-5d4f8c7d9", "5d4f8c7d9", "", "Deployment my-web-app"},
        {"ReplicaSet", "web-5d4f8c7d9", "", "5d4f8c7d9", "Rollout web"},
        {"ReplicaSet", "web", "", "", "ReplicaSet web"},
        {"ReplicaSet", "web-5d4f8c7d9", "", "", "ReplicaSet web-5d4f8c7d9"},
        {"ReplicaSet", "web-5d4f8c7d9", "other", "", "ReplicaSet web-5d4f8c7d9"},
        {"ReplicaSet", "web5d4f8c7d9", "5d4f8c7d9", "", "ReplicaSet web5d4f8c7d9"},
        {"ReplicaSet", "-5d4f8c7d9", "5d4f8c7d9", "", "ReplicaSet -5d4f8c7d9"},
        {"ReplicaSet", "5d4f8c7d9", "5d4f8c7d9", "", "ReplicaSet 5d4f8c7d9"},
        {"StatefulSet", "web-5d4f8c7d9", "5d4f8c7d9", "", "StatefulSet web-5d4f8c7d9"},
        {"ReplicationController", "web", "", "", "ReplicationController web"},
        {"DaemonSet", "web", "", "", "DaemonSet web"},
        {"Job", "backup-27891234", "", "", "Job backup-27891234"},
        {"Gadget", "web", "", "", "Gadget web"},
        {"StatefulSet", A253, "", "", "StatefulSet " A253},
        {"StatefulSet", A253 "a", "", "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char labels[128];
        const struct ks_kube_object pod = {
            .kind = KS_KIND_POD,
            .meta = {.owner_kind = rows[i].owner_kind, .owner_name = rows[i].owner_name, .labels = labels}};
        struct ks_root root;
        char text[512];
        bool found;

        snprintf(labels, sizeof labels, "pod-template-hash%c%s%crollouts-pod-template-hash%c%s%c", '\0', rows[i].hash,
                 '\0', '\0', rows[i].rollouts_hash, '\0');
        found = ks_name_pod_root(&pod, &root);

        assert_row_number(rows[i].owner_name, found, rows[i].root != NULL);
        if (found) {
            snprintf(text, sizeof text, "%s %s", root.kind, root.name);
            assert_row_text(rows[i].owner_name, text, rows[i].root);
        }
    }
}

static void old_names_lead_to_stable_ones(void **state)
{
    static const struct {
        const char *old;
        const char *stable; /* "kind name", or NULL */
        bool is_job;        /* a CronJob's, by its name */
    } rows[] = {
        {"web-5d4f8c7d9", "Deployment web", false},
        {"my-web-5d4f8c7d9", "Deployment my-web", false},
        {"web-7d4b9c8f", "Deployment web", false},
        {"web-7d4b9c8f6x", "Deployment web", false},
        {"web-7d4b9c8", NULL, false},     /* too short: may be a word */
        {"web-7d4b9c8f6x5", NULL, false}, /* too long */
        {"web-5d4f8c7da", NULL, false},   /* no hash has vowels */
        {"web-5d4f8c7d1", NULL, false},   /* nor digits that look like letters */
        {"web-5D4F8C7D9", NULL, false},
        {"web-tls", NULL, false},
        {"web", NULL, false},
        {"web-", NULL, false},
        {"-5d4f8c7d9", NULL, false},
        {"5d4f8c7d9", NULL, false},
        {"", NULL, false},
        {"backup-27891234", "CronJob backup", true},
        {"backup-1578912340", "CronJob backup", true},
        {"my-backup-27891234", "CronJob my-backup", true},
        {"backup-2789123", NULL, false},
        {"backup-15789123401", NULL, false},
        {"backup-2789123x", NULL, false},
        {"-27891234", NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char stable[KS_NAME_SIZE];
        char cronjob[KS_NAME_SIZE];
        char text[512];
        const char *kind;
        bool found = ks_name_resolve_old(rows[i].old, stable, &kind);

        assert_row_number(rows[i].old, found, rows[i].stable != NULL);
        if (found) {
            snprintf(text, sizeof text, "%s %s", kind, stable);
            assert_row_text(rows[i].old, text, rows[i].stable);
        }
        assert_row_number(rows[i].old, ks_name_cronjob_of(rows[i].old, cronjob), rows[i].is_job);
        if (rows[i].is_job) {
            assert_row_text(rows[i].old, cronjob, stable);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_set_of_rules_decides_which_names_are_valid),
        cmocka_unit_test(an_error_quotes_the_name_and_says_what_it_must_be),
        cmocka_unit_test(a_pod_belongs_to_its_root_controller),
        cmocka_unit_test(old_names_lead_to_stable_ones),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
