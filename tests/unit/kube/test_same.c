/* Workloads are the same if all that they say is. */
#include "config.h"

#include "support/testing.h"

#include "kube/object.h"

/* Each byte counts, unless it is padding or of the containers. */
static void every_member_counts(void **state)
{
#if __has_builtin(__builtin_clear_padding)
    struct ks_workload one, value;

    (void)state;
    memset(&value, 1, sizeof value);
    __builtin_clear_padding(&value);
    memset(&value.containers, 0, sizeof value.containers);
    memset(&value.container_count, 0, sizeof value.container_count);
    memset(&value.reason, 0, sizeof value.reason);
    memset(&one, 0, sizeof one);
    one.reason = "";
    for (size_t i = 0; i < sizeof value; i++) {
        struct ks_workload other = one;

        if (((const char *)&value)[i]) {
            char row[32];

            snprintf(row, sizeof row, "byte %zu", i);
            ((char *)&other)[i] = 1;
            assert_row_number(row, ks_workload_is_same(&one, &other), false);
        }
    }
#else
    (void)state;
    skip();
#endif
}

static void texts_count_and_containers_do_not(void **state)
{
    static const struct ks_container container = {.name = "main"};
    char reason[] = "Failed";
    const struct ks_workload one = {.reason = "Failed"};
    const struct ks_workload same = {.reason = reason, .containers = &container, .container_count = 1};
    const struct ks_workload other = {.reason = "Fail"};

    (void)state;
    assert_true(ks_workload_is_same(&one, &same));
    assert_false(ks_workload_is_same(&one, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_member_counts),
        cmocka_unit_test(texts_count_and_containers_do_not),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
