/* Shields: of a service, of all services with the same prefix, of a namespace, of a cluster, of its nodes. */
#include "config.h"

#include <string.h>

#include "base/clock.h"
#include "base/escape.h"
#include "health/automatic.h"
#include "pages/age.h"
#include "pages/ambiguous.h"
#include "pages/cluster.h"
#include "pages/custom.h"
#include "pages/page.h"
#include "pages/result.h"

#define RAW_CEILING 65536
#define TEXT_SIZE   8192

/* The clusters' data, added up. A cluster's texts are valid only under its lock, so they are copied. */
struct shield {
    const struct request *request;
    struct response *response;
    enum ks_check check;
    size_t cluster;              /* the one that is being read */
    bool is_automatic;           /* there is an automatic check of that name */
    bool is_put;                 /* the first cluster that has the service was found, and its shield is made */
    bool is_undecided;           /* a cluster cannot answer yet, or not at all */
    bool is_ours_undecided;      /* and that cluster is our own */
    enum ks_readiness readiness; /* why */
    struct ks_store_sum sum;
    char texts[2][TEXT_SIZE]; /* of the sum: one is read while the other is written */
    size_t texts_used;
};

static void put_sum(const struct shield *shield, const struct ks_store_sum *sum, bool is_one)
{
    const struct request *request = shield->request;
    struct ks_result result;
    struct ks_buf raw KS_CLEANUP_BUF;
    struct ks_buf more KS_CLEANUP_BUF;
    const struct page_json json = {.raw = &raw, .more = &more};

    ks_check_result(shield->check, &sum->state, ks_clock_wall() / 1000, sum->age_ms / 1000, &result);
    if (page_is_too_old(request, sum->age_ms)) {
        page_make_unknown(&result);
    }
    ks_buf_init(&raw, RAW_CEILING);
    ks_buf_init(&more, RAW_CEILING);
    if (page_wants_raw(request)) {
        ks_check_raw(&sum->state, &result, &raw);
        if (is_one) {
            page_put_cluster(request, shield->cluster, &more);
        } else if (request->app->peer_count && !raw.failed) {
            page_put_unreachable(request, &more);
            /* The raw object has it, too, since clients of kube-shields 0.0.6 read nothing else. */
            raw.length--;
            ks_buf_bytes(&raw, more.data, more.length);
            ks_buf_fail_with(&raw, &more);
            ks_buf_literal(&raw, "}");
        }
    }
    page_show_age(request, &result, sum->age_ms);
    page_put_result(request, shield->response, &result, is_one ? &sum->state.annotations : NULL, &json);
}

static void note_undecided(struct shield *shield, enum ks_readiness readiness)
{
    if (!shield->is_undecided) {
        shield->readiness = readiness;
    }
    shield->is_undecided = true;
    shield->is_ours_undecided = shield->is_ours_undecided || shield->cluster == 0;
}

/* For one service the first cluster that has it answers, ours before the others. */
static void put_first(void *arg, const struct ks_store_sum *sum)
{
    struct shield *shield = arg;
    const struct request *request = shield->request;
    bool must_be_unique = request->app->settings->short_names == SHORT_NAMES_UNIQUE && !request->namespace_name;

    if (sum->readiness != KS_READY) {
        note_undecided(shield, sum->readiness);
    } else if (must_be_unique && sum->namespace_count > 1) {
        shield->is_put = true;
        page_put_ambiguous(request, shield->response, sum, shield->cluster);
    } else if (sum->services) {
        shield->is_put = true;
        put_sum(shield, sum, true);
    }
}

static void keep_texts(struct shield *shield)
{
    struct ks_service_state *state = &shield->sum.state;
    char *texts = shield->texts[shield->texts_used++ % 2];
    struct ks_tally *const tallies[] = {&state->reasons, &state->versions, &state->doubts};
    size_t size = 0;

    for (size_t i = 0; i < sizeof tallies / sizeof tallies[0]; i++) {
        size += ks_tally_text_size(tallies[i]);
    }
    for (size_t i = 0; i < sizeof tallies / sizeof tallies[0]; i++) {
        if (size > TEXT_SIZE) {
            *tallies[i] = (struct ks_tally){.used = 0};
        } else {
            texts = ks_tally_move_text(tallies[i], texts);
        }
    }
}

/* If some clusters cannot answer yet, the others do, and the shield does not wait. */
static void add_sum(void *arg, const struct ks_store_sum *sum)
{
    struct shield *shield = arg;

    if (sum->readiness != KS_READY) {
        note_undecided(shield, sum->readiness);
        return;
    }
    ks_service_state_add(&shield->sum.state, &sum->state);
    shield->sum.services += sum->services;
    shield->sum.age_ms = sum->age_ms > shield->sum.age_ms ? sum->age_ms : shield->sum.age_ms;
    keep_texts(shield);
}

/* While our own cluster cannot answer, the error is about that one only. */
static bool is_ready(const struct shield *shield)
{
    const struct request *request = shield->request;
    struct request ours;

    if (shield->is_ours_undecided) {
        ours = *request;
        ours.end_cluster = ours.first_cluster + 1;
        request = &ours;
    }
    return page_is_ready(request, shield->response, shield->readiness, true, request->check);
}

static void put_not_found(const struct shield *shield, const char *detail)
{
    const struct request *request = shield->request;
    const struct page_error error = {
        .status = 404, .is_image = true, .label = request->check, .message = "not found", .detail = detail};

    if (shield->is_undecided && !is_ready(shield)) {
        return;
    }
    page_put_error(request, shield->response, &error);
}

/* Notes if a cluster may have custom checks that we do not know yet: a peer that never answered, or a folder that was
 * not read yet. */
static void note_custom(struct shield *shield, const struct ks_store_selector *selector)
{
    struct ks_store *store = request_cluster_store(shield->request, shield->cluster);
    enum ks_readiness readiness = ks_store_readiness(store);
    bool is_silent = shield->cluster > 0 && readiness == KS_STARTING && !page_is_reachable(store);

    if (is_silent || ks_store_custom_is_starting(store)) {
        note_undecided(shield, KS_STARTING);
    } else if (selector->namespace_name && readiness != KS_READY) {
        /* Only Kubernetes knows which namespace a service is in. */
        note_undecided(shield, readiness);
    }
}

/* Whether the path names no namespace, and the settings turn such names off. Custom checks have no namespace, so they
 * answer in any case. */
static bool is_turned_off(const struct request *request)
{
    return request->app->settings->short_names == SHORT_NAMES_OFF && !request->namespace_name;
}

static const char *not_found_detail(const struct shield *shield)
{
    if (!shield->is_automatic) {
        return "not found: no such check";
    }
    return is_turned_off(shield->request) ? "not found: names without a namespace are turned off; the path must be "
                                            "/_/{namespace}/{service}/{check}/"
                                          : "not found: no such service";
}

/* A custom check may have the name of an automatic one, but for `health`. */
static bool may_be_custom(const struct shield *shield)
{
    return !shield->is_automatic || shield->check != KS_CHECK_HEALTH;
}

/* Our own cluster goes first. While it cannot answer, no other one is asked, since that may have the name by chance. */
static void put_one(struct shield *shield, const struct ks_store_selector *selector)
{
    const struct request *request = shield->request;
    bool is_off = is_turned_off(request);

    for (size_t i = request->first_cluster; i < request->end_cluster && !shield->is_ours_undecided; i++) {
        shield->cluster = i;
        if (page_put_custom(request, shield->response, selector, i)) {
            return;
        }
        if (shield->is_automatic && !is_off) {
            ks_store_read_sum(request_cluster_store(request, i), selector, put_first, shield);
        } else if (may_be_custom(shield)) {
            note_custom(shield, selector);
        }
        if (shield->is_put) {
            return;
        }
    }
    put_not_found(shield, not_found_detail(shield));
}

static void put_several_custom(struct shield *shield, const struct ks_store_selector *selector)
{
    const struct request *request = shield->request;

    if (page_put_custom_sum(request, shield->response, selector)) {
        return;
    }
    for (size_t i = request->first_cluster; i < request->end_cluster; i++) {
        shield->cluster = i;
        note_custom(shield, selector);
    }
    put_not_found(shield, "not found: no such check");
}

static void put_several(struct shield *shield, const struct ks_store_selector *selector)
{
    const struct request *request = shield->request;

    shield->sum.state.annotations = KS_NO_ANNOTATIONS;
    for (size_t i = request->first_cluster; i < request->end_cluster; i++) {
        shield->cluster = i;
        ks_store_read_sum(request_cluster_store(request, i), selector, add_sum, shield);
    }
    if (shield->sum.services == 0 || shield->is_ours_undecided) {
        put_not_found(shield, "not found: no services match this path");
    } else {
        put_sum(shield, &shield->sum, false);
    }
}

static void put_shield(const struct request *request, struct response *response,
                       const struct ks_store_selector *selector)
{
    struct shield shield = {.request = request, .response = response};

    shield.is_automatic = ks_check_parse(request->check, &shield.check);
    if (selector->name && !selector->prefix) {
        put_one(&shield, selector);
    } else if (!shield.is_automatic) {
        put_several_custom(&shield, selector);
    } else {
        put_several(&shield, selector);
    }
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

static const struct page_error nodes_off = {
    .status = 404,
    .is_image = true,
    .label = "nodes",
    .message = "not found",
    .detail = "not found: the service account may not watch nodes",
};

void page_nodes_shield(const struct request *request, struct response *response)
{
    struct ks_nodes_state nodes;
    int64_t age_ms;
    struct ks_store *store = request_cluster_store(request, request->first_cluster);
    enum ks_source_state state = ks_store_nodes(store, &nodes, &age_ms);
    enum ks_readiness readiness = state == KS_SOURCE_STARTING ? ks_store_readiness(store) : KS_READY;
    struct ks_result result;
    struct ks_buf raw;
    const struct page_json json = {.raw = &raw};

    if (!page_is_ready(request, response, readiness, true, "nodes")) {
        return;
    }
    if (state == KS_SOURCE_OFF) {
        page_put_error(request, response, &nodes_off);
        return;
    }
    ks_check_nodes_result(&nodes, age_ms / 1000, &result);
    if (page_is_too_old(request, age_ms)) {
        page_make_unknown(&result);
    }
    ks_buf_init(&raw, RAW_CEILING);
    if (page_wants_raw(request)) {
        ks_check_nodes_raw(&nodes, &result, &raw);
    }
    page_show_age(request, &result, age_ms);
    page_put_result(request, response, &result, NULL, &json);
    ks_buf_fini(&raw);
}
