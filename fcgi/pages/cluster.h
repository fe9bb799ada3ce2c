/* The clusters that a request asks, and which of them can be reached. Our own always can. Threads: any. */
#ifndef KS_PAGES_CLUSTER_H
#define KS_PAGES_CLUSTER_H

#include "request/request.h"

/* Whether the peer with that store answered when it was asked last. */
bool page_is_reachable(struct ks_store *store);

/* Writes the name of one cluster, as a further member of a JSON object, if there are several. */
void page_put_cluster(const struct request *request, size_t cluster, struct ks_buf *out);

/* Writes the names of the clusters that did not answer, as a further member of a JSON object. */
void page_put_unreachable(const struct request *request, struct ks_buf *out);

/* Writes the names of the clusters that we know nothing about yet and that cannot be reached either. Returns false if
 * there are none. */
bool page_put_unknown_clusters(const struct request *request, struct ks_buf *out);

#endif
