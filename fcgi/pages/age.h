/* How old a result may be, and how a shield shows its age. Threads: any. */
#ifndef KS_PAGES_AGE_H
#define KS_PAGES_AGE_H

#include "health/result.h"
#include "request/request.h"

/* Whether the last known value is older than SHIELD_UNKNOWN_AFTER. */
bool page_is_too_old(const struct request *request, int64_t age_ms);

/* Makes the result grey and "unknown". */
void page_make_unknown(struct ks_result *result);

/* Adds the age to the message of a result whose source is away, or makes the result unknown if it is too old. */
void page_show_age(const struct request *request, struct ks_result *result, int64_t age_ms);

#endif
