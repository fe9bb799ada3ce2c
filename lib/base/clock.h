/* Time. Nothing pure reads a clock: it is given one. Threads: any. */
#ifndef KS_CLOCK_H
#define KS_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in milliseconds: for deadlines and ages. */
int64_t ks_clock_monotonic(void);

/* CLOCK_REALTIME in milliseconds since 1970: for what people read, and for comparing with the API server's times. */
int64_t ks_clock_wall(void);

#define KS_CLOCK_TEXT_SIZE 48

/* RFC 3339 in UTC with milliseconds: 2026-01-02T03:04:05.678Z. */
void ks_clock_text(int64_t wall, char text[static KS_CLOCK_TEXT_SIZE]);

/* The two largest units, as kubectl prints ages: 5s, 3m20s, 2h5m, 3d4h, 120d. */
void ks_clock_age_text(int64_t seconds, char text[static KS_CLOCK_TEXT_SIZE]);

#endif
