/* What a server of the model answers to one request. */
#ifndef KS_MODEL_ANSWER_H
#define KS_MODEL_ANSWER_H

#include "model/server.h"

/* Reads the request line. */
void model_answer_ask(struct model_connection *connection, const char *line);
/* Writes the answer into `out`, if it can be given now. */
void model_answer_try(struct model_connection *connection);
/* A watch goes on: new events, its end. */
void model_answer_go_on(struct model_connection *connection, int64_t now);
/* All of an answer was sent. */
void model_answer_is_told(struct model_connection *connection);

void model_answer_bookmark(struct model_connection *connection);
void model_answer_error_event(struct model_connection *connection, int code, const char *reason, const char *message);

#endif
