/* The automatic checks: from the state of one service, or the sum of several, to a result and its raw JSON. Pure: the
 * time is an argument. Threads: any. */
#ifndef KS_HEALTH_AUTOMATIC_H
#define KS_HEALTH_AUTOMATIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "health/health.h"
#include "health/result.h"

enum ks_check {
    KS_CHECK_HEALTH,
    KS_CHECK_VERSION,
    KS_CHECK_REPLICAS,
    KS_CHECK_RESTARTS,
    KS_CHECK_AGE,
    KS_CHECK_STATE,
    KS_CHECK_COUNT,
};

const char *ks_check_name(enum ks_check check);
/* False, with *check untouched, if no automatic check has this name. */
bool ks_check_parse(const char *name, enum ks_check *check);

/* Sets the result: label, message, color and age. now: Unix seconds. age: seconds since the API server last confirmed
 * the state. */
void ks_check_result(enum ks_check check, const struct ks_service_state *state, int64_t now, int64_t age,
                     struct ks_result *result);

/* Writes one JSON object: ready, total, restarts and color, as kube-shields 0.0.6 had them; then label, message,
 * pods, outcome, reasons, versions, doubts, judged_without, times and age. Only label, message and color depend on the
 * check. The outcome is the word that peers use, or null if it is not the same for all services of a sum. */
void ks_check_raw(const struct ks_service_state *state, const struct ks_result *result, struct ks_buf *out);

/* The nodes of a whole cluster. */
struct ks_nodes_state {
    int32_t total;
    int32_t ready;
    int32_t cordoned;
    int32_t pressures[KS_PRESSURE_COUNT]; /* how many nodes are short of this */
};

/* The message is "2/3", nodes that are ready and all, after the pressures: "DiskPressure, 2/3". */
void ks_check_nodes_result(const struct ks_nodes_state *nodes, int64_t age, struct ks_result *result);
void ks_check_nodes_raw(const struct ks_nodes_state *nodes, const struct ks_result *result, struct ks_buf *out);

#endif
