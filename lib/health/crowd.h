/* Judges pods that are meant to run for ever, with the controllers that made them or without. Pure. Threads: any. */
#ifndef KS_HEALTH_CROWD_H
#define KS_HEALTH_CROWD_H

#include <stdbool.h>

#include "health/judgement.h"

/* Whether the service has such pods or controllers. */
bool ks_crowd_is_there(const struct ks_evidence *evidence);
/* Returns whether it is in a rollout, for `was_rolling`. */
bool ks_crowd_judge(struct ks_judgement *judgement);

#endif
