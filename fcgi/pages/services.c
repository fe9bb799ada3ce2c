/* JSON lists, as kube-shields 0.0.6 had them: the services of a cluster, and the checks of a service. */
#include "config.h"

#include <string.h>

#include "base/escape.h"
#include "health/names.h"
#include "pages/page.h"
#include "pages/result.h"

struct listing {
    struct ks_buf *out;
    size_t count;
    bool with_automatic;
    char last[KS_NAME_SIZE]; /* services are sorted by name, and listed once if several namespaces have one */
};

static void put_item(struct listing *listing, const char *text)
{
    if (listing->count++) {
        ks_buf_literal(listing->out, ",");
    }
    ks_buf_json(listing->out, text);
}

static void put_service(void *arg, const struct ks_service_view *service)
{
    struct listing *listing = arg;
    size_t size = strlen(service->name) + 1;

    if ((service->state && service->state->annotations.hidden) || strcmp(listing->last, service->name) == 0 ||
        size > sizeof listing->last) {
        return;
    }
    memcpy(listing->last, service->name, size);
    put_item(listing, service->name);
}

static void put_services(const struct request *request, struct response *response)
{
    struct listing listing = {.out = &response->body};
    struct ks_store *store = request_cluster_store(request, request->first_cluster);

    if (!page_is_ready(request, response, ks_store_readiness(store), false, "services")) {
        return;
    }
    response->content_type = "application/json";
    ks_buf_literal(&response->body, "[");
    ks_store_read_services(store, put_service, &listing);
    ks_buf_literal(&response->body, "]\n");
}

void page_services(const struct request *request, struct response *response)
{
    if (request->is_signed && ks_url_parameter(&request->url, "full")) {
        page_services_full(request, response);
        return;
    }
    put_services(request, response);
}

static void note_found(void *arg, const struct ks_store_sum *sum)
{
    *(struct ks_store_sum *)arg = *sum;
}

/* A custom check with the name of an automatic one is in the list already. */
static void put_custom_check(void *arg, const struct ks_custom_state *state)
{
    struct listing *listing = arg;
    enum ks_check automatic;

    if (listing->with_automatic && ks_check_parse(state->check, &automatic)) {
        return;
    }
    put_item(listing, state->check);
}

static void put_automatic_checks(struct listing *listing)
{
    listing->with_automatic = true;
    for (int check = 0; check < KS_CHECK_COUNT; check++) {
        put_item(listing, ks_check_name((enum ks_check)check));
    }
}

static const struct page_error no_service = {
    .status = 404,
    .label = "services",
    .message = "not found",
    .detail = "not found: no such service",
};

void page_service_checks(const struct request *request, struct response *response)
{
    const struct ks_store_selector selector = {.name = request->service};
    struct ks_store *store = request_cluster_store(request, request->first_cluster);
    struct listing listing = {.out = &response->body};
    struct ks_store_sum sum;

    ks_store_read_sum(store, &selector, note_found, &sum);
    if (!page_is_ready(request, response, sum.readiness, false, "services")) {
        return;
    }
    response->content_type = "application/json";
    ks_buf_literal(&response->body, "[");
    if (sum.services) {
        put_automatic_checks(&listing);
    }
    ks_store_read_custom(store, &selector, NULL, put_custom_check, &listing);
    ks_buf_literal(&response->body, "]\n");
    if (listing.count == 0) {
        page_put_error(request, response, &no_service);
    }
}
