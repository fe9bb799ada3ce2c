/* An API server whose etcd was restored under it does not notice: its caches, one per kind, hold the past that was
 * undone until it is restarted. A watch from the restored version tells that past once more, and then nothing until
 * etcd has reached the version of the cache. Kubernetes says to restart API servers after a restore; who forgets that
 * gets lists from etcd again and again here, and no watch.
 *
 * The cache is asked before etcd, so in one history its version cannot be after etcd's. It is asked for an object that
 * cannot exist, which costs it nothing. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "apiserver/reflector_private.h"

static void forget(struct ks_kube_reflector *reflector)
{
    free(reflector->cached);
    reflector->cached = NULL;
}

void ks_reflector_doubt_cache(struct ks_kube_reflector *reflector)
{
    forget(reflector);
    reflector->next = KS_REFLECTOR_ASK_CACHE;
}

bool ks_reflector_doubts_cache(const struct ks_kube_reflector *reflector)
{
    return reflector->cached || reflector->next == KS_REFLECTOR_ASK_CACHE;
}

int ks_reflector_note_cache(struct ks_kube_reflector *reflector, const char *version, struct ks_error *err)
{
    forget(reflector);
    reflector->cached = strdup(version);
    return reflector->cached ? 0 : ks_error_memory(err);
}

int ks_reflector_judge_cache(struct ks_kube_reflector *reflector, struct ks_error *err)
{
    bool is_undone = ks_version_is_before(reflector->history.told, reflector->cached);

    if (is_undone) {
        ks_error_set(err, KS_ERROR_GONE,
                     "the API server's cache has version %s, and etcd %s: it is from before a restore; restart it",
                     reflector->cached, reflector->history.told);
    }
    forget(reflector);
    return is_undone ? -1 : 0;
}
