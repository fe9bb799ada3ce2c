/* What the headers of a response say; http.c's alone. libcurl keeps them. */
#ifndef KS_HTTP_RESPONSE_H
#define KS_HTTP_RESPONSE_H

#include <curl/curl.h>

#include "base/error.h"

/* Of the response itself: neither of one before it (1xx, a proxy's) nor of its trailers. "" where there is none, and
 * KS_ERROR_PROTOCOL where there are several. The value lives as long as the transfer. */
int ks_http_response_header(CURL *easy, const char *name, const char **value, struct ks_error *err);

/* Is the body packed in no more than one layer of gzip? Of several, libcurl would unpack much to nothing, or nothing to
 * much, before a reader sees a byte of it. */
int ks_http_response_check_packing(CURL *easy, struct ks_error *err);

#endif
