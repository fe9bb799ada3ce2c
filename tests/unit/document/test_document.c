/* Documents of peers: how they are read, and what is refused. */
#include "config.h"

#include "support/peer_document_rows.h"

#include "answers/output.h"

static void assert_refused(const char *json, size_t length, const char *wanted)
{
    struct ks_error err = {.text = "accepted"};
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, CEILING);
    read_document(json, length, &text, &err);
    if (strcmp(err.text, wanted) != 0) {
        fail_msg("%.200s:\n  seen   \"%s\"\n  wanted \"%s\"", json, err.text, wanted);
    }
    assert_int_equal(err.kind, KS_ERROR_PROTOCOL);
    assert_row_text(json, text.data, "");
}

static const char bare_head[] = INSTANCE ".17 delta 0 nodes 3 0/0 0 age 0\n";

static void missing_members_have_their_defaults(void **state)
{
    (void)state;
    assert_read(HEAD(""), bare_head);
    assert_read(" {\t\"version\" : 17 ,\r\n \"instance\":\"" INSTANCE "\" } ", bare_head);
    assert_read(HEAD(",\"full\":null,\"readiness\":null,\"nodes\":null,\"services\":null,\"gone\":[ ]"), bare_head);
    assert_read(WITH_SERVICE(""), INSTANCE ".17 delta 0 nodes 3 0/0 0 age 0\n"
                                           "service shop/Deployment/web running*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0 "
                                           "\"\" \"\" \"\" 0 age 0\n");
    assert_read(WITH_SERVICE(",\"age_ms\":null,\"reasons\":null"), INSTANCE
                ".17 delta 0 nodes 3 0/0 0 age 0\n"
                "service shop/Deployment/web running*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0 \"\" \"\" \"\" 0 age 0\n");
    assert_read(WITH_CHECK(""), INSTANCE ".17 delta 0 nodes 3 0/0 0 age 0\n"
                                         "check web/hits 1 0 \"\" \"\" \"green\" \"\" \"\"  0 0 ago 0 late 0\n");
}

static void members_come_in_any_order_and_are_read_in_one(void **state)
{
    (void)state;
    assert_read("{\"custom_gone\":[{\"check\":\"b\",\"service\":\"a\"},{\"service\":\"c\"}],"
                "\"gone\":[{\"name\":\"a\",\"kind\":\"b\",\"namespace\":\"c\"}],"
                "\"services\":[" SERVICE(
                    ",\"age_ms\":60000,\"outcome\":\"failed\"") "],"
                                                                "\"nodes\":{\"state\":\"away\",\"total\":3,\"ready\":2,"
                                                                "\"cordoned\":1,\"age_ms\":120000},"
                                                                "\"readiness\":\"forbidden\",\"version\":0,"
                                                                "\"instance\":\"A-_z\"}",
                "A-_z.0 delta 2 nodes 2 2/3 1 age 2\n"
                "service shop/Deployment/web failed*1 down 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0 \"\" \"\" \"\" 0 age 1\n"
                "gone c/b/a\ncheck gone a/b\ncheck gone c/\n");
}

static void unknown_members_are_skipped(void **state)
{
    (void)state;
    assert_read(HEAD(",\"new\":[{\"a\":\"]}\\\"\"},[[]]],\"newer\":{},\"newest\":-1.5e3,\"\":\"\\\\\",\"n\":null"),
                bare_head);
    assert_read(HEAD(",\"custom_gone\":[{\"service\":\"a\",\"check\":\"b\",\"why\":{\"c\":[1.5]}}]"),
                INSTANCE ".17 delta 0 nodes 3 0/0 0 age 0\ncheck gone a/b\n");
}

#define SERVICE_LINE "service shop/Deployment/web "

static void format_2_says_what_is_red_and_what_is_in_doubt(void **state)
{
    static const struct {
        const char *members, *wanted;
    } rows[] = {
        {"", "running*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"ready\":1,\"total\":2", "running*1 1/2 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"ready\":1,\"total\":2,\"down\":true", "running*1 down 1/2 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"outcome\":\"rollout-failed\",\"down\":true", "rollout-failed*1 down 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"outcome\":\"rolling-out\",\"down\":null", "rolling-out*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"desired\":3,\"guessed\":true", "running*1 guessed 0/0 0 pods 0/0/3 0 0 0 0 +0 +0 +0"},
        {",\"judged_without\":[\"jobs\",\"deployments\"]",
         "running*1 without [\"deployments\",\"jobs\"] 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"judged_without\":[\"jobs\",\"Jobs\",\"gadgets\",\"\"]",
         "running*1 without [\"jobs\"] 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"judged_without\":[]", "running*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"judged_without\":null", "running*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0"},
        {",\"outcome\":\"unknown\",\"doubts\":{\"a count is negative\":2},\"doubts_more\":3",
         "unknown*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 a count is negative*2 +3"},
    };
    char json[1024], wanted[1024];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        /* `format` may come last. */
        snprintf(json, sizeof json, HEAD(",\"services\":[" SERVICE("%s") "],\"format\":2"), rows[i].members);
        snprintf(wanted, sizeof wanted, "%s" SERVICE_LINE "%s \"\" \"\" \"\" 0 age 0\n", bare_head, rows[i].wanted);
        assert_read(json, wanted);
    }
}

/* What the peer itself shows red. Members of format 2 are unknown members there. */
static void format_1_is_red_by_its_numbers(void **state)
{
    static const struct {
        const char *members, *wanted;
    } rows[] = {
        {",\"down\":1,\"guessed\":1,\"doubts\":1,\"judged_without\":1", "running*1 0/0 0 pods 0/0/0"},
        {",\"ready\":2,\"total\":2,\"down\":true", "running*1 2/2 0 pods 0/0/0"},
        {",\"ready\":1,\"total\":2", "running*1 down 1/2 0 pods 0/0/0"},
        {",\"ready\":3,\"total\":2", "running*1 down 3/2 0 pods 0/0/0"},
        {",\"pods\":2,\"pods_ready\":2,\"desired\":3", "running*1 down 0/0 0 pods 2/2/3"},
        {",\"outcome\":\"failed\"", "failed*1 down 0/0 0 pods 0/0/0"},
        {",\"outcome\":\"succeeded\",\"desired\":3", "succeeded*1 0/0 0 pods 0/0/3"},
        {",\"outcome\":\"suspended\"", "suspended*1 0/0 0 pods 0/0/0"},
    };
    char json[1024], wanted[1024];

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        for (int with_format = 0; with_format < 2; with_format++) {
            snprintf(json, sizeof json,
                     "{%s\"instance\":\"" INSTANCE "\",\"version\":17,\"services\":[" SERVICE("%s") "]}",
                     with_format ? "\"format\":1," : "", rows[i].members);
            snprintf(wanted, sizeof wanted, "%s" SERVICE_LINE "%s 0 0 0 0 +0 +0 +0 \"\" \"\" \"\" 0 age 0\n", bare_head,
                     rows[i].wanted);
            assert_read(json, wanted);
        }
    }
}

static void nodes_may_be_short_of_something(void **state)
{
    (void)state;
    assert_read(HEAD_2(",\"nodes\":{\"total\":3,\"ready\":3,"
                       "\"pressures\":{\"PIDPressure\":1,\"HeatPressure\":\"much\",\"DiskPressure\":2}}"),
                INSTANCE ".17 delta 0 nodes 3 3/3 0 DiskPressure*2 PIDPressure*1 age 0\n");
    assert_read(HEAD(",\"nodes\":{\"total\":3,\"ready\":3,\"pressures\":1}"),
                INSTANCE ".17 delta 0 nodes 3 3/3 0 age 0\n");
}

static void annotations_keep_the_rules_that_they_have_in_kubernetes(void **state)
{
    char json[4096];
    char label[257];

    (void)state;
    assert_read(WITH_SERVICE(",\"label\":\"a\\nb\",\"color\":\"no color\",\"link\":\"HTTPS://x\",\"hidden\":true"),
                INSTANCE ".17 delta 0 nodes 3 0/0 0 age 0\n"
                         "service shop/Deployment/web running*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0 "
                         "\"a\nb\" \"no color\" \"HTTPS://x\" 1 age 0\n");
    memset(label, 'l', sizeof label - 1);
    label[sizeof label - 1] = '\0';
    snprintf(json, sizeof json,
             WITH_SERVICE(",\"label\":\"%s\",\"color\":\"a\\u0000b\",\"link\":\"javascript:alert()\""), label);
    assert_read(json, INSTANCE ".17 delta 0 nodes 3 0/0 0 age 0\n"
                               "service shop/Deployment/web running*1 0/0 0 pods 0/0/0 0 0 0 0 +0 +0 +0 "
                               "\"\" \"\" \"\" 0 age 0\n");
}

static void errors_name_member_and_value_and_nothing_is_read(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        assert_refused(refused[i].json, strlen(refused[i].json), refused[i].error);
    }
    assert_refused("{\"a\":\"\0\"}", 9, "not JSON: NUL at byte 7");
}

static void raw_has_the_same_depth_limit_as_a_checks(void **state)
{
    char json[512];
    char nest[2 * KS_ANSWER_DEPTH + 3];

    (void)state;
    for (int depth = 1; depth <= KS_ANSWER_DEPTH; depth++) {
        struct ks_answer answer;
        struct ks_error err = {.text = ""};
        struct ks_buf text KS_CLEANUP_BUF;
        char output[128];

        memset(nest, '[', (size_t)depth);
        memset(nest + depth, ']', (size_t)depth);
        nest[2 * depth] = '\0';
        snprintf(output, sizeof output, "{\"raw\":%s}", nest);
        ks_answer_init(&answer);
        ks_answer_from_runner(
            &answer, &(const struct ks_answer_output){.output = output, .length = strlen(output), .error_output = ""});
        snprintf(json, sizeof json, WITH_CHECK(",\"raw\":{\"raw\":%s}"), nest);
        ks_buf_init(&text, CEILING);
        assert_int_equal(read_document(json, strlen(json), &text, &err), answer.raw ? 0 : -1);
        if (!answer.raw) {
            assert_string_equal(strncmp(err.text, "custom[0]: not JSON: nesting too deep", 36) == 0 ? "deep" : err.text,
                                "deep");
        }
        ks_answer_fini(&answer);
    }
}

/* ---- limits ---- */

static void put_many(struct ks_buf *json, const char *element, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        ks_buf_printf(json, "%s%s", i ? "," : "", element);
    }
}

static void an_elements_limits_keep_short_text_from_taking_much_memory(void **state)
{
    struct ks_buf json KS_CLEANUP_BUF;
    struct ks_error err = {.text = ""};
    struct ks_buf text KS_CLEANUP_BUF;

    (void)state;
    ks_buf_init(&json, KS_DOCUMENT_MOST);
    ks_buf_init(&text, 4 * CEILING);
    ks_buf_literal(&json, "{\"instance\":\"a\",\"version\":1,\"custom\":[{\"raw\":[");
    put_many(&json, "{}", 33000);
    ks_buf_literal(&json, "]}]}");
    assert_int_equal(read_document(json.data, json.length, &text, &err), -1);
    assert_row_part("values", err.text, "custom[0]: 99009 bytes with 66002 values at byte 39: must be less than");
    ks_buf_reset(&json);
    ks_buf_literal(&json, "{\"instance\":\"a\",\"version\":1,\"services\":[{\"x\":\"");
    put_many(&json, "0123456789abcde", 2 * CEILING / 16);
    ks_buf_literal(&json, "\"}]}");
    assert_int_equal(read_document(json.data, json.length, &text, &err), -1);
    assert_row_part("bytes", err.text, "services[0]: 2097159 bytes with 2 values at byte 41: must be less than");
    ks_buf_reset(&json);
    ks_buf_literal(&json, "{\"instance\":\"a\",\"version\":1,\"new\":[");
    put_many(&json, "{}", 1000000);
    ks_buf_literal(&json, "]}");
    assert_int_equal(read_document(json.data, json.length, &text, &err), 0);
}

static void a_list_and_a_document_have_limits(void **state)
{
    struct ks_buf json KS_CLEANUP_BUF;
    struct ks_error err = {.text = ""};
    struct ks_buf text KS_CLEANUP_BUF;
    const struct ks_peer_reader reader = {on_head, on_service, on_gone, on_custom, on_custom_gone, &text};

    (void)state;
    ks_buf_init(&json, KS_DOCUMENT_MOST);
    ks_buf_init(&text, CEILING);
    ks_buf_literal(&json, "{\"instance\":\"a\",\"version\":1,\"custom_gone\":[");
    for (int i = 0; i <= KS_DOCUMENT_SERVICES_MOST; i++) {
        ks_buf_printf(&json, "%s{\"service\":\"a%d\"}", i ? "," : "", i);
    }
    ks_buf_literal(&json, "]}");
    assert_int_equal(read_document(json.data, json.length, &text, &err), -1);
    assert_string_equal(err.text, "custom_gone: too many elements: must be at most 100000");
    assert_int_equal(ks_peer_document_read("", KS_DOCUMENT_MOST + 1, &reader, &err), -1);
    assert_string_equal(err.text, "67108865 bytes: must be at most 67108864");
    assert_int_equal(text.length, 0);
}

/* ---- the reader's own failures ---- */

static int refuse_service(void *arg, const struct ks_service_view *service, int64_t age_ms, struct ks_error *err)
{
    (void)service;
    (void)age_ms;
    ks_buf_literal(arg, "asked\n");
    return ks_error_memory(err);
}

static void a_reader_that_fails_is_not_called_again(void **state)
{
    static const char json[] =
        HEAD(",\"custom\":[" CHECK("") "],\"services\":[" SERVICE("") "," SERVICE(",\"name\":\"b\"") "]");
    struct ks_buf text KS_CLEANUP_BUF;
    struct ks_error err;
    const struct ks_peer_reader reader = {on_head, refuse_service, on_gone, on_custom, on_custom_gone, &text};

    (void)state;
    ks_buf_init(&text, CEILING);
    assert_int_equal(ks_peer_document_read(json, sizeof json - 1, &reader, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_MEMORY);
    assert_string_equal(text.data, INSTANCE ".17 delta 0 nodes 3 0/0 0 age 0\nasked\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(missing_members_have_their_defaults),
        cmocka_unit_test(members_come_in_any_order_and_are_read_in_one),
        cmocka_unit_test(unknown_members_are_skipped),
        cmocka_unit_test(format_2_says_what_is_red_and_what_is_in_doubt),
        cmocka_unit_test(format_1_is_red_by_its_numbers),
        cmocka_unit_test(nodes_may_be_short_of_something),
        cmocka_unit_test(annotations_keep_the_rules_that_they_have_in_kubernetes),
        cmocka_unit_test(errors_name_member_and_value_and_nothing_is_read),
        cmocka_unit_test(raw_has_the_same_depth_limit_as_a_checks),
        cmocka_unit_test(an_elements_limits_keep_short_text_from_taking_much_memory),
        cmocka_unit_test(a_list_and_a_document_have_limits),
        cmocka_unit_test(a_reader_that_fails_is_not_called_again),
    };

    return cmocka_run_group_tests_name("peer_document", tests, NULL, NULL);
}
