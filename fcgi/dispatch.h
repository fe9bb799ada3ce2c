/* From a request to its page: method, route, guard, typed arguments. Threads: any. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "request/request.h"
#include "request/response.h"

/* Serves the request that `variable` tells of. Always makes a response. */
void dispatch(const struct app *app, request_variable *variable, void *arg, struct response *response);

/* The same in two steps, for who has to know what is asked before it can be answered. The first judges the signature,
 * which can be done once; the second makes the response and releases the request. */
void dispatch_begin(struct request *request, const struct app *app, request_variable *variable, void *arg);
void dispatch_end(struct request *request, struct response *response);

/* What has to be collected to answer a request, for the CGI front. */
struct dispatch_needs {
    uint32_t kinds;    /* bits 1 << ks_kind; 0 for nothing */
    bool checks;       /* custom checks have to be found */
    const char *check; /* and those of this name run; or NULL */
    bool is_custom;    /* no other check has that name: the kinds are for what it is told */
    struct ks_store_selector selector;
};

/* Nothing where it will be refused. Where one namespace is enough, it is left in request->namespace_name. Texts are the
 * request's. */
void dispatch_needs(struct request *request, struct dispatch_needs *needs);

#endif
