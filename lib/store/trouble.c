/* Why the first lists are not complete. */
#include "config.h"

#include <stdio.h>

#include "store/private.h"

void ks_store_trouble(struct ks_store *store, enum ks_store_trouble trouble, const char *text)
{
    pthread_rwlock_wrlock(&store->lock);
    store->trouble = trouble;
    snprintf(store->trouble_text, sizeof store->trouble_text, "%s", trouble == KS_STORE_NO_TROUBLE ? "" : text);
    pthread_rwlock_unlock(&store->lock);
}

void ks_store_read_trouble(struct ks_store *store, char text[static KS_ERROR_TEXT_SIZE])
{
    pthread_rwlock_rdlock(&store->lock);
    snprintf(text, KS_ERROR_TEXT_SIZE, "%s", store->trouble_text);
    pthread_rwlock_unlock(&store->lock);
}
