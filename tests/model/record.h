/* What happened in a world, line by line, for whoever must understand a failure: this round and the one before it.
 * Threads: any. */
#ifndef KS_MODEL_RECORD_H
#define KS_MODEL_RECORD_H

#include <pthread.h>
#include <stdint.h>

#include "base/buf.h"

struct model_record {
    pthread_mutex_t lock;
    int64_t began; /* CLOCK_MONOTONIC, ms */
    struct ks_buf rounds[2];
    size_t now;
};

void model_record_init(struct model_record *record);
void model_record_fini(struct model_record *record);
void model_record_round(struct model_record *record, unsigned round);
void model_record_line(struct model_record *record, const char *format, ...) __attribute__((format(printf, 2, 3)));
void model_record_print(struct model_record *record);

#endif
