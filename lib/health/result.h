/* The result of a check: plain data, bounded, copied with `=`. Pure. Threads: any. */
#ifndef KS_HEALTH_RESULT_H
#define KS_HEALTH_RESULT_H

#include <stdbool.h>
#include <stdint.h>

#define KS_RESULT_LABEL_SIZE   64
#define KS_RESULT_MESSAGE_SIZE 512

struct ks_result {
    char label[KS_RESULT_LABEL_SIZE];
    char message[KS_RESULT_MESSAGE_SIZE];
    const char *color; /* static: a name of badge/color.h */
    bool is_error;     /* there is no result; the message says why */
    int64_t age;       /* seconds since the API server last confirmed it; 0 while it does */
};

/* Sets an error shield, whose message says why there is no result: "not found", "starting", "unknown". Text that is
 * too long ends in "…". */
void ks_result_error(struct ks_result *result, const char *label, const char *message, const char *color);

/* Sets the message. Text that is too long ends in "…". */
void ks_result_message(struct ks_result *result, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
