/* Learns the names that kube-shields 0.0.6 gave services. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/private.h"

/* Rollouts change the alias again and again. If the rule for old names leads to the service, it needs no alias. */
static bool leads_to(const char *generate_name, size_t length, const struct service *service)
{
    struct ks_old_name old[KS_OLD_NAMES_MOST];
    char alias[KS_NAME_SIZE];
    size_t count;

    if (length >= sizeof alias) {
        return false;
    }
    memcpy(alias, generate_name, length);
    alias[length] = '\0';
    count = ks_name_resolve_old(alias, old);
    for (size_t i = 0; i < count; i++) {
        if (old[i].kind && strcmp(old[i].kind, service->kind) == 0 && strcmp(old[i].name, service->name) == 0) {
            return true;
        }
    }
    return false;
}

int ks_learn_alias(struct ks_store *store, struct service *service, const char *generate_name)
{
    size_t length = strlen(generate_name);
    char *alias;

    if (length < 2 || generate_name[length - 1] != '-') {
        return 0;
    }
    length--;
    if (strncmp(generate_name, service->name, length) == 0 && !service->name[length]) {
        return 0;
    }
    if (leads_to(generate_name, length, service)) {
        return 0;
    }
    if (service->alias && strlen(service->alias) == length && memcmp(service->alias, generate_name, length) == 0) {
        return 0;
    }
    alias = strndup(generate_name, length);
    if (!alias) {
        return -1;
    }
    /* Readers may be looking at the aliases: remove the entry and the old text under the lock. */
    pthread_rwlock_wrlock(&store->lock);
    for (size_t i = 0; i < store->alias_count; i++) {
        if (store->aliases[i].service == service) {
            memmove(&store->aliases[i], &store->aliases[i + 1], (--store->alias_count - i) * sizeof store->aliases[0]);
            break;
        }
    }
    free(service->alias);
    service->alias = alias;
    pthread_rwlock_unlock(&store->lock);
    store->index_stale = true;
    return 0;
}
