#include "config.h"

#include "apiserver/client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apiserver/file_changes.h"
#include "access/pem_file.h"

struct ks_kube_client {
    struct ks_loop *loop;
    struct ks_access_source source;
    struct ks_access config;
    struct ks_file_changes files; /* of the kubeconfig files, before they were read */
    struct ks_pem_file ca, certificate, key;
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
    if (ks_file_changes_take(&client->files, client->config.files, err) ||
        ks_kube_credentials_new(&client->credentials, loop, &client->config, changed, arg, err)) {
        ks_kube_client_free(client);
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
    ks_pem_file_fini(&client->ca);
    ks_pem_file_fini(&client->certificate);
    ks_pem_file_fini(&client->key);
    ks_file_changes_fini(&client->files);
    ks_access_fini(&client->config);
    free(client);
}

/* What is in memory is of the file with the old name. */
static void keep_if_same(struct ks_pem_file *file, const struct ks_kube_material *from,
                         const struct ks_kube_material *to)
{
    file->is_replacement = false;
    if (!from->path || !to->path || strcmp(from->path, to->path) != 0) {
        ks_pem_file_fini(file);
    }
}

int ks_kube_client_reload(struct ks_kube_client *client, struct ks_error *err)
{
    struct ks_access config;
    struct ks_kube_credentials *credentials;

    /* Before it is read, so that no change is missed; and a broken file is read once, until it changes again. Which
     * files these are depends on the source alone. */
    if (ks_file_changes_take(&client->files, client->config.files, err) ||
        ks_access_load(&config, &client->source, err)) {
        return -1;
    }
    if (ks_kube_credentials_new(&credentials, client->loop, &client->config, client->changed, client->arg, err)) {
        ks_access_fini(&config);
        return -1;
    }
    keep_if_same(&client->ca, &client->config.ca, &config.ca);
    keep_if_same(&client->certificate, &client->config.certificate, &config.certificate);
    keep_if_same(&client->key, &client->config.key, &config.key);
    ks_kube_credentials_free(client->credentials);
    ks_access_fini(&client->config);
    client->config = config;
    client->credentials = credentials;
    return 0;
}

/* Some programs write a file again as it was: that is no reason to connect again. */
static bool has_another_content(struct ks_kube_client *client)
{
    struct ks_file_changes files = {.count = 0};
    struct ks_access config;
    struct ks_error error;
    bool is_same;

    if (ks_file_changes_take(&files, client->config.files, &error)) {
        return true;
    }
    if (ks_access_load(&config, &client->source, &error)) {
        ks_file_changes_fini(&files);
        return true; /* who loads it learns why not */
    }
    is_same = ks_access_is_same(&config, &client->config);
    ks_access_fini(&config);
    if (is_same) {
        ks_file_changes_fini(&client->files);
        client->files = files;
    } else {
        ks_file_changes_fini(&files);
    }
    return !is_same;
}

/* The CA's file does not count: each new connection is verified with the one of today. */
bool ks_kube_client_is_outdated(struct ks_kube_client *client)
{
    const char *certificate = client->config.certificate.path;
    struct ks_error error;

    if (certificate) {
        (void)ks_pem_file_read(&client->certificate, certificate, &error); /* the next request tells */
    }
    return client->certificate.is_replacement ||
           (ks_file_changes_seen(&client->files, client->config.files) && has_another_content(client));
}

struct ks_loop *ks_kube_client_loop(const struct ks_kube_client *client)
{
    return client->loop;
}

const struct ks_access *ks_kube_client_config(const struct ks_kube_client *client)
{
    return &client->config;
}

static int use_material(struct ks_http_material *material, const struct ks_kube_material *from,
                        struct ks_pem_file *file, const char *what, struct ks_error *err)
{
    if (!from->path) {
        *material = (struct ks_http_material){.data = from->data, .length = from->length};
        return 0;
    }
    if (ks_pem_file_read(file, from->path, err)) {
        return ks_error_wrap(err, "%s %s", what, from->path);
    }
    *material = (struct ks_http_material){.data = file->text, .length = file->length};
    return 0;
}

/* A certificate from the plugin wins over the kubeconfig's. */
static int use_identity(struct ks_http_server *server, struct ks_kube_client *client, struct ks_error *err)
{
    const struct ks_access *config = &client->config;

    ks_kube_credentials_certificate(client->credentials, &server->certificate, &server->key);
    if (!server->certificate.data &&
        (use_material(&server->certificate, &config->certificate, &client->certificate, "client certificate", err) ||
         use_material(&server->key, &config->key, &client->key, "client key", err))) {
        return -1;
    }
    if (ks_pem_is_encrypted(server->key.data, server->key.length)) {
        return ks_error_set(err, KS_ERROR_INVALID, "the client key needs a passphrase, which is not supported");
    }
    return 0;
}

static int make_server(struct ks_http_server *server, struct ks_kube_client *client, struct ks_error *err)
{
    const struct ks_access *config = &client->config;

    *server = (struct ks_http_server){
        .url = config->server,
        .tls_server_name = config->tls_server_name,
        .proxy = config->proxy,
        .insecure = config->insecure,
    };
    return use_material(&server->ca, &config->ca, &client->ca, "certificate authority", err) ||
                   use_identity(server, client, err)
               ? -1
               : 0;
}

/* Sends the request with our identity: without the headers of impersonation it would be a stronger user's. */
static int start(struct ks_http_transfer **transfer, struct ks_kube_client *client,
                 const struct ks_kube_request *request, struct ks_error *err)
{
    struct ks_http_request http = request->http;
    char *const *others = client->config.impersonation;
    struct ks_http_server server;
    const char **headers;
    size_t count = 0;
    char accept[128];
    int result;

    while (others && others[count]) {
        count++;
    }
    headers = calloc(count + 3, sizeof *headers);
    if (!headers) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        headers[i] = others[i];
    }
    snprintf(accept, sizeof accept, "Accept: %s", request->accept);
    headers[count++] = accept;
    headers[count] = ks_kube_credentials_header(client->credentials);
    http.headers = headers;
    result = make_server(&server, client, err) || ks_http_start(transfer, client->loop, &server, &http, err) ? -1 : 0;
    free(headers);
    return result;
}

enum ks_kube_start ks_kube_client_get(struct ks_kube_client *client, const struct ks_kube_request *request,
                                      struct ks_http_transfer **transfer, uint64_t *generation, struct ks_error *err)
{
    switch (ks_kube_credentials_prepare(client->credentials, err)) {
    case KS_CREDENTIALS_PENDING:
        return KS_KUBE_WAIT;
    case KS_CREDENTIALS_FAILED:
        /* However they failed: without them the server does not know who is asking. */
        err->kind = err->kind == KS_ERROR_MEMORY ? KS_ERROR_MEMORY : KS_ERROR_UNAUTHORIZED;
        return KS_KUBE_FAILED;
    default:
        break;
    }
    *generation = ks_kube_credentials_generation(client->credentials);
    return start(transfer, client, request, err) ? KS_KUBE_FAILED : KS_KUBE_STARTED;
}

void ks_kube_client_refused(struct ks_kube_client *client, uint64_t generation)
{
    ks_kube_credentials_refused(client->credentials, generation);
}
