/* Controllers in a rollout, for rows of judge_rows.h. Beside each row that was played on a real cluster stand the
 * verdicts of kubectl rollout status, kstatus and Argo CD. */
#ifndef KS_TEST_ROLLOUT_ROWS_H
#define KS_TEST_ROLLOUT_ROWS_H

#include "support/judge_rows.h"

#define WEB(...)        CONTROLLER(DEPLOYMENT, __VA_ARGS__)
#define ROLLING         .is_progressing = KS_TRUE, .is_available = KS_TRUE
#define COMPLETE        ROLLING, .is_rolled_out = true
#define COUNTS(a, b, c) .replicas = (a), .updated = (b), .ready = (c), .available = (c)
#define STUCK_ROLLOUT   .is_progressing = KS_FALSE, .is_available = KS_TRUE, .reason = "ProgressDeadlineExceeded"
#define UNOBSERVED(kind_name, ...)                                                                                     \
    {                                                                                                                  \
        .kind = KS_KIND_##kind_name, .created = NOW - DAY, .generation = 8, .workload = {                              \
            .observed_generation = 7,                                                                                  \
            .containers_per_pod = 1,                                                                                   \
            __VA_ARGS__                                                                                                \
        }                                                                                                              \
    }
#define AWAITED "waiting, InProgress, Progressing"
#define STRICT                                                                                                         \
    {                                                                                                                  \
        .is_strict = true                                                                                              \
    }
#define ROLLED                                                                                                         \
    {                                                                                                                  \
        .was_rolling = true                                                                                            \
    }
#define DB(...)    CONTROLLER(STATEFULSET, __VA_ARGS__)
#define AGENT(...) CONTROLLER(DAEMONSET, __VA_ARGS__)

#endif
