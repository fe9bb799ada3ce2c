/* What may happen to a world: a table, from which a seed chooses. */
#ifndef KS_MODEL_OPERATIONS_H
#define KS_MODEL_OPERATIONS_H

#include "collector/collector.h"
#include "model/server.h"

/* What an operation may touch. */
struct model_stage {
    struct model_server *server;
    struct ks_collector *collector;
    struct model_random *random;
    int64_t now;
    bool may_lose;     /* events: the world lists beside its watches */
    bool has_lost;     /* set if it did */
    bool has_restored; /* in this round; set if it does */
};

/* Chooses an operation and does it. Returns its number in the table, for counting. */
size_t model_operate(struct model_stage *stage);

/* Something that takes all life from the server until it is mended, while its watches stand or not. */
void model_kill(struct model_stage *stage);

size_t model_operation_count(void);
const char *model_operation_name(size_t operation);

#endif
