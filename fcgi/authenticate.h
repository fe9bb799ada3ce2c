/* Who signs requests, and how they are answered: the shared secret as pages see it, which is hardly at all.
 * Threads: any, a request each. */
#ifndef AUTHENTICATE_H
#define AUTHENTICATE_H

#include "request/request.h"
#include "request/response.h"

/* A signature that is there has to be right, and for a host of ours, whoever may read the page: sets is_signed, or
 * is_refused. What was wrong with it only the log tells. Once a request, since each counts once. */
void authenticate(struct request *request, request_variable *variable, void *arg);

/* Signs the complete answer to a signed request. */
void authenticate_answer(const struct request *request, struct response *response);

#endif
