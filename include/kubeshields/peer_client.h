/* Asks another kube-shields, with the secret that both share: requests are signed, and an answer is accepted only if it
 * is signed with that secret, too. Nothing runs between calls: each call connects, asks once, and waits for the
 * answer. */
#ifndef KS_KUBESHIELDS_PEER_CLIENT_H
#define KS_KUBESHIELDS_PEER_CLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <kubeshields/error.h>
#include <kubeshields/log.h>
#include <kubeshields/services.h>

#ifdef __cplusplus
extern "C" {
#endif

struct ks_peer_client;

/* `url` and `secret_file` must be set; everything else but `size` may stay zero. Everything is copied, except what
 * `log_arg` points to: that must live as long as the client. */
struct ks_peer_client_options {
    size_t size;                  /* set by ks_peer_client_options_init */
    const char *url;              /* https://host[:port][/prefix], or http://… */
    const char *secret_file;      /* see secret.h; read again when it changes */
    const char *ca_file;          /* PEM: the certificates that the server is verified by; NULL: those of the system */
    const char *certificate_file; /* PEM: a client certificate; NULL: none. Needs key_file */
    const char *key_file;         /* PEM: its key */
    int64_t timeout_ms;           /* for one call, 1 to 86,400,000; 0: 30,000 */
    int64_t unknown_after_ms;     /* a service not confirmed for longer is grey; 1 to 86,400,000; 0: 300,000 */
    ks_log_function *log;         /* NULL: nothing is logged */
    void *log_arg;
};

/* Call this before you set anything: all defaults. It is inline because `size` is that of your header. */
static inline void ks_peer_client_options_init(struct ks_peer_client_options *options)
{
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
}

/* Reads the secret file. Each secret in it takes about 20 ms and 9 MiB of memory, since secrets are stretched.
 * Does not connect yet. KS_ERROR_INVALID for invalid options or an invalid file, KS_ERROR_NOT_FOUND if there is no
 * secret file, KS_ERROR_SYSTEM with errnum if a file cannot be read. Threads: any. */
int ks_peer_client_new(struct ks_peer_client **client, const struct ks_peer_client_options *options,
                       struct ks_error *err);
/* Threads: any, once no other thread uses the client. */
void ks_peer_client_free(struct ks_peer_client *client);

/* Threads of all the following: any, and at the same time. Each waits for the answer until the timeout passes.
 * KS_ERROR_NETWORK or KS_ERROR_TIMEOUT if there is no answer; KS_ERROR_FORBIDDEN if the other side does not accept the
 * secret, or the answer is not signed with it. */

/* All services of the peer's own cluster. Release them with ks_services_free. KS_ERROR_UNAVAILABLE while it is
 * starting. The ages are those at the time of the answer. */
int ks_peer_client_services(struct ks_peer_client *client, struct ks_services **services, struct ks_error *err);

/* Like ks_cluster_find. It costs as much as ks_peer_client_services, since it asks for all services. */
int ks_peer_client_find(struct ks_peer_client *client, const char *namespace_name, const char *name,
                        struct ks_services **services, struct ks_error *err);

/* Any page: target is a path below the URL with its query, such as "/_/shop/web/health/?format=json". *status is the
 * HTTP status, whatever it is, and *length the length of the body without its NUL; both pointers may be NULL. *body is
 * NUL-terminated and belongs to you: release it with free(3). An unsigned answer is an error, unless it is a 403. */
int ks_peer_client_get(struct ks_peer_client *client, const char *target, int *status, char **body, size_t *length,
                       struct ks_error *err);

#ifdef __cplusplus
}
#endif

#endif
