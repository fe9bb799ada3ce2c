#include "config.h"

#include "kube/json.h"

#define SECONDS_PER_DAY 86400

/* Exactly `digits` digits, then the mark, or any where it is '\0'. Advances; -1 where it is not so. */
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

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01 to the date, in the calendar that RFC 3339 has for all years. */
static int64_t days_since_1970(int year, int month, int day)
{
    /* Leap days before the year, of which 477 were before 1970. */
    int before = year - 1;
    int64_t days = 365 * (int64_t)(year - 1970) + before / 4 - before / 100 + before / 400 - 477;

    /* Year 0 is a leap year that the divisions above do not see. */
    days -= year == 0;
    for (int i = 1; i < month; i++) {
        days += days_of_month(year, i);
    }
    return days + day - 1;
}

/* "Z" or "+hh:mm" or "-hh:mm", and then the end: seconds to subtract. */
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

int64_t ks_kube_json_time(const char *text)
{
    int year, month, day, hour, minute, second;
    int64_t offset;

    /* In this order, and no further than the first part that is wrong. */
    if ((year = take_number(&text, 4, '-')) < 0 || (month = take_number(&text, 2, '-')) < 0 ||
        (day = take_number(&text, 2, 'T')) < 0 || (hour = take_number(&text, 2, ':')) < 0 ||
        (minute = take_number(&text, 2, ':')) < 0 || (second = take_number(&text, 2, '\0')) < 0) {
        return 0;
    }
    if (month < 1 || month > 12 || day < 1 || day > days_of_month(year, month) || hour > 23 || minute > 59 ||
        second > 59) {
        return 0;
    }
    if (*text == '.') {
        if (take_number(&(const char *){text + 1}, 1, '\0') < 0) {
            return 0;
        }
        for (text++; *text >= '0' && *text <= '9'; text++) {
        }
    }
    if (!take_offset(text, &offset)) {
        return 0;
    }
    return days_since_1970(year, month, day) * SECONDS_PER_DAY + hour * 3600 + minute * 60 + second - offset;
}
