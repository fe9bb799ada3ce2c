#include "config.h"

#include "loop/http_retry_after.h"

#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>

#include "base/trim.h"

#define DIGITS "0123456789"

/* Returns ms. A number that does not fit is the largest one. */
static int64_t seconds(const char *value)
{
    long long number = strtoll(value, NULL, 10);

    return number > KS_HTTP_RETRY_AFTER_MOST_MS / 1000 ? KS_HTTP_RETRY_AFTER_MOST_MS : number * 1000;
}

static int64_t until(const char *date, int64_t now)
{
    time_t then = curl_getdate(date, NULL);
    int64_t left = (int64_t)then * 1000 - now;

    if (then < 0 || left < 0) {
        return 0;
    }
    return left > KS_HTTP_RETRY_AFTER_MOST_MS ? KS_HTTP_RETRY_AFTER_MOST_MS : left;
}

int64_t ks_http_retry_after(const char *value, int64_t now)
{
    size_t digits;

    value += strspn(value, KS_SPACES);
    digits = strspn(value, DIGITS);
    if (digits > 0) {
        return value[digits + strspn(value + digits, KS_SPACES)] ? 0 : seconds(value);
    }
    return value[0] ? until(value, now) : 0;
}
