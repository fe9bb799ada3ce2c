/* Answers of checks while memory runs out: complete, or "out of memory". */
#include "config.h"

#include "support/scarce_memory.h"

#include "answers/output.h"
#include "answers/nagios.h"
#include "answers/promql.h"
#include "answers/sum.h"

#define SEEN_SIZE 16384

typedef void make_answer(struct ks_answer *answer, const struct ks_answer_output *end);

struct answered {
    make_answer *make;
    struct ks_answer_output end;
    const char *wanted; /* the result with enough memory */
};

static void print(char seen[static SEEN_SIZE], const struct ks_answer *answer)
{
    snprintf(seen, SEEN_SIZE, "%s|%s|%s|%d|%s|%s|%s", answer->label, answer->message, answer->color, answer->failed,
             answer->reason, answer->mistake, answer->raw ? answer->raw : "");
}

static int answer_once(void *arg, struct ks_error *err)
{
    const struct answered *answered = arg;
    struct ks_answer answer;
    char seen[SEEN_SIZE];
    bool without_memory;

    ks_answer_init(&answer);
    answered->make(&answer, &answered->end);
    print(seen, &answer);
    without_memory = answer.failed && strcmp(answer.message, "out of memory") == 0;
    ks_answer_fini(&answer);
    if (without_memory) {
        return ks_error_memory(err);
    }
    return strcmp(seen, answered->wanted) == 0 ? 0 : ks_error_set(err, KS_ERROR_INVALID, "%.400s", seen);
}

static void answer_each(const char *name, make_answer *make, const struct ks_answer_output *end)
{
    char wanted[SEEN_SIZE];
    struct answered answered = {.make = make, .end = *end, .wanted = wanted};
    struct ks_answer answer;

    ks_answer_init(&answer);
    make(&answer, end);
    print(wanted, &answer);
    ks_answer_fini(&answer);
    if (strstr(wanted, "out of memory")) {
        fail_msg("%s: %s", name, wanted);
    }
    scarce_tell(name, answer_once, &answered);
}

static struct ks_answer_output end_of(const char *output, const char *errors, int exit_code)
{
    return (struct ks_answer_output){
        .output = output, .length = strlen(output), .error_output = errors, .exit_code = exit_code};
}

static void plugin_output_is_complete(void **state)
{
    static const struct {
        const char *output;
        int exit_code;
    } rows[] = {
        {"", 0},
        {"DISK CRITICAL - no room | /=4066MB;3000;4000;0;19838 'it''s'=+03,50%\r\nlong\r\n|more=1e3", 2},
        {"OK | a=1 a=2 nothing=x =3 'x", 0},
        {"no plugin\n", 127},
    };
    struct ks_buf long_output KS_CLEANUP_BUF;
    struct ks_answer_output end;

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        end = end_of(rows[i].output, "noise", rows[i].exit_code);
        answer_each(rows[i].output, ks_answer_from_plugin, &end);
    }
    /* More than the first allocation has room for. */
    ks_buf_init(&long_output, CEILING);
    ks_buf_printf(&long_output, "%0300d|a=%0300d;%0300d b=1\n%0300d\n%0300d|c=.%0300d", 1, 2, 3, 4, 5, 6);
    end = end_of(long_output.data, "", 1);
    answer_each("a long output", ks_answer_from_plugin, &end);
}

static void output_of_programs_and_runners_is_complete(void **state)
{
    static const struct {
        const char *output;
        make_answer *make;
    } rows[] = {
        {"{\"label\":\"l\",\"message\":\"m\",\"color\":\"red\",\"raw\":[1]}", ks_answer_from_program},
        {"{\"status\":3.5,\"color\":[\"red\"]}", ks_answer_from_program},
        {"{\"label\":\"a\\u0000b\",\"color\":\"blurple\"}", ks_answer_from_runner},
        {"{\"message\":\"m\"}\n{\"a\":[1,2]}\n", ks_answer_from_runner},
        {"{\"message\":\"m\"}\n\n", ks_answer_from_runner},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_answer_output end = end_of(rows[i].output, "", 0);

        answer_each(rows[i].output, rows[i].make, &end);
    }
}

/* The output is the body. */
static void answer_query(struct ks_answer *answer, const struct ks_answer_output *end)
{
    static char query[] = "sum(up)";
    static char format[] = "{value:bytes} of {instance}, {value:duration} {{{value:.3f}";
    static const struct ks_promql_check check = {
        .name = "up",
        .query = query,
        .format = format,
        .thresholds = {{"red", KS_PROMQL_LESS, 3}, {"green", KS_PROMQL_ALWAYS, 0}},
        .threshold_count = 2,
    };

    ks_answer_from_query(&check, end->output, end->length, answer);
}

#define VECTOR "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":["

static void answers_of_prometheus_are_complete(void **state)
{
    static const char *const bodies[] = {
        VECTOR "]}}",
        VECTOR "{\"metric\":{\"instance\":\"a:1\",\"job\":\"x\\n\"},\"value\":[1,\"5000\"]}]},\"warnings\":[\"w\"]}",
        VECTOR "{\"metric\":{},\"value\":[1,\"NaN\"]}]}}",
        "{\"status\":\"success\",\"data\":{\"resultType\":\"scalar\",\"result\":[1,\"+Inf\"]}}",
    };
    struct ks_buf body KS_CLEANUP_BUF;
    struct ks_answer_output end;

    (void)state;
    for (size_t i = 0; i < COUNT(bodies); i++) {
        end = end_of(bodies[i], "", 0);
        answer_each(bodies[i], answer_query, &end);
    }
    ks_buf_init(&body, CEILING);
    ks_buf_printf(&body, VECTOR "{\"metric\":{\"instance\":\"%0600d\"},\"value\":[1,\"2\"]}]}}", 0);
    end = end_of(body.data, "", 0);
    answer_each("a long label", answer_query, &end);
}

/* Otherwise "out of memory" itself could not be reported. */
static int fail_answer(void *arg, struct ks_error *err)
{
    char wanted[SEEN_SIZE];
    char seen[SEEN_SIZE];
    struct ks_answer answer;

    (void)arg;
    ks_answer_init(&answer);
    ks_answer_label(&answer, "l\n");
    ks_answer_color(&answer, "blurple");
    ks_answer_mistake(&answer, "%0700d", 0);
    ks_answer_fail(&answer, "exit 1\xff", "exit 1: %0700d", 0);
    snprintf(wanted, sizeof wanted, "|exit 1\xef\xbf\xbd|grey|1|exit 1: %0*d\xe2\x80\xa6||", KS_ERROR_TEXT_SIZE - 12,
             0);
    print(seen, &answer);
    ks_answer_fini(&answer);
    return strcmp(seen, wanted) == 0 ? 0 : ks_error_set(err, KS_ERROR_INVALID, "%.400s", seen);
}

static int sum_answers(void *arg, struct ks_error *err)
{
    char message[KS_RESULT_MESSAGE_SIZE];
    struct ks_answer_sum sum;

    (void)arg;
    ks_answer_sum_init(&sum);
    ks_answer_sum_add(&sum, "l", "a", "green", false);
    ks_answer_sum_add(&sum, "l", "b", "red", true);
    ks_answer_sum_message(&sum, message);
    return strcmp(message, "a, b") == 0 && strcmp(sum.label, "l") == 0
               ? 0
               : ks_error_set(err, KS_ERROR_INVALID, "%s: %s", sum.label, message);
}

static void a_failure_is_reported_when_memory_runs_out(void **state)
{
    (void)state;
    scarce_tell_none("a failure", fail_answer, NULL);
    scarce_tell_none("a sum", sum_answers, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failure_is_reported_when_memory_runs_out),
        cmocka_unit_test(plugin_output_is_complete),
        cmocka_unit_test(output_of_programs_and_runners_is_complete),
        cmocka_unit_test(answers_of_prometheus_are_complete),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
