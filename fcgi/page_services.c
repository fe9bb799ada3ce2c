/* The ancestor's JSON lists: all services, and the checks of one. */
#include "config.h"

#include <string.h>

#include "escape.h"
#include "name.h"
#include "page.h"

struct listing {
    struct ks_buf *out;
    size_t count;
    char last[KS_NAME_SIZE]; /* services come sorted: those of one name in several namespaces are one */
};

static void put_service(void *arg, const struct ks_service_view *service)
{
    struct listing *listing = arg;
    size_t size = strlen(service->name) + 1;

    if (service->state->annotations.hidden || strcmp(listing->last, service->name) == 0 ||
        size > sizeof listing->last) {
        return;
    }
    memcpy(listing->last, service->name, size);
    if (listing->count++) {
        ks_buf_literal(listing->out, ",");
    }
    ks_buf_json(listing->out, service->name);
}

void page_services(const struct request *request, struct response *response)
{
    struct listing listing = {.out = &response->body};

    if (!page_is_ready(request, response, ks_store_readiness(request->app->store), false, "services")) {
        return;
    }
    response->content_type = "application/json";
    ks_buf_literal(&response->body, "[");
    ks_store_read_services(request->app->store, put_service, &listing);
    ks_buf_literal(&response->body, "]\n");
}

static void note_found(void *arg, const struct ks_store_sum *sum)
{
    *(struct ks_store_sum *)arg = *sum;
}

void page_service_checks(const struct request *request, struct response *response)
{
    const struct ks_store_selector selector = {.name = request->service};
    struct ks_store_sum sum;

    ks_store_read_sum(request->app->store, &selector, note_found, &sum);
    if (!page_is_ready(request, response, sum.readiness, false, "services")) {
        return;
    }
    if (sum.services == 0) {
        page_put_error(request, response, 404, false, "services", "not found", "not found: no such service");
        return;
    }
    response->content_type = "application/json";
    ks_buf_literal(&response->body, "[");
    for (int check = 0; check < KS_CHECK_COUNT; check++) {
        if (check) {
            ks_buf_literal(&response->body, ",");
        }
        ks_buf_json(&response->body, ks_check_name((enum ks_check)check));
    }
    ks_buf_literal(&response->body, "]\n");
}
