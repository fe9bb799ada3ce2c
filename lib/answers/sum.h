/* Several answers as one shield. Plain data. Pure. Threads: any. */
#ifndef KS_ANSWERS_SUM_H
#define KS_ANSWERS_SUM_H

#include <stdbool.h>
#include <stddef.h>

#include "answers/answer.h"

/* Adds up several answers to one check as kube-shields 0.0.6 did. The worst color wins (badge/color.h). Messages that
 * are all numbers are summed, equal messages are shown once, others are listed ("a, b, …"). */
struct ks_answer_sum {
    size_t count;
    int severity;
    char color[KS_ANSWER_COLOR_SIZE];
    bool all_numbers;
    double total;
    int decimals; /* the most digits after a point */
    bool all_equal;
    bool any_failed;
    char label[KS_RESULT_LABEL_SIZE];
    char first[KS_RESULT_MESSAGE_SIZE];
    char list[KS_RESULT_MESSAGE_SIZE];
};

void ks_answer_sum_init(struct ks_answer_sum *sum);
void ks_answer_sum_add(struct ks_answer_sum *sum, const char *label, const char *message, const char *color,
                       bool failed);
/* The message of the sum. */
void ks_answer_sum_message(const struct ks_answer_sum *sum, char message[static KS_RESULT_MESSAGE_SIZE]);

#endif
