#include "config.h"

#include "collector/cause.h"

#include <errno.h>
#include <string.h>

#include "base/escape.h"

struct ks_cause ks_cause_of(const struct ks_error *err, int status)
{
    enum ks_error_kind kind = err ? err->kind : KS_ERROR_NONE;
    bool is_answered = kind != KS_ERROR_NONE && kind != KS_ERROR_NETWORK;

    return (struct ks_cause){
        .kind = kind, .status = is_answered ? status : 0, .is_distrust = err && err->errnum == EKEYREJECTED};
}

bool ks_cause_is_same(struct ks_cause one, struct ks_cause other)
{
    return one.kind == other.kind && one.status == other.status && one.is_distrust == other.is_distrust;
}

bool ks_cause_is_silence(struct ks_cause cause)
{
    return cause.status == 0 && (cause.kind == KS_ERROR_NETWORK || cause.kind == KS_ERROR_TIMEOUT);
}

enum ks_store_trouble ks_cause_trouble(struct ks_cause cause)
{
    switch (cause.kind) {
    case KS_ERROR_NONE:
        return KS_STORE_NO_TROUBLE;
    case KS_ERROR_UNAUTHORIZED:
    case KS_ERROR_FORBIDDEN:
        return KS_STORE_NO_ACCESS;
    default:
        return KS_STORE_UNREACHABLE;
    }
}

/* "host:port" of a server's URL, which has neither a user nor a query. */
static void put_host(struct ks_buf *out, const char *url)
{
    const char *host = strstr(url, "://") + strlen("://");
    size_t length = strcspn(host, "/");
    const char *at = memrchr(host, '@', length); /* a proxy's URL may hold a user and a password */

    if (at) {
        length -= (size_t)(at + 1 - host);
        host = at + 1;
    }
    ks_buf_bytes(out, host, length);
}

static void put_what(struct ks_cause cause, struct ks_buf *out)
{
    if (cause.status == 401) {
        ks_buf_literal(out, "HTTP 401: our credentials are refused");
    } else if (cause.status == 403) {
        ks_buf_literal(out, "HTTP 403: our credentials may not do that");
    } else if (cause.status == 404) {
        ks_buf_literal(out, "HTTP 404: it has no such kind");
    } else if (cause.status == 429) {
        ks_buf_literal(out, "HTTP 429: it is overloaded");
    } else if (cause.status >= 300) {
        ks_buf_printf(out, "HTTP %d", cause.status);
    } else if (cause.kind == KS_ERROR_UNAUTHORIZED) {
        ks_buf_literal(out, "no credentials: the token file or the credential plugin gives none");
    } else if (cause.is_distrust) {
        ks_buf_literal(out, "we do not trust its certificate");
    } else if (cause.kind == KS_ERROR_NETWORK) {
        ks_buf_literal(out, "no connection");
    } else if (cause.kind == KS_ERROR_TIMEOUT && cause.status) {
        ks_buf_literal(out, "its answer has begun, and has no end yet");
    } else if (cause.kind == KS_ERROR_TIMEOUT) {
        ks_buf_literal(out, "no answer in time");
    } else if (cause.kind == KS_ERROR_PROTOCOL && cause.status) {
        ks_buf_literal(out, "its answer is not Kubernetes'");
    } else {
        ks_buf_printf(out, "failed before it was asked: %s", ks_error_kind_name(cause.kind));
    }
}

static void put_can_i(const struct ks_cause_place *place, struct ks_buf *out)
{
    ks_buf_printf(out, "try `kubectl auth can-i list %s", place->kind);
    if (!place->namespace_name) {
        ks_buf_literal(out, " --all-namespaces`");
    } else {
        ks_buf_printf(out, " --namespace %s`", place->namespace_name);
    }
    ks_buf_literal(out, " with our credentials, and the same with watch");
}

static void put_next_step(struct ks_cause cause, const struct ks_cause_place *place, struct ks_buf *out)
{
    bool in_cluster = place->context && strcmp(place->context, "in-cluster") == 0;

    if (cause.status == 403) {
        put_can_i(place, out);
    } else if (cause.kind == KS_ERROR_UNAUTHORIZED) {
        ks_buf_printf(out, "%s",
                      in_cluster ? "check the service account and its token"
                                 : "check the user in the kubeconfig; `kubectl auth whoami` should work with it");
    } else if (cause.status == 404 || (cause.kind == KS_ERROR_PROTOCOL && cause.status < 300)) {
        ks_buf_literal(out, "check the server's address in the kubeconfig, and whether a proxy is in the way");
    } else if (cause.status) {
        ks_buf_literal(out, "look at the API server, and at proxies in front of it; try `kubectl get --raw /readyz`");
    } else if (cause.is_distrust) {
        ks_buf_printf(out, "check %s",
                      in_cluster ? "ca.crt of the service account, and whether the address is the API server's"
                                 : "certificate-authority in the kubeconfig, and the server's address");
    } else if (place->proxy && (ks_cause_is_silence(cause) || cause.kind == KS_ERROR_PROTOCOL)) {
        ks_buf_literal(out, "check the proxy ");
        put_host(out, place->proxy);
        ks_buf_printf(out, ", and the server's address%s", in_cluster ? "" : " in the kubeconfig");
    } else if (cause.kind == KS_ERROR_SYSTEM || cause.kind == KS_ERROR_INVALID) {
        ks_buf_printf(out, "check the files %s; the log says more",
                      in_cluster ? "of the service account" : "that the kubeconfig names");
    } else if (ks_cause_is_silence(cause) || cause.kind == KS_ERROR_PROTOCOL) {
        ks_buf_printf(out, "%s",
                      in_cluster ? "check network policies, and whether the API server runs"
                                 : "check the server's address in the kubeconfig, and the way there");
    } else {
        ks_buf_literal(out, "the log says more");
    }
}

void ks_cause_put(struct ks_cause cause, const struct ks_cause_place *place, struct ks_buf *out)
{
    put_host(out, place->server);
    ks_buf_printf(out, ": list %s: ", place->kind);
    put_what(cause, out);
    ks_buf_literal(out, "; ");
    put_next_step(cause, place, out);
}
