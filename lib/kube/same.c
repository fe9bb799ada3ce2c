/* Whether two workloads are the same. Member by member: their padding may differ. */
#include "config.h"

#include <string.h>

#include "kube/object.h"

struct member {
    size_t offset, size;
};
#define MEMBER(name)                                                                                                   \
    {                                                                                                                  \
        offsetof(struct ks_workload, name), sizeof(((struct ks_workload *)NULL)->name)                                 \
    }

/* All but the containers and the reason. */
static const struct member members[] = {
    MEMBER(desired),
    MEMBER(containers_per_pod),
    MEMBER(suspended),
    MEMBER(paused),
    MEMBER(on_delete),
    MEMBER(is_recreated),
    MEMBER(has_update),
    MEMBER(min_ready_seconds),
    MEMBER(partition),
    MEMBER(max_unavailable.is_given),
    MEMBER(max_unavailable.is_percent),
    MEMBER(max_unavailable.value),
    MEMBER(max_surge.is_given),
    MEMBER(max_surge.is_percent),
    MEMBER(max_surge.value),
    MEMBER(observed_generation),
    MEMBER(replicas),
    MEMBER(updated),
    MEMBER(ready),
    MEMBER(available),
    MEMBER(is_available),
    MEMBER(is_progressing),
    MEMBER(is_rolled_out),
    MEMBER(has_replica_failure),
    MEMBER(has_condition_twice),
    MEMBER(outcome),
    MEMBER(succeeded),
    MEMBER(failed),
    MEMBER(finished),
    MEMBER(active),
    MEMBER(last_schedule),
    MEMBER(last_success),
    MEMBER(has_last_success),
};

bool ks_workload_is_same(const struct ks_workload *one, const struct ks_workload *other)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (memcmp((const char *)one + members[i].offset, (const char *)other + members[i].offset, members[i].size) !=
            0) {
            return false;
        }
    }
    return strcmp(one->reason, other->reason) == 0;
}
