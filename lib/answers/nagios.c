/* Reads what a monitoring plugin printed. */
#include "config.h"

#include "answers/nagios.h"

#include <string.h>

#include "answers/stderr.h"
#include "base/escape.h"
#include "base/trim.h"
#include "answers/perfdata.h"

/* A control character takes 6 bytes of JSON; the shortest performance data, "a=5 ", takes 29. */
#define RAW_PER_BYTE 16
#define RAW_FRAME    512

static const struct outcome {
    const char *word;
    const char *color;
} outcomes[] = {
    {"ok", "green"},
    {"warning", "yellow"},
    {"critical", "red"},
    {"unknown", "grey"},
};

#define UNKNOWN 3

static const struct outcome *outcome_of(int exit_code)
{
    return &outcomes[exit_code >= 0 && exit_code < UNKNOWN ? exit_code : UNKNOWN];
}

const char *ks_nagios_color(int exit_code)
{
    return outcome_of(exit_code)->color;
}

/* The output, cut in place into its parts. */
struct parts {
    const char *message;
    const char *long_text;
    const char *perfdata[2]; /* from the first line, from the others */
};

static char empty[1] = "";

/* Ends the text at the first `at`, and returns what follows. */
static char *cut(char *text, char at)
{
    char *found = strchr(text, at);

    if (!found) {
        return empty;
    }
    *found = '\0';
    return found + 1;
}

static void read_parts(struct parts *parts, char *text)
{
    char *further = cut(text, '\n');

    parts->perfdata[0] = ks_trim(cut(text, '|'), KS_SPACES);
    parts->perfdata[1] = ks_trim(cut(further, '|'), KS_SPACES);
    parts->message = ks_trim(text, KS_SPACES);
    parts->long_text = ks_trim(further, KS_SPACES);
}

static bool is_silent(const struct parts *parts)
{
    return !parts->message[0] && !parts->long_text[0] && !parts->perfdata[0][0] && !parts->perfdata[1][0];
}

/* NULs become spaces; CRLF becomes LF. */
static void copy_output(struct ks_buf *text, const struct ks_answer_output *end)
{
    const char *at = end->output;
    const char *limit = at + end->length;

    while (at < limit) {
        size_t plain = strcspn(at, "\r");

        ks_buf_bytes(text, at, plain);
        at += plain;
        if (at < limit && *at == '\0') {
            ks_buf_literal(text, " ");
            at++;
        } else if (at < limit) {
            ks_buf_bytes(text, at, at[1] != '\n');
            at++;
        }
    }
}

/* Returns -1 only if out of memory: the ceilings follow from the length of the output. */
static int make_raw(struct ks_answer *answer, const struct ks_answer_output *end, const struct parts *parts)
{
    struct ks_buf raw KS_CLEANUP_BUF;
    struct ks_buf perfdata KS_CLEANUP_BUF;

    ks_buf_init(&raw, RAW_PER_BYTE * end->length + RAW_FRAME);
    ks_buf_init(&perfdata, end->length + 1);
    ks_buf_bytes(&perfdata, parts->perfdata[0], strlen(parts->perfdata[0]));
    if (parts->perfdata[1][0]) {
        ks_buf_literal(&perfdata, "\n");
        ks_buf_bytes(&perfdata, parts->perfdata[1], strlen(parts->perfdata[1]));
    }
    ks_buf_printf(&raw, "{\"exit\":%d,\"message\":", end->exit_code);
    ks_buf_json(&raw, parts->message);
    ks_buf_literal(&raw, ",\"long\":");
    ks_buf_json(&raw, parts->long_text);
    ks_buf_literal(&raw, ",\"perfdata\":");
    if (perfdata.failed || ks_nagios_perfdata(&raw, perfdata.data, answer, NULL)) {
        return -1;
    }
    ks_buf_literal(&raw, "}");
    answer->raw = raw.failed ? NULL : strdup(raw.data);
    return answer->raw ? 0 : -1;
}

void ks_answer_from_plugin(struct ks_answer *answer, const struct ks_answer_output *end)
{
    const struct outcome *outcome = outcome_of(end->exit_code);
    struct parts parts;
    struct ks_buf text KS_CLEANUP_BUF;
    char error_line[KS_ERROR_TEXT_SIZE];
    bool broke_off; /* a script that failed before it printed anything, not a plugin with nothing to say */

    ks_answer_fini(answer);
    ks_buf_init(&text, end->length);
    copy_output(&text, end);
    if (text.failed) {
        ks_answer_memory(answer);
        return;
    }
    read_parts(&parts, text.data);
    ks_answer_stderr_line(error_line, end->error_output);
    broke_off = error_line[0] && is_silent(&parts);
    if (parts.message[0] == '\0' && (end->exit_code < 0 || end->exit_code > UNKNOWN || (broke_off && end->exit_code))) {
        ks_answer_fail_exit(answer, end);
        return;
    }
    if (parts.message[0] == '\0') {
        parts.message = outcome->word;
    }
    ks_answer_message(answer, parts.message);
    ks_answer_color(answer, outcome->color);
    if (make_raw(answer, end, &parts)) {
        ks_answer_memory(answer);
        return;
    }
    if (broke_off) {
        ks_answer_mistake(answer, "it printed nothing; its standard error says: %s", error_line);
    }
}
