/* Where access data begins, in the environment, and where it ends: every string is wiped before it is freed. */
#include "config.h"

#include "access/access.h"

#include <stdlib.h>
#include <string.h>

#include "base/secret.h"

static const char *either(const char *name, const char *other)
{
    const char *value = getenv(name);

    return value && value[0] ? value : getenv(other);
}

void ks_access_source_read_environment(struct ks_access_source *source)
{
    source->service_host = getenv("KUBERNETES_SERVICE_HOST");
    source->service_port = getenv("KUBERNETES_SERVICE_PORT");
    source->kubeconfig = getenv("KUBECONFIG");
    source->home = getenv("HOME");
    source->https_proxy = either("HTTPS_PROXY", "https_proxy");
    source->no_proxy = either("NO_PROXY", "no_proxy");
    /* In a CGI program HTTP_PROXY is the header "Proxy" of whoever sent the request ("httpoxy"). */
    source->http_proxy = getenv("REQUEST_METHOD") ? NULL : either("HTTP_PROXY", "http_proxy");
}

static bool is_same_text(const char *one, const char *other)
{
    return one && other ? strcmp(one, other) == 0 : one == other;
}

static bool are_same_texts(char *const *one, char *const *other)
{
    size_t i = 0;

    if (!one || !other) {
        return one == other;
    }
    while (one[i] && is_same_text(one[i], other[i])) {
        i++;
    }
    return one[i] == other[i];
}

static bool is_same_material(const struct ks_kube_material *one, const struct ks_kube_material *other)
{
    return one->length == other->length && is_same_text(one->path, other->path) && !one->data == !other->data &&
           (!one->data || memcmp(one->data, other->data, one->length) == 0);
}

static bool is_same_exec(const struct ks_kube_exec *one, const struct ks_kube_exec *other)
{
    return is_same_text(one->api_version, other->api_version) && are_same_texts(one->arguments, other->arguments) &&
           are_same_texts(one->environment, other->environment) &&
           one->provide_cluster_info == other->provide_cluster_info &&
           is_same_text(one->cluster_config, other->cluster_config) &&
           is_same_text(one->install_hint, other->install_hint);
}

bool ks_access_is_same(const struct ks_access *one, const struct ks_access *other)
{
    return is_same_text(one->context, other->context) && is_same_text(one->server, other->server) &&
           is_same_text(one->tls_server_name, other->tls_server_name) && is_same_text(one->proxy, other->proxy) &&
           one->is_proxy_ours == other->is_proxy_ours && one->insecure == other->insecure &&
           is_same_material(&one->ca, &other->ca) && is_same_material(&one->certificate, &other->certificate) &&
           is_same_material(&one->key, &other->key) && is_same_text(one->token, other->token) &&
           is_same_text(one->token_file, other->token_file) && is_same_text(one->username, other->username) &&
           is_same_text(one->password, other->password) && is_same_exec(&one->exec, &other->exec) &&
           are_same_texts(one->impersonation, other->impersonation);
}

/* Secret or not: wiping everything is simpler than being wrong about one string. */
static void wipe_all(char **strings)
{
    for (char **string = strings; string && *string; string++) {
        ks_secret_free(*string);
    }
    free(strings);
}

static void wipe_material(struct ks_kube_material *material)
{
    if (material->data) {
        explicit_bzero(material->data, material->length);
    }
    free(material->data);
    free(material->path);
}

void ks_access_fini(struct ks_access *config)
{
    ks_secret_free(config->context);
    ks_secret_free(config->server);
    ks_secret_free(config->tls_server_name);
    ks_secret_free(config->proxy);
    wipe_material(&config->ca);
    wipe_material(&config->certificate);
    wipe_material(&config->key);
    ks_secret_free(config->token);
    ks_secret_free(config->token_file);
    ks_secret_free(config->username);
    ks_secret_free(config->password);
    ks_secret_free(config->exec.api_version);
    wipe_all(config->exec.arguments);
    wipe_all(config->exec.environment);
    ks_secret_free(config->exec.cluster_config);
    ks_secret_free(config->exec.install_hint);
    wipe_all(config->impersonation);
    wipe_all(config->files);
    wipe_all(config->warnings);
    memset(config, 0, sizeof *config);
}
