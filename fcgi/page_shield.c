/* Shields: of a service, of all services whose names begin alike, of a namespace, of the cluster, of its nodes. */
#include "config.h"

#include "check.h"
#include "clock.h"
#include "page.h"

/* What the store's reader needs, and where it leaves the answer. */
struct shield {
    const struct request *request;
    struct response *response;
    enum ks_check check;
    bool is_one; /* of a service by its name: its annotations count */
};

#define RAW_CEILING 65536

void page_make_unknown(struct ks_result *result)
{
    ks_result_message(result, "unknown");
    result->color = "grey";
    result->is_error = true;
}

static bool is_too_old(const struct request *request, int64_t age_ms)
{
    return age_ms > request->app->settings->unknown_after;
}

static void put_sum(void *arg, const struct ks_store_sum *sum)
{
    struct shield *shield = arg;
    const struct request *request = shield->request;
    struct response *response = shield->response;
    const char *label = request->check;
    struct ks_result result;
    struct ks_buf raw;
    const struct page_json json = {.raw = &raw};

    if (!page_is_ready(request, response, sum->readiness, true, label)) {
        return;
    }
    if (sum->services == 0) {
        page_put_error(request, response, 404, true, label, "not found", "not found: no such service");
        return;
    }
    ks_check_result(shield->check, &sum->state, ks_clock_wall() / 1000, sum->age_ms / 1000, &result);
    if (is_too_old(request, sum->age_ms)) {
        page_make_unknown(&result);
    }
    ks_buf_init(&raw, RAW_CEILING);
    if (page_wants_raw(request)) {
        ks_check_raw(&sum->state, &result, &raw);
    }
    page_put_result(request, response, &result, shield->is_one ? &sum->state.annotations : NULL, &json);
    ks_buf_fini(&raw);
}

static void put_shield(const struct request *request, struct response *response,
                       const struct ks_store_selector *selector)
{
    struct shield shield = {.request = request, .response = response, .is_one = selector->name && !selector->prefix};

    if (page_put_custom(request, response, selector)) {
        return;
    }
    if (!ks_check_parse(request->check, &shield.check)) {
        /* Whether a service is in a namespace only Kubernetes tells. */
        if (selector->namespace_name &&
            !page_is_ready(request, response, ks_store_readiness(request->app->store), true, request->check)) {
            return;
        }
        page_put_error(request, response, 404, true, request->check, "not found", "not found: no such check");
        return;
    }
    ks_store_read_sum(request->app->store, selector, put_sum, &shield);
}

void page_service_shield(const struct request *request, struct response *response)
{
    const struct ks_store_selector selector = {.name = request->service, .namespace_name = request->namespace_name};

    put_shield(request, response, &selector);
}

void page_prefix_shield(const struct request *request, struct response *response)
{
    const struct ks_store_selector selector = {.name = request->service, .prefix = true};

    put_shield(request, response, &selector);
}

void page_sum_shield(const struct request *request, struct response *response)
{
    const struct ks_store_selector selector = {.namespace_name = request->namespace_name};

    put_shield(request, response, &selector);
}

void page_nodes_shield(const struct request *request, struct response *response)
{
    struct ks_nodes_state nodes;
    int64_t age_ms;
    enum ks_source_state state = ks_store_nodes(request->app->store, &nodes, &age_ms);
    struct ks_result result;
    struct ks_buf raw;
    const struct page_json json = {.raw = &raw};

    if (!page_is_ready(request, response, state == KS_SOURCE_STARTING ? KS_STARTING : KS_READY, true, "nodes")) {
        return;
    }
    if (state == KS_SOURCE_OFF) {
        page_put_error(request, response, 404, true, "nodes", "not found",
                       "not found: the service account may not watch nodes");
        return;
    }
    ks_check_nodes_result(&nodes, age_ms / 1000, &result);
    if (is_too_old(request, age_ms)) {
        page_make_unknown(&result);
    }
    ks_buf_init(&raw, RAW_CEILING);
    if (page_wants_raw(request)) {
        ks_check_nodes_raw(&nodes, &result, &raw);
    }
    page_put_result(request, response, &result, NULL, &json);
    ks_buf_fini(&raw);
}
