/* Pages: each gets a request that is validated and authorised, and fills the response. They read the store and the
 * clock, and do nothing that waits. */
#ifndef PAGE_H
#define PAGE_H

#include "request/request.h"
#include "health/result.h"

typedef void page(const struct request *request, struct response *response);

page page_service_shield; /* /_/{service}/{check}/ and with a namespace */
page page_prefix_shield;  /* /a/{service}/{check}/ */
page page_sum_shield;     /* /n/{namespace}/{check}/ and /c/{check}/ */
page page_nodes_shield;   /* /c/nodes/ */
page page_static_shield;  /* /badge/{static} */
page page_services;       /* /services/ */
page page_services_full;  /* /services/?full, signed */
page page_service_checks; /* /services/{service}/ */
page page_index;          /* / */
page page_ping;           /* /ping */
page page_healthz;        /* /healthz */
page page_readyz;         /* /readyz */
page page_metrics;        /* /metrics */

/* What FORMAT_RAW and FORMAT_JSON tell besides the result. */
struct page_json {
    const struct ks_buf *raw;  /* one JSON value, or empty; or NULL */
    const struct ks_buf *more; /* further members, each with a comma before it, for FORMAT_JSON; or NULL */
};

/* A result in the format and the look asked for. json: NULL where there is nothing more to tell.
 * annotations: those of the one service that it is of; or NULL. */
void page_put_result(const struct request *request, struct response *response, const struct ks_result *result,
                     const struct ks_annotations *annotations, const struct page_json *json);

/* The shield of a custom check of one service, where that cluster has one of that name; false where it has none, and
 * nothing is put. It goes before an automatic check of its name, but for health. */
bool page_put_custom(const struct request *request, struct response *response, const struct ks_store_selector *selector,
                     size_t cluster);
/* The custom checks of that name of several services, in all clusters that are asked, as one; false where none is. */
bool page_put_custom_sum(const struct request *request, struct response *response,
                         const struct ks_store_selector *selector);
/* How a custom check stands now: late answers show their age, and are unknown in the end. */
void page_custom_result(const struct request *request, const struct ks_custom_state *state, struct ks_result *result);
/* The last known value is too old to be told as one. */
void page_make_unknown(struct ks_result *result);
/* What is not known to be right any more says how old it is, and is unknown in the end. */
void page_show_age(const struct request *request, struct ks_result *result, int64_t age_ms);

/* Whether the format asked for has the raw object in it. */
bool page_wants_raw(const struct request *request);

/* Whether the peer with that store was reached when it was asked last. */
bool page_is_reachable(struct ks_store *store);
/* A further member of a JSON object: those of the clusters asked that were not reached. */
void page_put_unreachable(const struct request *request, struct ks_buf *out);

/* The names of those of the clusters asked that know nothing yet, and cannot be reached either; false where there is
 * none. Never ours. */
bool page_put_unknown_clusters(const struct request *request, struct ks_buf *out);

/* Why there is no answer: a further member of a JSON object. */
void page_put_reason(struct ks_buf *out, const char *detail);

/* Whether something can be said; else 503 with the reason: the first lists of the clusters asked are not complete, one
 * of them cannot be reached, pods may not be watched, or, as CGI, the API server did not answer in time. */
bool page_is_ready(const struct request *request, struct response *response, enum ks_readiness readiness, bool image,
                   const char *label);

/* An answer that is an error. */
struct page_error {
    int status;
    bool is_image;       /* a shield; else a line of text. JSON either way, where that was asked for */
    const char *label;   /* of the shield */
    const char *message; /* of the shield */
    const char *detail;  /* of the line and of the JSON: why */
};

void page_put_error(const struct request *request, struct response *response, const struct page_error *error);

#endif
