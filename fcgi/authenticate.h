/* Verifies signed requests and signs the answers to them, so that pages need not know about the shared secret.
 * Threads: any, each with a request of its own. */
#ifndef KS_FCGI_AUTHENTICATE_H
#define KS_FCGI_AUTHENTICATE_H

#include "request/request.h"
#include "request/response.h"

/* Sets is_signed if the request carries a valid signature for a host of ours, is_refused if it carries a wrong one,
 * even if the page is for everybody. Only the log says what was wrong. Call it once a request, since a nonce is valid
 * once. */
void authenticate(struct request *request, request_variable *variable, void *arg);

/* Signs the answer to a signed request, which must be complete. */
void authenticate_answer(const struct request *request, struct response *response);

#endif
