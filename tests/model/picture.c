#include "config.h"

#include "model/picture.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kube/decode.h"
#include "model/text.h"

/* ---- the truth ---- */

static void must(int outcome, const struct ks_error *err)
{
    if (outcome) {
        fprintf(stderr, "model: %s\n", err->text);
        abort();
    }
}

static bool is_of_the_model(enum ks_kind kind)
{
    for (size_t i = 0; i < MODEL_KINDS; i++) {
        if (model_kinds[i] == kind) {
            return true;
        }
    }
    return false;
}

struct ks_store *model_picture_store(void)
{
    struct ks_store *store = NULL;
    struct ks_error error;

    must(ks_store_new(&store, &(struct ks_store_options){.namespaces = NULL}, &error), &error);
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        if (!is_of_the_model((enum ks_kind)kind)) {
            ks_store_source(store, 0, (enum ks_kind)kind, KS_SOURCE_LIVE, 0);
        }
    }
    return store;
}

static int put_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    return ks_store_apply(arg, 0, event, object, err);
}

static int ignore_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    (void)arg, (void)meta, (void)err;
    return 0;
}

static void tell_kind(struct ks_store *store, const struct model_state *state, size_t kind)
{
    const struct model_list list = {.state = state, .kind = kind};
    struct ks_kube_decoder *decoder = NULL;
    struct ks_error error;
    struct ks_buf text KS_CLEANUP_BUF;

    ks_buf_init(&text, (size_t)1 << 20);
    model_text_list(&text, &list);
    must(ks_kube_decoder_new(&decoder, model_kinds[kind], KS_KUBE_JSON, KS_KUBE_LIST, 65536,
                             (struct ks_kube_sink){.object = put_object, .list_meta = ignore_meta, .arg = store},
                             &error),
         &error);
    ks_store_list_begin(store, 0, model_kinds[kind]);
    must(ks_kube_decoder_feed(decoder, text.data, text.length, &error), &error);
    must(ks_kube_decoder_finish(decoder, &error), &error);
    ks_store_list_end(store, 0, model_kinds[kind]);
    ks_kube_decoder_free(decoder);
}

void model_picture_tell(struct ks_store *store, const struct model_state *state)
{
    struct ks_error error;

    for (size_t kind = 0; kind < MODEL_KINDS; kind++) {
        tell_kind(store, state, kind);
        ks_store_source(store, 0, model_kinds[kind], KS_SOURCE_LIVE, 0);
    }
    must(ks_store_flush(store, &error), &error);
}

/* ---- pictures ---- */

static void add_service(void *arg, const struct ks_service_view *service)
{
    static const char *const names[MODEL_SERVICES] = {"web", "db", "api"};
    struct model_picture *picture = arg;
    const struct ks_service_state *state = service->state;

    for (size_t i = 0; i < MODEL_SERVICES; i++) {
        if (strcmp(service->name, names[i]) != 0 || !state) {
            continue;
        }
        picture->services[i].exists = true;
        picture->services[i].age_ms = service->age_ms;
        /* Not its outcome: whether it is in a rollout depends on what was seen on the way. */
        snprintf(picture->services[i].text, sizeof picture->services[i].text,
                 "%s %s/%s: pods %d/%d of %d%s, containers %d/%d, restarts %d", service->kind, service->namespace_name,
                 service->name, (int)state->pods_ready, (int)state->pods, (int)state->desired,
                 state->guessed ? " as a guess" : "", (int)state->ready, (int)state->total, (int)state->restarts);
    }
}

void model_picture_take(struct model_picture *picture, struct ks_store *store)
{
    struct ks_store_stats stats;

    memset(picture, 0, sizeof *picture);
    ks_store_read_services(store, add_service, picture);
    ks_store_stats(store, &stats);
    picture->is_certain = ks_store_readiness(store) == KS_READY;
    for (size_t kind = 0; kind < MODEL_KINDS; kind++) {
        picture->is_certain = picture->is_certain && stats.sources[model_kinds[kind]][KS_SOURCE_LIVE] == 1;
    }
}

static bool is_same(const struct model_picture *one, const struct model_picture *other, size_t service)
{
    return one->services[service].exists == other->services[service].exists &&
           strcmp(one->services[service].text, other->services[service].text) == 0;
}

bool model_picture_is_equal(const struct model_picture *one, const struct model_picture *other)
{
    for (size_t i = 0; i < MODEL_SERVICES; i++) {
        if (!is_same(one, other, i)) {
            return false;
        }
    }
    return true;
}

bool model_picture_is_fresh(const struct model_picture *picture)
{
    bool is_fresh = picture->is_certain;

    for (size_t i = 0; i < MODEL_SERVICES; i++) {
        is_fresh = is_fresh && picture->services[i].age_ms == 0;
    }
    return is_fresh;
}

bool model_picture_is_honest(const struct model_picture *picture, const struct model_picture *truth)
{
    for (size_t i = 0; i < MODEL_SERVICES; i++) {
        bool says_so = picture->services[i].exists ? picture->services[i].age_ms > 0 : !picture->is_certain;

        if (!is_same(picture, truth, i) && !says_so) {
            return false;
        }
    }
    return true;
}

void model_picture_print(const char *title, const struct model_picture *picture)
{
    printf("%s%s:\n", title, picture->is_certain ? "" : " (not certain)");
    for (size_t i = 0; i < MODEL_SERVICES; i++) {
        if (picture->services[i].exists) {
            printf("    %s, age %" PRId64 " ms\n", picture->services[i].text, picture->services[i].age_ms);
        }
    }
}
