/* From a result, or from an error, to the answer. Threads: any. */
#ifndef KS_PAGES_RESULT_H
#define KS_PAGES_RESULT_H

#include "health/result.h"
#include "request/request.h"
#include "request/response.h"

/* Data that only FORMAT_RAW and FORMAT_JSON show. */
struct page_json {
    const struct ks_buf *raw;  /* one JSON value, or empty; or NULL */
    const struct ks_buf *more; /* further members, each after a comma, for FORMAT_JSON; or NULL */
};

/* Writes a result in the format and the look that the request asks for, and sets how long others may keep it.
 * annotations: those of the one service that the result is about, or NULL. json: NULL if there is nothing to add. */
void page_put_result(const struct request *request, struct response *response, const struct ks_result *result,
                     const struct ks_annotations *annotations, const struct page_json *json);

/* Whether the format that the request asks for contains the raw object. */
bool page_wants_raw(const struct request *request);

/* Writes why there is no answer, as a further member of a JSON object. */
void page_put_reason(struct ks_buf *out, const char *detail);

/* An answer that is an error. */
struct page_error {
    int status;
    bool is_image;             /* a shield, otherwise a line of text; JSON either way if the request asks for it */
    const char *label;         /* of the shield */
    const char *message;       /* of the shield */
    const char *detail;        /* of the line and of the JSON: why */
    const struct ks_buf *more; /* further members of the JSON, each after a comma; or NULL */
};

/* Replaces what the response has by the error. */
void page_put_error(const struct request *request, struct response *response, const struct page_error *error);

/* Whether the clusters that the request asks can answer. Otherwise writes a 503 with the reason: their first lists are
 * not complete, one of them cannot be reached, pods may not be watched, or, as CGI, the API server did not answer in
 * time. */
bool page_is_ready(const struct request *request, struct response *response, enum ks_readiness readiness, bool image,
                   const char *label);

#endif
