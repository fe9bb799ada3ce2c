/* Finds the line of standard error that says why a program failed. */
#include "config.h"

#include "answers/stderr.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/trim.h"

#define LINE_ENDS "\r\n"

static const char traceback[] = "Traceback (most recent call last):";
static const char syntax_error[] = "  File \""; /* a file that does not parse has no traceback */

/* Without white space at its ends; not NUL-terminated. */
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
    size_t length = ks_trimmed_length(text, strcspn(text, LINE_ENDS), KS_SPACES);

    return (struct line){text, length < KS_ERROR_TEXT_SIZE ? (int)length : KS_ERROR_TEXT_SIZE};
}

/* The beginning of the next line, with its indent; NULL after the last. */
static const char *next_line(const char *text)
{
    text += strcspn(text, LINE_ENDS);
    text += strspn(text, LINE_ENDS);
    return *text ? text : NULL;
}

/* The last traceback is the exception that ended the program; it was raised while the others were handled. */
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

/* Python indents the lines that say where; the first line that it does not indent says why. NULL if there is none. */
static const char *find_exception(const char *errors)
{
    const char *at = find_traceback(errors);

    while (at && (at = next_line(at))) {
        if (!strchr(KS_SPACES, *at)) {
            return at;
        }
    }
    return NULL;
}

/* The next line if it explains this one, otherwise an empty line. */
static struct line find_more(const struct line *line)
{
    const char *next = next_line(line->text);
    const char *said = next ? next + strspn(next, KS_SPACES) : "";
    bool goes_on = line->length > 0 && line->text[line->length - 1] == ':';

    return line_at(goes_on || begins_with(said, "what():") ? said : "");
}

void ks_answer_stderr_line(char line[static KS_ERROR_TEXT_SIZE], const char *errors)
{
    const char *exception = find_exception(errors);
    struct line first = line_at(exception ? exception : errors + strspn(errors, KS_SPACES));
    struct line more = exception ? line_at("") : find_more(&first);
    const char *between = "";

    if (more.length > 0) {
        between = first.text[first.length - 1] == ':' ? " " : ": ";
    }
    snprintf(line, KS_ERROR_TEXT_SIZE, "%.*s%s%.*s", first.length, first.text, between, more.length, more.text);
}

void ks_answer_fail_exit(struct ks_answer *answer, const struct ks_answer_output *end)
{
    char message[32];
    char line[KS_ERROR_TEXT_SIZE];

    ks_answer_stderr_line(line, end->error_output);
    snprintf(message, sizeof message, "exit %d", end->exit_code);
    ks_answer_fail(answer, message, "%s%s%s", message, line[0] ? ": " : "", line);
}
