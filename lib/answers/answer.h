/* The answer of a custom check, or the reason why there is none. Plain data, except for what it owns. Pure. Threads:
 * any. */
#ifndef KS_ANSWERS_ANSWER_H
#define KS_ANSWERS_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "badge/color.h"
#include "base/error.h"
#include "health/result.h"

#define KS_ANSWER_COLOR_SIZE 32

/* The defaults for checks that name no color or no message: those of kube-shields 0.0.6. */
#define KS_ANSWER_DEFAULT_COLOR   "orange"
#define KS_ANSWER_DEFAULT_MESSAGE "misconfigured"

/* For error texts: the colors that are valid. */
#define KS_ANSWER_COLOR_RULE KS_COLOR_RULE " of at most 31 bytes"

struct ks_answer {
    char label[KS_RESULT_LABEL_SIZE];     /* "": the check's name */
    char message[KS_RESULT_MESSAGE_SIZE]; /* overlong text ends in "…"; for a failure, a few words: "timeout" */
    char color[KS_ANSWER_COLOR_SIZE];     /* ks_color_parse accepts it */
    bool failed;                          /* the check gave no answer */
    char reason[KS_ERROR_TEXT_SIZE];      /* why it failed, in full; "" if it did not fail */
    char mistake[KS_ERROR_TEXT_SIZE];     /* what the check's author should fix, although it answered; or "" */
    char *raw;                            /* one JSON value, owned; or NULL */
    char *errors;                         /* the standard error of its process, owned; or NULL */
};

/* Empty, with the default color. */
void ks_answer_init(struct ks_answer *answer);
void ks_answer_fini(struct ks_answer *answer);

#define KS_ANSWER_TEXT_MOST (3 * KS_ERROR_TEXT_SIZE) /* bytes of a text that are read */

/* None of the functions below allocates memory. */

/* Sets label, message or color. Invalid UTF-8 becomes U+FFFD, a control character a space; overlong text ends in "…".
 * A wrong color is a mistake, and leaves the color as it was. */
void ks_answer_label(struct ks_answer *answer, const char *text);
void ks_answer_message(struct ks_answer *answer, const char *text);
void ks_answer_color(struct ks_answer *answer, const char *text);

/* Copies `text` as one line of valid UTF-8 into `size` bytes; overlong text ends in "…". `text` may be `to`. */
void ks_answer_put_line(char *to, size_t size, const char *text);
bool ks_answer_is_color(const char *text);

/* Keeps the first mistake: later ones may follow from it. */
void ks_answer_mistake(struct ks_answer *answer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Turns the answer into a grey failure: `message` in a few words, the reason in full. Forgets what was set before. */
void ks_answer_fail(struct ks_answer *answer, const char *message, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Turns the answer into the failure "out of memory". */
void ks_answer_memory(struct ks_answer *answer);

#endif
