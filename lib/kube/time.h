/* Times as Kubernetes writes them: metav1.Time, which is RFC 3339. Pure. Threads: any. */
#ifndef KS_KUBE_TIME_H
#define KS_KUBE_TIME_H

#include <stdint.h>

/* Unix seconds of "2026-01-02T03:04:05Z", years 0000 to 9999, with an offset such as +01:00 instead of Z and with a
 * fraction, which is dropped. 0 if the text is anything else; leap seconds are. */
int64_t ks_kube_time(const char *text);

#endif
