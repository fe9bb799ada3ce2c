#include "config.h"

#include "apiserver/series.h"

#define LATER_MS           300000
#define SHORT_WATCHES_MOST 8 /* in a row, without a rest */

void ks_series_wait(struct ks_series *series, int64_t retry_after_ms, int64_t now)
{
    if (retry_after_ms > 0 && now + retry_after_ms > series->not_before) {
        series->not_before = now + retry_after_ms;
    }
}

void ks_series_count(struct ks_series *series, const struct ks_listwatch_end *end, int64_t now,
                     struct ks_reflector_failure *failure)
{
    series->failures++;
    series->since_list++;
    series->gone += end->err->kind == KS_ERROR_GONE || end->is_version_too_large;
    if (series->kind != end->err->kind) {
        series->kind = end->err->kind;
        series->kind_since = now;
    }
    ks_series_wait(series, end->retry_after_ms, now);
    failure->kind = end->err->kind;
    failure->status = end->status;
    failure->is_too_large = end->is_version_too_large;
    failure->retry_after_ms = end->retry_after_ms;
    failure->failures = series->failures;
    failure->since_list = series->since_list;
    failure->gone = series->gone;
    failure->same_ms = now - series->kind_since;
}

void ks_series_watched(struct ks_series *series, int64_t began, int64_t now)
{
    if (now - began >= KS_SERIES_SHORT_MS) {
        series->short_watches = 0;
        series->rest.failures = 0;
    } else if (series->short_watches < SHORT_WATCHES_MOST) {
        series->short_watches++;
    } else {
        ks_series_rest(series, now + ks_backoff_next(&series->rest));
    }
}

void ks_series_rest(struct ks_series *series, int64_t until)
{
    if (until > series->rests_until) {
        series->rests_until = until;
    }
}

int64_t ks_series_due(const struct ks_series *series)
{
    return series->not_before > series->rests_until ? series->not_before : series->rests_until;
}

void ks_series_uncount(struct ks_series *series)
{
    series->failures--;
    series->since_list--;
}

int64_t ks_series_delay(struct ks_series *series, enum ks_reflector_retry retry)
{
    int64_t backoff = ks_backoff_next(&series->backoff);

    switch (retry) {
    case KS_REFLECTOR_RETRY_NOW:
        return 0;
    case KS_REFLECTOR_RETRY_LATER:
        return LATER_MS;
    default:
        return backoff;
    }
}

void ks_series_answer(struct ks_series *series)
{
    series->kind = KS_ERROR_NONE;
}

void ks_series_list(struct ks_series *series)
{
    series->since_list = 0;
}

void ks_series_event(struct ks_series *series)
{
    *series = (struct ks_series){.not_before = series->not_before,
                                 .short_watches = series->short_watches,
                                 .rest = series->rest,
                                 .rests_until = series->rests_until};
}
