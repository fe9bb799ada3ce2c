#include "config.h"

#include "base/clock.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec now;

    clock_gettime(id, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t ks_clock_monotonic(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t ks_clock_wall(void)
{
    return read_clock(CLOCK_REALTIME);
}

void ks_clock_text(int64_t wall, char text[static KS_CLOCK_TEXT_SIZE])
{
    time_t seconds = (time_t)(wall / 1000);
    struct tm fields;
    char date[20];

    gmtime_r(&seconds, &fields);
    if (!strftime(date, sizeof date, "%Y-%m-%dT%H:%M:%S", &fields)) {
        date[0] = '\0';
    }
    snprintf(text, KS_CLOCK_TEXT_SIZE, "%s.%03dZ", date, (int)(wall % 1000));
}

void ks_clock_age_text(int64_t seconds, char text[static KS_CLOCK_TEXT_SIZE])
{
    static const struct {
        int64_t length;
        char name;
        int64_t part; /* of the next smaller unit; 0: stands alone */
        char part_name;
    } units[] = {{86400, 'd', 3600, 'h'}, {3600, 'h', 60, 'm'}, {60, 'm', 1, 's'}};

    if (seconds < 0) {
        seconds = 0;
    }
    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        int64_t whole = seconds / units[i].length;
        int64_t part = seconds % units[i].length / units[i].part;

        if (whole == 0) {
            continue;
        }
        if (part == 0 || whole >= 10) {
            snprintf(text, KS_CLOCK_TEXT_SIZE, "%" PRId64 "%c", whole, units[i].name);
        } else {
            snprintf(text, KS_CLOCK_TEXT_SIZE, "%" PRId64 "%c%" PRId64 "%c", whole, units[i].name, part,
                     units[i].part_name);
        }
        return;
    }
    snprintf(text, KS_CLOCK_TEXT_SIZE, "%" PRId64 "s", seconds);
}
