#include "config.h"

#include "answers/stderr.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define BLANKS    " \t\r\n"
#define LINE_ENDS "\r\n"

static const char traceback[] = "Traceback (most recent call last):";
static const char syntax_error[] = "  File \""; /* of the file itself, which has no traceback */

/* Without what is blank at its ends, not terminated. */
struct line {
    const char *text;
    int length;
};

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

static struct line line_at(const char *text)
{
    size_t length = strcspn(text, LINE_ENDS);

    while (length > 0 && strchr(BLANKS, text[length - 1])) {
        length--;
    }
    return (struct line){text, length < KS_ERROR_TEXT_SIZE ? (int)length : KS_ERROR_TEXT_SIZE};
}

/* Where the next line begins, its indent included; NULL behind the last. */
static const char *next_line(const char *text)
{
    text += strcspn(text, LINE_ENDS);
    text += strspn(text, LINE_ENDS);
    return *text ? text : NULL;
}

/* Of exceptions that were raised while others were handled the last, which is what ended the program. */
static const char *find_traceback(const char *errors)
{
    const char *found = begins_with(errors, syntax_error) ? errors : NULL;

    for (const char *at = errors; at; at = next_line(at)) {
        if (begins_with(at, traceback)) {
            found = at;
        }
    }
    return found;
}

/* What Python indents is where, and what it does not is why. NULL where it was broken off before. */
static const char *find_exception(const char *errors)
{
    const char *at = find_traceback(errors);

    while (at && (at = next_line(at))) {
        if (!strchr(BLANKS, *at)) {
            return at;
        }
    }
    return NULL;
}

/* An empty line where the next one says nothing of this. */
static struct line find_more(const struct line *line)
{
    const char *next = next_line(line->text);
    const char *said = next ? next + strspn(next, BLANKS) : "";
    bool goes_on = line->length > 0 && line->text[line->length - 1] == ':';

    return line_at(goes_on || begins_with(said, "what():") ? said : "");
}

void ks_answer_stderr_line(char complaint[static KS_ERROR_TEXT_SIZE], const char *errors)
{
    const char *exception = find_exception(errors);
    struct line line = line_at(exception ? exception : errors + strspn(errors, BLANKS));
    struct line more = exception ? line_at("") : find_more(&line);
    const char *between = "";

    if (more.length > 0) {
        between = line.text[line.length - 1] == ':' ? " " : ": ";
    }
    snprintf(complaint, KS_ERROR_TEXT_SIZE, "%.*s%s%.*s", line.length, line.text, between, more.length, more.text);
}

void ks_answer_fail_exit(struct ks_answer *answer, const struct ks_answer_output *end)
{
    char message[32];
    char complaint[KS_ERROR_TEXT_SIZE];

    ks_answer_stderr_line(complaint, end->error_output);
    snprintf(message, sizeof message, "exit %d", end->exit_code);
    ks_answer_fail(answer, message, "%s%s%s", message, complaint[0] ? ": " : "", complaint);
}
