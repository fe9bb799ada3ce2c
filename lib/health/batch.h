/* Judges what runs to completion: Jobs, CronJobs, and the runs of workflow engines and drivers. Pure. Threads: any. */
#ifndef KS_HEALTH_BATCH_H
#define KS_HEALTH_BATCH_H

#include "health/judgement.h"

void ks_batch_judge(struct ks_judgement *judgement);

#endif
