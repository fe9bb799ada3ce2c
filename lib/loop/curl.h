/* The loop's libcurl handle, for loop.c and http.c only. Threads: the loop's. */
#ifndef KS_LOOP_CURL_H
#define KS_LOOP_CURL_H

#include <curl/curl.h>

#include "loop/loop.h"

/* Every easy handle that is added to the loop's multi handle has one of these as its CURLOPT_PRIVATE. The loop calls
 * `ended` when libcurl is done with the transfer; `ended` removes the handle. */
struct ks_loop_transfer {
    void (*ended)(void *arg, CURLcode code);
    void *arg;
};

CURLM *ks_loop_multi(struct ks_loop *loop);
/* Which turn of the loop this is: 1, 2, … */
uint64_t ks_loop_turn(const struct ks_loop *loop);

#endif
