/* Retry-After, of an answer that asks for patience. Source: RFC 9110, 10.2.3. Pure. Threads: any. */
#ifndef KS_LOOP_HTTP_RETRY_AFTER_H
#define KS_LOOP_HTTP_RETRY_AFTER_H

#include <stdint.h>

#define KS_HTTP_RETRY_AFTER_MOST_MS 300000

/* How long to wait, in ms, at most KS_HTTP_RETRY_AFTER_MOST_MS. value: seconds, or an HTTP date; 0 for anything else
 * and for a date that has passed. now: Unix ms. */
int64_t ks_http_retry_after(const char *value, int64_t now);

#endif
