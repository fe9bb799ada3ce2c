/* What a custom check answered, and why not where it did not. Plain data but for what it owns. Pure. Threads: any. */
#ifndef KS_ANSWERS_ANSWER_H
#define KS_ANSWERS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "badge/color.h"
#include "base/error.h"
#include "health/result.h"

#define KS_ANSWER_COLOR_SIZE 32

/* Where a check says no color, and where it says no message: the ancestor's. */
#define KS_ANSWER_DEFAULT_COLOR   "orange"
#define KS_ANSWER_DEFAULT_MESSAGE "misconfigured"

/* What a mistake in a color says is right. */
#define KS_ANSWER_COLOR_FORMAT KS_COLOR_ACCEPTED " of at most 31 bytes"

struct ks_answer {
    char label[KS_RESULT_LABEL_SIZE];     /* "": the check's name */
    char message[KS_RESULT_MESSAGE_SIZE]; /* overlong text ends in "…"; of a failure a few words: "timeout" */
    char color[KS_ANSWER_COLOR_SIZE];     /* one that ks_color_parse accepts */
    bool failed;                          /* it gave no answer */
    char reason[KS_ERROR_TEXT_SIZE];      /* of a failure: all there is to say; else "" */
    char mistake[KS_ERROR_TEXT_SIZE];     /* what its author should mend, though it was an answer; or "" */
    char *raw;                            /* one JSON value, owned; or NULL */
    char *errors;                         /* all that a process said on standard error, owned; or NULL */
};

/* All empty, with the default color. */
void ks_answer_init(struct ks_answer *answer);
void ks_answer_fini(struct ks_answer *answer);

#define KS_ANSWER_TEXT_MOST (3 * KS_ERROR_TEXT_SIZE) /* bytes of a text that are looked at */

/* What follows needs no memory.
 * Sets label, message or color: invalid UTF-8 and control characters become U+FFFD or a blank, overlong text ends in
 * "…", a color that is none is a mistake and stays what it was. */
void ks_answer_label(struct ks_answer *answer, const char *text);
void ks_answer_message(struct ks_answer *answer, const char *text);
void ks_answer_color(struct ks_answer *answer, const char *text);

/* Copies one line of valid UTF-8 that fits into `size` bytes; overlong text ends in "…". `text` may be `to`. */
void ks_answer_put_line(char *to, size_t size, const char *text);
bool ks_answer_is_color(const char *text);

/* The first mistake stays: those after it may follow from it. */
void ks_answer_mistake(struct ks_answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Makes it a failure: grey; `message` in a few words, the reason in full. What was set before is forgotten. */
void ks_answer_fail(struct ks_answer *answer, const char *message, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A failure: out of memory. */
void ks_answer_memory(struct ks_answer *answer);

#endif
