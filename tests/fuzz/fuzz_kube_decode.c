/* The first byte selects kind, encoding and stream; the second one how the rest is cut. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "support/kube_text.h"

#define OBJECT_LIMIT 4096

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

/* Reads every text of the object to its end. */
static int read_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct ks_buf *text = arg;

    (void)err;
    ks_buf_reset(text);
    kube_text(text, event, object);
    read_labels(object->meta.labels);
    if (object->kind == KS_KIND_BUDGET) {
        read_selector(object->budget.selector);
    }
    return 0;
}

static int read_list_meta(void *arg, const char *resource_version, struct ks_error *err)
{
    (void)err;
    ks_buf_reset(arg);
    ks_buf_printf(arg, "%s", resource_version);
    return 0;
}

/* Must fail with a reason, or not at all. */
static void expect_reason(int status, const struct ks_error *err)
{
    if (status < 0 && (err->kind == KS_ERROR_NONE || !err->text[0])) {
        abort();
    }
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
    struct ks_buf text;

    if (size < 2) {
        return 0;
    }
    ks_buf_init(&text, 1 << 20);
    if (ks_kube_decoder_new(&decoder, (enum ks_kind)((data[0] >> 2) % KS_KIND_COUNT),
                            data[0] & 1 ? KS_KUBE_PROTOBUF : KS_KUBE_JSON, data[0] & 2 ? KS_KUBE_WATCH : KS_KUBE_LIST,
                            OBJECT_LIMIT, (struct ks_kube_sink){read_object, read_list_meta, &text}, &err) < 0) {
        abort();
    }
    if (feed(decoder, data + 2, size - 2, data[1] ? data[1] : size, &err) == 0) {
        expect_reason(ks_kube_decoder_finish(decoder, &err), &err);
    }
    ks_kube_decoder_free(decoder);
    ks_buf_fini(&text);
    return 0;
}
