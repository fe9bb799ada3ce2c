/* From a request to its page: method, route, guard, validated arguments. Threads: any. */
#ifndef KS_FCGI_DISPATCH_H
#define KS_FCGI_DISPATCH_H

#include "request/request.h"
#include "request/response.h"

/* Serves the request that the variables describe. Always makes a response. */
void dispatch(const struct app *app, request_variable *variable, void *arg, struct response *response);

/* The same in two steps, for a front that has to collect what the request needs in between. The first step verifies the
 * signature, which works only once. The second makes the response and releases the request. */
void dispatch_begin(struct request *request, const struct app *app, request_variable *variable, void *arg);
void dispatch_end(struct request *request, struct response *response);

/* The data that a CGI request needs. */
struct dispatch_needs {
    uint32_t kinds;    /* bits 1 << ks_kind; 0: none */
    bool checks;       /* find custom checks */
    const char *check; /* and run those of this name; or NULL */
    bool is_custom;    /* no automatic check has that name: the kinds are only for what the check is told */
    struct ks_store_selector selector;
};

/* Needs nothing if the request will be refused. If one namespace is enough, its name is in request->namespace_name. The
 * strings belong to the request. */
void dispatch_needs(struct request *request, struct dispatch_needs *needs);

#endif
