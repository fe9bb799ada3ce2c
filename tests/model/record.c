#include "config.h"

#include "model/record.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "base/clock.h"

#define ROUND_MOST ((size_t)1 << 20) /* bytes of text */

void model_record_init(struct model_record *record)
{
    pthread_mutex_init(&record->lock, NULL);
    record->began = ks_clock_monotonic();
    record->now = 0;
    for (size_t i = 0; i < 2; i++) {
        ks_buf_init(&record->rounds[i], ROUND_MOST);
    }
}

void model_record_fini(struct model_record *record)
{
    for (size_t i = 0; i < 2; i++) {
        ks_buf_fini(&record->rounds[i]);
    }
    pthread_mutex_destroy(&record->lock);
}

void model_record_round(struct model_record *record, unsigned round)
{
    pthread_mutex_lock(&record->lock);
    record->now = 1 - record->now;
    ks_buf_reset(&record->rounds[record->now]);
    ks_buf_printf(&record->rounds[record->now], "---- round %u\n", round);
    pthread_mutex_unlock(&record->lock);
}

void model_record_line(struct model_record *record, const char *format, ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    pthread_mutex_lock(&record->lock);
    ks_buf_printf(&record->rounds[record->now], "%8" PRId64 " ms  %s\n", ks_clock_monotonic() - record->began, line);
    pthread_mutex_unlock(&record->lock);
}

void model_record_print(struct model_record *record)
{
    pthread_mutex_lock(&record->lock);
    printf("%s%s", record->rounds[1 - record->now].data, record->rounds[record->now].data);
    pthread_mutex_unlock(&record->lock);
}
