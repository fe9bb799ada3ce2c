/* For the sink of a decoder whose lists are not continued by a watch. */
#ifndef KS_TEST_IGNORE_LIST_META_H
#define KS_TEST_IGNORE_LIST_META_H

#include "kube/decode.h"

static inline int ignore_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    (void)arg;
    (void)meta;
    (void)err;
    return 0;
}

#endif
