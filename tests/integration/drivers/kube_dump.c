/* kube_dump KIND json|protobuf list|watch < body
 * Prints every object in an API server's answer as one line. KIND is the plural: pods, deployments, … */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "support/ignore_list_meta.h"
#include "support/kube_text.h"

#define OBJECT_LIMIT ((size_t)16 << 20)

static int print_object(void *arg, enum ks_kube_event event, const struct ks_kube_object *object, struct ks_error *err)
{
    struct ks_buf *line = arg;

    ks_buf_reset(line);
    kube_text(line, event, object);
    if (ks_buf_check(line, err) < 0) {
        return -1;
    }
    fputs(line->data, stdout);
    return 0;
}

static int dump(struct ks_kube_decoder *decoder, struct ks_error *err)
{
    char data[65536];
    size_t length;

    while ((length = fread(data, 1, sizeof data, stdin)) > 0) {
        if (ks_kube_decoder_feed(decoder, data, length, err) < 0) {
            return -1;
        }
    }
    return ks_kube_decoder_finish(decoder, err);
}

int main(int argc, char **argv)
{
    enum ks_kind kind = KS_KIND_POD;
    struct ks_kube_decoder *decoder;
    struct ks_error err = {0};
    struct ks_buf line;
    int result;

    while (argc == 4 && kind < KS_KIND_COUNT && strcmp(argv[1], ks_kind_plural(kind)) != 0) {
        kind++;
    }
    if (argc != 4 || kind == KS_KIND_COUNT) {
        fputs("usage: kube_dump KIND json|protobuf list|watch < body\n", stderr);
        return 2;
    }
    ks_buf_init(&line, OBJECT_LIMIT);
    result = ks_kube_decoder_new(&decoder, kind, strcmp(argv[2], "json") == 0 ? KS_KUBE_JSON : KS_KUBE_PROTOBUF,
                                 strcmp(argv[3], "list") == 0 ? KS_KUBE_LIST : KS_KUBE_WATCH, OBJECT_LIMIT,
                                 (struct ks_kube_sink){print_object, ignore_list_meta, &line}, &err);
    if (result == 0) {
        result = dump(decoder, &err);
        ks_kube_decoder_free(decoder);
    }
    ks_buf_fini(&line);
    if (result < 0) {
        fprintf(stderr, "kube_dump: %s\n", err.text);
        return 1;
    }
    return 0;
}
