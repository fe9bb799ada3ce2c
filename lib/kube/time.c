#include "config.h"

#include "kube/time.h"

#include <stdbool.h>
#include <time.h>

#define FIRST_SECOND INT64_C(-62167219200) /* 0000-01-01T00:00:00Z */
#define LAST_SECOND  INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

int64_t ks_kube_time_within(int64_t seconds)
{
    return seconds < FIRST_SECOND || seconds > LAST_SECOND ? 0 : seconds;
}

/* Reads exactly `digits` digits and then the mark, unless that is '\0', and advances. -1 if the text has anything
 * else. */
static int take_number(const char **text, int digits, char mark)
{
    int number = 0;

    for (int i = 0; i < digits; i++) {
        char digit = *(*text)++;

        if (digit < '0' || digit > '9') {
            return -1;
        }
        number = 10 * number + (digit - '0');
    }
    if (mark && *(*text)++ != mark) {
        return -1;
    }
    return number;
}

/* "2026-01-02T03:04:05" */
static bool take_date_and_time(const char **text, struct tm *fields)
{
    /* In this order, and no further than the first part that is wrong: the text may end there. */
    if ((fields->tm_year = take_number(text, 4, '-')) < 0 || (fields->tm_mon = take_number(text, 2, '-')) < 0 ||
        (fields->tm_mday = take_number(text, 2, 'T')) < 0 || (fields->tm_hour = take_number(text, 2, ':')) < 0 ||
        (fields->tm_min = take_number(text, 2, ':')) < 0 || (fields->tm_sec = take_number(text, 2, '\0')) < 0) {
        return false;
    }
    fields->tm_year -= 1900;
    fields->tm_mon -= 1;
    return true;
}

/* ".678", of any length, or nothing. */
static bool skip_fraction(const char **text)
{
    if (**text != '.') {
        return true;
    }
    (*text)++;
    if (take_number(text, 1, '\0') < 0) {
        return false;
    }
    while (**text >= '0' && **text <= '9') {
        (*text)++;
    }
    return true;
}

/* "Z" or "+hh:mm" or "-hh:mm", and then the end of the text: seconds to subtract. */
static bool take_offset(const char *text, int64_t *offset)
{
    int sign = *text == '-' ? -1 : 1;
    int hours, minutes;

    if (text[0] == 'Z') {
        *offset = 0;
        return text[1] == '\0';
    }
    if (*text != '+' && *text != '-') {
        return false;
    }
    text++;
    if ((hours = take_number(&text, 2, ':')) < 0 || (minutes = take_number(&text, 2, '\0')) < 0) {
        return false;
    }
    *offset = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60 && *text == '\0';
}

/* Unix seconds of fields in UTC. False if there is no such day or time of day, which timegm would carry over. */
static bool seconds_of(const struct tm *fields, int64_t *seconds)
{
    struct tm carried = *fields;

    *seconds = timegm(&carried);
    return carried.tm_mon == fields->tm_mon && carried.tm_mday == fields->tm_mday &&
           carried.tm_hour == fields->tm_hour && carried.tm_min == fields->tm_min && carried.tm_sec == fields->tm_sec;
}

int64_t ks_kube_time(const char *text)
{
    struct tm fields = {.tm_isdst = 0};
    int64_t seconds, offset;

    if (!take_date_and_time(&text, &fields) || !skip_fraction(&text) || !take_offset(text, &offset) ||
        !seconds_of(&fields, &seconds)) {
        return 0;
    }
    return seconds - offset;
}
