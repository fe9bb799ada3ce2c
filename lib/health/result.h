/* The answer to a check: plain data, bounded, copied with `=`. Threads: any. */
#ifndef KS_RESULT_H
#define KS_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#define KS_RESULT_LABEL_SIZE   64
#define KS_RESULT_MESSAGE_SIZE 512

struct ks_result {
    char label[KS_RESULT_LABEL_SIZE];
    char message[KS_RESULT_MESSAGE_SIZE];
    const char *color; /* static: a name that badges know */
    bool is_error;     /* says that there is no answer */
    int64_t age;       /* seconds since the API server last confirmed it; 0 while it does */
};

/* A shield that says why there is no answer: "not found", "starting", "unknown". Overlong text ends in "…". */
void ks_result_error(struct ks_result *result, const char *label, const char *message, const char *color);

void ks_result_message(struct ks_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
