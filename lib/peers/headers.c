/* Signs the headers of a GET to a peer. */
#include "config.h"

#include "peers/headers.h"

#include <stdio.h>

/* Sends the Host that it signs. */
int ks_peer_headers_sign(struct ks_peer_headers *headers, const struct ks_peer_address *address, const char *target,
                         struct ks_keyring *keyring, struct ks_error *err)
{
    const struct ks_auth_request request = {.method = "GET", .host = address->host, .target = target};
    char signature[KS_AUTH_HEADER_SIZE];

    if (ks_keyring_sign(keyring, &request, signature, &headers->claim, err)) {
        return -1;
    }
    snprintf(headers->host, sizeof headers->host, "Host: %s", address->host);
    snprintf(headers->signature, sizeof headers->signature, KS_AUTH_HEADER ": %s", signature);
    headers->lines[0] = headers->host;
    headers->lines[1] = headers->signature;
    headers->lines[2] = NULL;
    headers->lines[3] = NULL;
    return 0;
}

int ks_peer_headers_refused(struct ks_error *err)
{
    return ks_error_set(err, KS_ERROR_FORBIDDEN,
                        "it has none of our keys, or its clock and ours differ by more than %d s; its log says why",
                        KS_AUTH_WINDOW_MS / 1000);
}
