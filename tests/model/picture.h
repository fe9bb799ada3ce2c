/* What readers of a store see, as text, and whether it is honest about it. */
#ifndef KS_MODEL_PICTURE_H
#define KS_MODEL_PICTURE_H

#include <stdbool.h>

#include "base/buf.h"
#include "model/cluster.h"
#include "store/store.h"

struct model_picture {
    struct {
        bool exists;
        char text[160];
        int64_t age_ms;
    } services[MODEL_SERVICES];
    bool is_certain; /* the store is ready, and every source is live */
};

/* A store that knows that there is nothing but what the model has. Ends the program if memory runs out. */
struct ks_store *model_picture_store(void);
/* Tells it a state at once, without a detour. */
void model_picture_tell(struct ks_store *store, const struct model_state *state);

void model_picture_take(struct model_picture *picture, struct ks_store *store);
bool model_picture_is_equal(const struct model_picture *one, const struct model_picture *other);
/* Whether everything it says is said to be right now. */
bool model_picture_is_fresh(const struct model_picture *picture);
/* Whether it says of everything that is not as in `truth` that it is old, or not known. */
bool model_picture_is_honest(const struct model_picture *picture, const struct model_picture *truth);
void model_picture_print(const char *title, const struct model_picture *picture);

#endif
