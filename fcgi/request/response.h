/* The answer to a request, and its headers as CGI has them. A response belongs to the thread that makes it. */
#ifndef KS_REQUEST_RESPONSE_H
#define KS_REQUEST_RESPONSE_H

#include <stdbool.h>
#include <stdint.h>

#include "auth/auth.h"
#include "base/buf.h"
#include "base/url.h"

/* The most bytes of a body. The page of a large cluster has a few hundred per service. */
#define RESPONSE_CEILING (64 * 1024 * 1024)
/* The most bytes of the headers. */
#define RESPONSE_HEADERS_SIZE (4 * KS_URL_SIZE)

struct response {
    int status;
    const char *content_type;            /* static */
    const char *allow;                   /* static, or NULL */
    char location[2 * KS_URL_SIZE];      /* of a redirect, or "" */
    int64_t max_age;                     /* how many seconds others may keep it; -1: not at all */
    bool varies;                         /* with the Accept header */
    uint64_t etag;                       /* 0 for none */
    int retry_after;                     /* seconds, or 0 */
    const char *images;                  /* a URL whose server may provide images, too; borrowed, or NULL */
    char signature[KS_AUTH_HEADER_SIZE]; /* of the answer to a signed request, or "" */
    struct ks_buf body;
};

/* An empty 200 of plain text that nobody keeps. */
void response_init(struct response *response);
void response_fini(struct response *response);
/* Replaces the body by one that needs no memory. Nothing more can be written to it. */
void response_out_of_memory(struct response *response);
/* Writes the status line (as CGI has it), the headers and an empty line: at most RESPONSE_HEADERS_SIZE - 1 bytes. */
void response_headers(const struct response *response, struct ks_buf *out);

#endif
