/* Whether the versions that a server tells are one history. Pure. Threads: any.
 * Source: Kubernetes API concepts, "Resource versions"; KEP-5504: the versions of one resource are decimal numbers that
 * grow. */
#ifndef KS_APISERVER_CONTINUITY_H
#define KS_APISERVER_CONTINUITY_H

#include <stdbool.h>

/* Whether `theirs` is before `ours`. False if either is no decimal number, or NULL: then nobody can tell. */
bool ks_version_is_before(const char *theirs, const char *ours);

#endif
