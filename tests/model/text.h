/* What an API server of the model says, in JSON. Pure. */
#ifndef KS_MODEL_TEXT_H
#define KS_MODEL_TEXT_H

#include "base/buf.h"
#include "model/cluster.h"

/* limit: the most items; 0: all. is_partial: half of them, with metadata.continue. */
struct model_list {
    const struct model_state *state;
    size_t kind;
    size_t limit;
    bool is_partial;
};
void model_text_list(struct ks_buf *out, const struct model_list *list);

void model_text_event(struct ks_buf *out, const struct model_event *event);
void model_text_bookmark(struct ks_buf *out, size_t kind, uint64_t version);
/* cause: or "". */
void model_text_status(struct ks_buf *out, int code, const char *reason, const char *message, const char *cause);
/* kube-system. */
void model_text_namespace(struct ks_buf *out, unsigned identity);

#endif
