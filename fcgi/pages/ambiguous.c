/* Several namespaces have a service of the short name, and the settings want one. */
#include "config.h"

#include "pages/ambiguous.h"

#include <stdio.h>
#include <string.h>

#include "base/escape.h"
#include "pages/cluster.h"
#include "pages/result.h"

#define NAMES_SIZE   256
#define NAMES_WIDTH  80 /* of a message's namespaces */
#define TEXT_SIZE    1024
#define LIST_CEILING 16384

/* "evil, shop", or "evil, shop and 12 more". At least two are named. */
static void put_names(struct ks_buf *out, const struct ks_store_sum *sum)
{
    size_t most = sum->namespace_count < KS_STORE_NAMESPACES_MOST ? sum->namespace_count : KS_STORE_NAMESPACES_MOST;
    size_t count = 0;

    while (count < most && (count < 2 || out->length + strlen(sum->namespaces[count]) <= NAMES_WIDTH)) {
        ks_buf_printf(out, "%s%s", count ? ", " : "", sum->namespaces[count]);
        count++;
    }
    if (count < sum->namespace_count) {
        ks_buf_printf(out, " and %zu more", sum->namespace_count - count);
    }
}

static void put_list(struct ks_buf *out, const struct ks_store_sum *sum)
{
    ks_buf_literal(out, ",\"namespaces\":[");
    for (size_t i = 0; i < sum->namespace_count && i < KS_STORE_NAMESPACES_MOST; i++) {
        if (i) {
            ks_buf_literal(out, ",");
        }
        ks_buf_json(out, sum->namespaces[i]);
    }
    ks_buf_literal(out, "]");
}

void page_put_ambiguous(const struct request *request, struct response *response, const struct ks_store_sum *sum,
                        size_t cluster)
{
    char memory[NAMES_SIZE], message[NAMES_SIZE + sizeof "ambiguous: "], more[TEXT_SIZE];
    struct ks_buf names, detail;
    struct ks_buf list KS_CLEANUP_BUF;

    ks_buf_init_fixed(&names, memory, sizeof memory);
    put_names(&names, sum);
    snprintf(message, sizeof message, "ambiguous: %s", names.data);
    ks_buf_init_fixed(&detail, more, sizeof more);
    ks_buf_printf(&detail, "%s; the path must name one, as /_/%s/%s/%s/ does", message, sum->namespaces[0],
                  request->service, request->check);
    ks_buf_init(&list, LIST_CEILING);
    put_list(&list, sum);
    page_put_cluster(request, cluster, &list);
    page_put_error(request, response,
                   &(struct page_error){.status = 300,
                                        .is_image = true,
                                        .label = request->check,
                                        .message = message,
                                        .detail = detail.data,
                                        .more = &list});
}
