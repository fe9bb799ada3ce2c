/* The failures of a reflector, counted since something worked. Only an event or a bookmark shows that a watch works: a
 * server that answers and then tells nothing right is not well. Threads: a struct belongs to one. */
#ifndef KS_APISERVER_SERIES_H
#define KS_APISERVER_SERIES_H

#include <stdint.h>

#include "apiserver/listwatch.h"
#include "apiserver/retry.h"
#include "base/backoff.h"

#define KS_SERIES_SHORT_MS 1000 /* a watch that ends sooner is short */

/* All zero: no failure. Times: CLOCK_MONOTONIC, ms. */
struct ks_series {
    struct ks_backoff backoff;
    unsigned failures, gone; /* see struct ks_reflector_failure */
    unsigned since_list;
    enum ks_error_kind kind; /* of the last one; NONE: there was an answer since */
    int64_t kind_since;
    int64_t not_before;     /* the server wants no request until then; 0: it did not say so */
    unsigned short_watches; /* in a row, whatever they told */
    struct ks_backoff rest;
    int64_t rests_until; /* 0: it does not */
};

/* Counts a failure, and fills what the judgement needs of it and of the series. */
void ks_series_count(struct ks_series *series, const struct ks_listwatch_end *end, int64_t now,
                     struct ks_reflector_failure *failure);
/* The server wants no request for so long; 0: it does not say so. */
void ks_series_wait(struct ks_series *series, int64_t retry_after_ms, int64_t now);
/* A watch that began at this time has ended now. If many in a row are short, the next request has to wait, though each
 * had an event: or a server that ends each at once would get no rest. */
void ks_series_watched(struct ks_series *series, int64_t began, int64_t now);
/* The next request has to wait until then. */
void ks_series_rest(struct ks_series *series, int64_t until);
/* When the next request may be sent; 0: now. */
int64_t ks_series_due(const struct ks_series *series);
/* It was not a failure: we learned what the server can do. */
void ks_series_uncount(struct ks_series *series);
/* How long to wait before the next request. Call it once for each failure. */
int64_t ks_series_delay(struct ks_series *series, enum ks_reflector_retry retry);

/* Something worked: a 2xx began; a list is complete; there was an event or a bookmark. */
void ks_series_answer(struct ks_series *series);
void ks_series_list(struct ks_series *series);
void ks_series_event(struct ks_series *series);

#endif
