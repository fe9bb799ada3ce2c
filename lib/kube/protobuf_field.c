#include "config.h"

#include "kube/protobuf_field.h"

#include <string.h>

#include "base/utf8.h"

const char *ks_kube_protobuf_text(char *text)
{
    if (!text) {
        return "";
    }
    ks_utf8_overwrite(text);
    return text;
}

int ks_kube_protobuf_error(const pb_istream_t *stream, struct ks_error *err)
{
    const char *text = PB_GET_ERROR(stream);

    if (strcmp(text, "realloc failed") == 0) {
        return ks_error_memory(err);
    }
    return ks_error_set(err, KS_ERROR_PROTOCOL, "protobuf: %s", text);
}

int ks_kube_protobuf_find(pb_istream_t message, uint32_t number, pb_istream_t *field, struct ks_error *err)
{
    pb_wire_type_t wire_type;
    uint32_t tag;
    bool end;
    int found = 0;

    while (pb_decode_tag(&message, &wire_type, &tag, &end)) {
        if (tag == number && wire_type == PB_WT_STRING) {
            pb_istream_t rest;

            if (!pb_make_string_substream(&message, field)) {
                return ks_kube_protobuf_error(&message, err);
            }
            rest = *field;
            if (!pb_close_string_substream(&message, &rest)) {
                return ks_kube_protobuf_error(&message, err);
            }
            found = 1;
        } else if (tag == 0 || !pb_skip_field(&message, wire_type)) {
            return ks_kube_protobuf_error(&message, err);
        }
    }
    return end ? found : ks_kube_protobuf_error(&message, err);
}
