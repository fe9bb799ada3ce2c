/* Reasons: why a pod is not ready, in the words of kubectl's STATUS column. Pure. Threads: any. */
#ifndef KS_HEALTH_REASON_H
#define KS_HEALTH_REASON_H

#include <stdbool.h>

#include "kube/object.h"

#define KS_REASON_SIZE 128

/* How severe a reason is: larger is worse, 0 for "". "Init:X" is as severe as X. */
int ks_reason_severity(const char *reason);
/* Whether it is only a stage on the way up or down. */
bool ks_reason_is_passing(const char *reason);
/* Whether the next try of something that runs to completion may fix it. */
bool ks_reason_is_retried(const char *reason);

/* Whether it is a regular container of a pod that runs to completion, and has ended well: so it is as it should be,
 * although it is not ready. */
bool ks_container_has_completed(const struct ks_pod *pod, const struct ks_container *container);

/* The most severe reason of a pod that is not as it should be; "" if its containers have none. */
void ks_reason_of_pod(const struct ks_kube_object *pod, char reason[static KS_REASON_SIZE]);

#endif
