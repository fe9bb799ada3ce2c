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
