/* The listening socket. Source: listen(2), unix(7).
 * Threads: any; listen_open may wait for a name server. */
#ifndef LISTEN_H
#define LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "settings/address.h"

/* Binds and listens. Of a Unix socket that nobody listens on any more, the file is replaced; one that is in use, or
 * another kind of file, is an error. *fd is the caller's. */
int listen_open(int *fd, const struct ks_address *address, int64_t mode, struct ks_error *err);

/* Removes the file of a Unix socket. */
void listen_close(int fd, const struct ks_address *address);

/* Whether the descriptor is a listening socket, as spawn-fcgi and systemd hand one over. */
bool listen_is_socket(int fd);

#endif
