/* Decides who may see what; no other file does. dispatch.c names the guard of each route.
 *
 * A kube-shields is public if OTHER_SHIELDS is set. A request is signed if it carries a valid signature made with the
 * shared secret (authenticate.h); a wrong signature is refused, even if the page is for everybody. The proxy marks a
 * request as internal with the variable KUBE_SHIELDS_INTERNAL; no client can set it.
 *
 *                                  public kube-shields    private kube-shields,    wrong
 *                                  or signed request      unsigned request         signature
 *     GUARD_EVERYBODY              pass                   pass                     403
 *     GUARD_PUBLIC                 pass                   403                      403
 *     GUARD_INTERNAL, marked       pass                   pass                     403
 *     GUARD_INTERNAL, not marked   404                    403                      403
 *     GUARD_NO_PAGE                404                    403                      403
 *
 * A private kube-shields answers strangers with 403 whatever they ask for, so they cannot find out which pages exist.
 * One page shows more to signed requests: /services/?full (pages/services.c). Threads: any. */
#ifndef KS_FCGI_GUARD_H
#define KS_FCGI_GUARD_H

#include "request/request.h"

enum guard {
    GUARD_EVERYBODY, /* /ping, /healthz, /readyz */
    GUARD_PUBLIC,    /* the page, all shields, /services/ */
    GUARD_INTERNAL,  /* /metrics */
    GUARD_NO_PAGE,   /* a path without a page */
};

enum guard_verdict {
    GUARD_PASS,
    GUARD_FORBIDDEN, /* 403 */
    GUARD_NOT_FOUND, /* 404 */
};

enum guard_verdict guard_judge(enum guard guard, const struct request *request);

#endif
