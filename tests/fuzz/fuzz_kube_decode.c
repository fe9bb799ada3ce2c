/* Whatever an API server sends is decoded or refused, and services are judged by it. The first byte selects kind,
 * encoding and stream; the second one how the rest is cut. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "store/store.h"
#include "support/kube_text.h"

#define OBJECT_LIMIT 4096
#define NOW          INT64_C(1800000000)

struct reader {
    struct ks_buf text;
    struct ks_store *store;
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Copies packed text to memory of exactly its size, so that the sanitizer sees every read beyond its end. */
static char *copy_packed(const char *packed, size_t size)
{
    char *copy = malloc(size);

    if (!copy) {
        abort();
    }
    memcpy(copy, packed, size);
    return copy;
}

static void read_labels(const char *labels)
{
    if (labels) {
        char *copy = copy_packed(labels, ks_labels_size(labels));

        ks_labels_get(copy, "app");
        ks_selector_matches("app\0NotIn\0001\0web\0", copy);
        free(copy);
    }
}

static void read_selector(const char *selector)
{
    char *copy = copy_packed(selector, ks_selector_size(selector));

    ks_selector_matches(copy, "app\0web\0");
    free(copy);
}

/* Must fail with a reason, or not at all. */
static void expect_reason(int status, const struct ks_error *err)
{
    if (status < 0 && (err->kind == KS_ERROR_NONE || !err->text[0])) {
        abort();
    }
}

/* Reads every text of the object to its end, and tells the store. */
static int read_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct reader *reader = arg;
    struct ks_error refusal = {0};

    (void)err;
    ks_buf_reset(&reader->text);
    kube_text(&reader->text, event, object);
    read_labels(object->meta.labels);
    if (object->kind == KS_KIND_BUDGET) {
        read_selector(object->budget.selector);
    }
    expect_reason(ks_store_apply(reader->store, 0, event, object, &refusal), &refusal);
    return 0;
}

static int read_list_meta(void *arg, const struct ks_kube_list_meta *meta, struct ks_error *err)
{
    struct reader *reader = arg;

    (void)err;
    ks_buf_reset(&reader->text);
    ks_buf_printf(&reader->text, "%s%d", meta->resource_version, meta->is_partial);
    return 0;
}

/* A service has one outcome, numbers that can be, and a shield of every check. */
static void read_service(void *arg, const struct ks_service_view *service)
{
    const struct ks_service_state *state = service->state;
    struct reader *reader = arg;
    int outcomes = 0;

    for (int i = 0; i < KS_OUTCOME_COUNT; i++) {
        outcomes += state->services[i];
    }
    if (outcomes != 1 || state->ready < 0 || state->total < state->ready || state->pods_ready > state->pods ||
        state->desired < 0 || state->restarts < 0) {
        abort();
    }
    for (int i = 0; i < KS_CHECK_COUNT; i++) {
        struct ks_result result;

        ks_check_result((enum ks_check)i, state, NOW, 0, &result);
        ks_buf_reset(&reader->text);
        ks_check_raw(state, &result, &reader->text);
    }
}

static void judge(struct reader *reader)
{
    struct ks_error err = {0};

    if (ks_store_flush(reader->store, &err) < 0) {
        abort();
    }
    ks_store_read_services(reader->store, read_service, reader);
}

static int feed(struct ks_kube_decoder *decoder, const uint8_t *data, size_t size, size_t cut, struct ks_error *err)
{
    for (size_t i = 0; i < size; i += cut) {
        int status = ks_kube_decoder_feed(decoder, data + i, size - i < cut ? size - i : cut, err);

        expect_reason(status, err);
        if (status < 0) {
            return -1;
        }
    }
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ks_kube_decoder *decoder;
    struct ks_error err = {0};
    struct reader reader;

    if (size < 2) {
        return 0;
    }
    ks_buf_init(&reader.text, 1 << 20);
    if (ks_store_new(&reader.store, &(struct ks_store_options){.is_strict = data[1] & 1}, &err) < 0 ||
        ks_kube_decoder_new(&decoder, (enum ks_kind)((data[0] >> 2) % KS_KIND_COUNT),
                            data[0] & 1 ? KS_KUBE_PROTOBUF : KS_KUBE_JSON, data[0] & 2 ? KS_KUBE_WATCH : KS_KUBE_LIST,
                            OBJECT_LIMIT, (struct ks_kube_sink){read_object, read_list_meta, &reader}, &err) < 0) {
        abort();
    }
    if (feed(decoder, data + 2, size - 2, data[1] ? data[1] : size, &err) == 0) {
        expect_reason(ks_kube_decoder_finish(decoder, &err), &err);
    }
    ks_kube_decoder_free(decoder);
    judge(&reader);
    ks_store_free(reader.store);
    ks_buf_fini(&reader.text);
    return 0;
}
