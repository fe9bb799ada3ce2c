/* Times as Kubernetes writes them: metav1.Time, which is RFC 3339. Pure. Threads: any. */
#ifndef KS_KUBE_TIME_H
#define KS_KUBE_TIME_H

#include <stdint.h>

/* Unix seconds of a time such as "2026-01-02T03:04:05Z", with years 0000 to 9999. It may have an offset such as
 * +01:00 instead of Z, and a fraction, which is dropped. 0 for any other text, also for a leap second. */
int64_t ks_kube_time(const char *text);

/* The same of a time that is given in Unix seconds: 0 if it is not in the years 0000 to 9999. */
int64_t ks_kube_time_within(int64_t seconds);

#endif
