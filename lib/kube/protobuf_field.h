/* Finding one field in a message of protobuf, and the errors of nanopb. Pure. Threads: any. */
#ifndef KS_KUBE_PROTOBUF_FIELD_H
#define KS_KUBE_PROTOBUF_FIELD_H

#include <pb_decode.h>

#include "base/error.h"

/* Finds the last field with this number, which is the one that counts in protobuf. The message is passed by value: the
 * caller's stream does not move. 1 if found, 0 if not, -1 on malformed input. */
int ks_kube_protobuf_find(pb_istream_t message, uint32_t number, pb_istream_t *field, struct ks_error *err);

/* "" for NULL. Bytes that are not UTF-8 are overwritten. */
const char *ks_kube_protobuf_text(char *text);

/* Sets the error of a nanopb stream: KS_ERROR_MEMORY or KS_ERROR_PROTOCOL. Returns -1. */
int ks_kube_protobuf_error(const pb_istream_t *stream, struct ks_error *err);

#endif
