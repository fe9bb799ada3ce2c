/* Whatever a check prints, and however it ended: its answer is an answer or a failure with a reason, its texts are
 * valid UTF-8 without control characters, its color is one, its raw is JSON. The first byte is the exit code and whose
 * check it is; then standard error up to a NUL; the rest is standard output. */
#include "config.h"

#include <json-c/json.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "answers/output.h"
#include "answers/sum.h"
#include "badge/color.h"
#include "base/utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_text(const char *at)
{
    while (*at) {
        const char *start = at;
        unsigned code = ks_utf8_next(&at);

        require(code >= 0x20 && (code < 0x7f || code > 0x9f));
        require(code != 0xfffd || memcmp(start, "\xef\xbf\xbd", 3) == 0);
    }
}

/* JSON as RFC 8259 has it: json-c alone takes more. */
static void check_raw(const char *raw)
{
    struct json_tokener *tokener = json_tokener_new_ex(KS_ANSWER_DEPTH + 1);
    struct json_object *value;
    int quoted = 0;

    require(tokener != NULL);
    json_tokener_set_flags(tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
    value = json_tokener_parse_ex(tokener, raw, (int)strlen(raw) + 1);
    require(json_tokener_get_error(tokener) == json_tokener_success);
    json_object_put(value);
    json_tokener_free(tokener);
    for (const char *at = raw; *at;) {
        const char *start = at;
        unsigned code = ks_utf8_next(&at);

        require(code >= 0x20 && (code != 0xfffd || memcmp(start, "\xef\xbf\xbd", 3) == 0));
        if (quoted && code == '\\') {
            require(*at++ != '\0');
        } else if (code == '"') {
            quoted = !quoted;
        } else if (!quoted) {
            require(strchr("{}[]:,0123456789+-.eEtrufalsn", (int)code) != NULL);
            require(code != '.' || (start > raw && start[-1] >= '0' && start[-1] <= '9' && *at >= '0' && *at <= '9'));
        }
    }
    require(!quoted);
}

static void check(const struct ks_answer *answer)
{
    struct ks_color color;

    check_text(answer->label);
    check_text(answer->message);
    check_text(answer->reason);
    check_text(answer->mistake);
    require(ks_color_parse(answer->color, &color));
    require(answer->failed == (answer->reason[0] != '\0'));
    require(!answer->failed == (answer->raw != NULL));
    if (answer->raw) {
        check_raw(answer->raw);
    }
}

static void check_sum(const struct ks_answer *first, const struct ks_answer *second)
{
    struct ks_answer_sum sum;
    char message[KS_RESULT_MESSAGE_SIZE];

    ks_answer_sum_init(&sum);
    for (int i = 0; i < 3; i++) {
        const struct ks_answer *answer = i == 1 ? second : first;

        ks_answer_sum_add(&sum, answer->label, answer->message, answer->color, answer->failed);
    }
    ks_answer_sum_message(&sum, message);
    check_text(message);
    require(strlen(message) < sizeof message && sum.count == 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ks_answer program;
    struct ks_answer runner;
    struct ks_answer_output end;
    size_t errors;
    char *text;

    if (size < 1) {
        return 0;
    }
    text = malloc(size + 1);
    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    errors = 1 + strlen(text + 1) + 1;
    errors = errors < size ? errors : size;
    end = (struct ks_answer_output){
        .output = text + errors, .length = size - errors, .error_output = text + 1, .exit_code = data[0] % 8};
    ks_answer_init(&program);
    ks_answer_init(&runner);
    ks_answer_from_program(&program, &end);
    check(&program);
    end.exit_code /= 4;
    ks_answer_from_runner(&runner, &end);
    check(&runner);
    check_sum(&program, &runner);
    ks_answer_fini(&program);
    ks_answer_fini(&runner);
    free(text);
    return 0;
}
