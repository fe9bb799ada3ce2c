/* The listening socket. Source: listen(2), unix(7). Threads: any. */
#ifndef KS_FCGI_LISTEN_H
#define KS_FCGI_LISTEN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "settings/address.h"

/* Binds and listens, or takes the descriptor that the address names. Replaces the file of a Unix socket on which nobody
 * listens any more; a socket in use, or another kind of file, is an error. May wait for a name server. mode: the
 * permissions of a Unix socket. The caller owns *fd. */
int listen_open(int *fd, const struct ks_address *address, int64_t mode, struct ks_error *err);

/* Closes the socket, and removes the file of a Unix socket. */
void listen_close(int fd, const struct ks_address *address);

/* Whether the descriptor is a listening socket, such as spawn-fcgi and systemd pass. */
bool listen_is_socket(int fd);

#endif
