/* Labels and annotations in protobuf, entry by entry. Most mean nothing here: they are skipped without a copy. */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "kube/labels.h"
#include "kube/protobuf.h"

/* Field numbers of an entry of a map. */
enum entry {
    ENTRY_KEY = 1,
    ENTRY_VALUE = 2,
};

/* Finds both in one pass; the last of each counts. An absent one is empty. The entry is a copy, because the end of it
 * counts as an error, and the first error of a stream stays. */
static bool open_entry(pb_istream_t entry, pb_istream_t *key, pb_istream_t *value)
{
    pb_wire_type_t wire_type;
    uint32_t tag;
    bool end;

    *key = (pb_istream_t)PB_ISTREAM_EMPTY;
    *value = (pb_istream_t)PB_ISTREAM_EMPTY;
    while (pb_decode_tag(&entry, &wire_type, &tag, &end)) {
        if ((tag == ENTRY_KEY || tag == ENTRY_VALUE) && wire_type == PB_WT_STRING) {
            pb_istream_t *field = tag == ENTRY_KEY ? key : value;
            pb_istream_t rest;

            if (!pb_make_string_substream(&entry, field)) {
                return false;
            }
            rest = *field;
            if (!pb_close_string_substream(&entry, &rest)) {
                return false;
            }
        } else if (tag == 0 || !pb_skip_field(&entry, wire_type)) {
            return false;
        }
    }
    return end;
}

static enum ks_kube_annotation annotation_of(pb_istream_t key, unsigned wanted)
{
    size_t length = key.bytes_left;
    char text[32]; /* no key that is wanted is longer */

    if (length > sizeof text || !pb_read(&key, (pb_byte_t *)text, length)) {
        return KS_ANNOTATION_COUNT;
    }
    for (int i = 0; i < KS_ANNOTATION_COUNT; i++) {
        const char *key_wanted = ks_kube_annotation_rules[i].key;

        if (wanted & 1U << i && length == strlen(key_wanted) && memcmp(text, key_wanted, length) == 0) {
            return (enum ks_kube_annotation)i;
        }
    }
    return KS_ANNOTATION_COUNT;
}

static void take_annotation(struct ks_kube_protobuf_listener *listener, enum ks_kube_annotation which, const char *text,
                            size_t length)
{
    if (which == KS_ANNOTATION_STEP) {
        listener->message->step = ks_kube_annotation_value(which, text, length);
    } else {
        ks_kube_annotate(&listener->annotations, which, text, length);
    }
}

static bool read_annotation(pb_istream_t *entry, const pb_field_t *field, void **arg)
{
    struct ks_kube_protobuf_listener *listener = *arg;
    pb_istream_t key, value;
    enum ks_kube_annotation which;
    size_t length;
    char *text;

    (void)field;
    if (!open_entry(*entry, &key, &value)) {
        PB_RETURN_ERROR(entry, "an annotation is malformed");
    }
    which = annotation_of(key, listener->wanted);
    if (which == KS_ANNOTATION_COUNT) {
        return true;
    }
    text = listener->message->annotation_texts[which];
    length = value.bytes_left <= KS_ANNOTATION_MOST ? value.bytes_left : 0;
    if (!pb_read(&value, (pb_byte_t *)text, length)) {
        PB_RETURN_ERROR(entry, "an annotation is malformed");
    }
    text[length] = '\0';
    ks_utf8_overwrite(text);
    take_annotation(listener, which, text, length);
    return true;
}

/* Appends the text and a NUL. */
static bool append(struct ks_buf *out, pb_istream_t text)
{
    pb_byte_t part[256];

    while (text.bytes_left) {
        size_t length = text.bytes_left < sizeof part ? text.bytes_left : sizeof part;

        if (!pb_read(&text, part, length)) {
            return false;
        }
        ks_buf_bytes(out, part, length);
    }
    ks_buf_bytes(out, "", 1);
    return true;
}

static bool read_label(pb_istream_t *entry, const pb_field_t *field, void **arg)
{
    struct ks_kube_scratch *scratch = *arg;
    struct ks_buf *text = &scratch->entry;
    pb_istream_t key, value;
    char *second;

    (void)field;
    ks_buf_reset(text);
    if (!open_entry(*entry, &key, &value) || !append(text, key) || !append(text, value)) {
        PB_RETURN_ERROR(entry, "a label is malformed");
    }
    if (text->failed) {
        PB_RETURN_ERROR(entry, "realloc failed");
    }
    second = text->data + key.bytes_left + 1;
    if (strlen(text->data) == key.bytes_left && strlen(second) == value.bytes_left) {
        ks_utf8_overwrite(text->data);
        ks_utf8_overwrite(second);
        ks_labels_put(&scratch->packed, text->data, second);
    }
    return true;
}

static pb_callback_t listen_with(struct ks_kube_protobuf_listener *listener, struct ks_kube_protobuf_message *message,
                                 unsigned wanted)
{
    *listener =
        (struct ks_kube_protobuf_listener){.message = message, .annotations = KS_NO_ANNOTATIONS, .wanted = wanted};
    return (pb_callback_t){.funcs.decode = wanted ? read_annotation : NULL, .arg = listener};
}

/* The metadata is the first member of every kind's struct, so one assignment serves all. nanopb keeps callbacks when
 * it clears the rest. */
void ks_kube_protobuf_listen(struct ks_kube_protobuf_message *message, ks_pb_PodTemplateSpec *template)
{
    ks_pb_ObjectMeta *meta = &message->pod.metadata;

    message->step = "";
    meta->annotations = listen_with(&message->meta, message, ks_kube_annotations_of(message->kind));
    meta->labels =
        (pb_callback_t){.funcs.decode = ks_kube_has_labels(message->kind) ? read_label : NULL, .arg = message->scratch};
    message->template.annotations = KS_NO_ANNOTATIONS;
    if (template) {
        template->metadata.annotations = listen_with(&message->template, message, KS_KUBE_TEMPLATE_ANNOTATIONS);
    }
}
