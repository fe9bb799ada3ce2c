/* The headers of a response, which libcurl keeps. Private to http.c. Threads: the loop's. */
#ifndef KS_LOOP_HTTP_HEADERS_H
#define KS_LOOP_HTTP_HEADERS_H

#include <curl/curl.h>

#include "base/error.h"

/* Gives the value of a header of the response itself, not of one before it (1xx, a proxy's) nor of the trailers: "" if
 * there is none, KS_ERROR_PROTOCOL if there are several. The value lives as long as the transfer. */
int ks_http_response_header(CURL *easy, const char *name, const char **value, struct ks_error *err);

/* Fails unless the body is packed in at most one layer of gzip. libcurl would unpack several layers, however large,
 * before a reader sees a byte. */
int ks_http_response_check_encoding(CURL *easy, struct ks_error *err);

#endif
