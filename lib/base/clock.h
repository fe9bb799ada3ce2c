/* Clocks. Pure code reads none of them: its callers pass the time. Threads: any. */
#ifndef KS_BASE_CLOCK_H
#define KS_BASE_CLOCK_H

#include <stdint.h>

/* CLOCK_MONOTONIC in ms: for deadlines and ages. */
int64_t ks_clock_monotonic(void);

/* CLOCK_REALTIME in ms since 1970: for people, and to compare with the API server's times. */
int64_t ks_clock_wall(void);

#define KS_CLOCK_TEXT_SIZE 48

/* Writes RFC 3339 in UTC with milliseconds: 2026-01-02T03:04:05.678Z. `wall` is in ms since 1970. */
void ks_clock_text(int64_t wall, char text[static KS_CLOCK_TEXT_SIZE]);

/* Writes the two largest units, as kubectl prints ages: 5s, 3m20s, 2h5m, 3d4h, 120d. A negative age is 0s. */
void ks_clock_age_text(int64_t seconds, char text[static KS_CLOCK_TEXT_SIZE]);

#endif
