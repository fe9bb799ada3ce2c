#include "config.h"

#include "apiserver/client.h"

#include <stdio.h>
#include <stdlib.h>

struct ks_kube_client {
    struct ks_loop *loop;
    struct ks_access_source source;
    struct ks_access config;
    struct ks_kube_credentials *credentials;
    void (*changed)(void *arg);
    void *arg;
};

int ks_kube_client_new(struct ks_kube_client **out, struct ks_loop *loop, const struct ks_access_source *source,
                       void (*changed)(void *arg), void *arg, struct ks_error *err)
{
    struct ks_kube_client *client = calloc(1, sizeof *client);

    if (!client) {
        return ks_error_memory(err);
    }
    client->loop = loop;
    client->source = *source;
    client->changed = changed;
    client->arg = arg;
    if (ks_access_load(&client->config, source, err)) {
        free(client);
        return -1;
    }
    if (ks_kube_credentials_new(&client->credentials, loop, &client->config, changed, arg, err)) {
        ks_access_fini(&client->config);
        free(client);
        return -1;
    }
    *out = client;
    return 0;
}

void ks_kube_client_free(struct ks_kube_client *client)
{
    if (!client) {
        return;
    }
    ks_kube_credentials_free(client->credentials);
    ks_access_fini(&client->config);
    free(client);
}

int ks_kube_client_reload(struct ks_kube_client *client, struct ks_error *err)
{
    struct ks_access config;
    struct ks_kube_credentials *credentials;

    if (ks_access_load(&config, &client->source, err)) {
        return -1;
    }
    if (ks_kube_credentials_new(&credentials, client->loop, &client->config, client->changed, client->arg, err)) {
        ks_access_fini(&config);
        return -1;
    }
    ks_kube_credentials_free(client->credentials);
    ks_access_fini(&client->config);
    client->config = config;
    client->credentials = credentials;
    return 0;
}

bool ks_kube_client_is_outdated(struct ks_kube_client *client)
{
    (void)client;
    return false;
}

struct ks_loop *ks_kube_client_loop(const struct ks_kube_client *client)
{
    return client->loop;
}

const struct ks_access *ks_kube_client_config(const struct ks_kube_client *client)
{
    return &client->config;
}

static struct ks_http_material material(const struct ks_kube_material *from)
{
    return (struct ks_http_material){.data = from->data, .length = from->length, .path = from->path};
}

/* A certificate from the plugin wins over the kubeconfig's. */
static struct ks_http_server make_server(const struct ks_kube_client *client)
{
    const struct ks_access *config = &client->config;
    struct ks_http_server server = {
        .url = config->server,
        .tls_server_name = config->tls_server_name,
        .proxy = config->proxy,
        .insecure = config->insecure,
        .ca = material(&config->ca),
    };

    ks_kube_credentials_certificate(client->credentials, &server.certificate, &server.key);
    if (!server.certificate.data) {
        server.certificate = material(&config->certificate);
        server.key = material(&config->key);
    }
    return server;
}

enum ks_kube_start ks_kube_client_get(struct ks_kube_client *client, const struct ks_kube_request *request,
                                      struct ks_http_transfer **transfer, uint64_t *generation, struct ks_error *err)
{
    struct ks_http_request http = request->http;
    struct ks_http_server server;
    const char *headers[3];
    size_t count = 0;
    char accept[128];

    switch (ks_kube_credentials_prepare(client->credentials, err)) {
    case KS_CREDENTIALS_PENDING:
        return KS_KUBE_WAIT;
    case KS_CREDENTIALS_FAILED:
        return KS_KUBE_FAILED;
    default:
        break;
    }
    *generation = ks_kube_credentials_generation(client->credentials);
    snprintf(accept, sizeof accept, "Accept: %s", request->accept);
    headers[count++] = accept;
    if (ks_kube_credentials_header(client->credentials)) {
        headers[count++] = ks_kube_credentials_header(client->credentials);
    }
    headers[count] = NULL;
    http.headers = headers;
    server = make_server(client);
    return ks_http_start(transfer, client->loop, &server, &http, err) ? KS_KUBE_FAILED : KS_KUBE_STARTED;
}

void ks_kube_client_refused(struct ks_kube_client *client, uint64_t generation)
{
    ks_kube_credentials_refused(client->credentials, generation);
}
