/* Between loop.c and http.c only: the two files that know libcurl. */
#ifndef KS_LOOP_PRIVATE_H
#define KS_LOOP_PRIVATE_H

#include <curl/curl.h>

#include "loop/loop.h"

CURLM *ks_loop_multi(struct ks_loop *loop);

/* Moves all transfers on and ends those that are done; http.c's part of a turn of the loop. */
int ks_http_perform(struct ks_loop *loop, struct ks_error *err);

#endif
