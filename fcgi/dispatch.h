/* From a request to its page: method, route, guard, typed arguments. Threads: any. */
#ifndef DISPATCH_H
#define DISPATCH_H

#include "request.h"

/* Serves the request that `variable` tells of. Always makes a response. */
void dispatch(const struct app *app, request_variable *variable, void *arg, struct response *response);

/* What has to be collected to answer it, for the CGI front: kinds as bits 1 << ks_kind, 0 for nothing. Where one
 * namespace is enough, it is left in request->namespace_name. */
uint32_t dispatch_needs(struct request *request);

#endif
