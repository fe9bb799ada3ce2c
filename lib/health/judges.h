/* Which kinds of objects a service should be judged by. Pure. Threads: any. */
#ifndef KS_HEALTH_JUDGES_H
#define KS_HEALTH_JUDGES_H

#include <stdint.h>

#include "base/buf.h"

/* By the kind of its root controller, as bits 1 << ks_kind: the objects that say what should be there, those that show
 * what belongs to it, and pods. A judgement may also ask others. */
uint32_t ks_judges_of(const char *root_kind);

/* Writes kinds as a JSON list, in the order of enum ks_kind: ["deployments","replicasets"]. */
void ks_judges_put(struct ks_buf *out, uint32_t kinds);

#endif
