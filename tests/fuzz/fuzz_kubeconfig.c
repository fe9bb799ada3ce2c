/* Two kubeconfig texts, separated by the first byte 0xff (never part of UTF-8), to fuzz merging too. Every input
 * must give either a whole configuration or one error. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "access/access.h"
#include "access/kubeconfig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int condition)
{
    if (!condition) {
        abort();
    }
}

static void add(struct ks_kubeconfig *kubeconfig, const char *name, const char *text, size_t length)
{
    const struct ks_kubeconfig_text file = {.name = name, .folder = "/folder", .text = text, .length = length};
    size_t count = kubeconfig->count;
    struct ks_error err = {0};

    if (ks_kubeconfig_add(kubeconfig, &file, &err)) {
        require(err.kind != KS_ERROR_NONE && err.text[0] && kubeconfig->count == count);
    } else {
        require(err.kind == KS_ERROR_NONE && kubeconfig->count == count + 1);
    }
}

/* Every line is one: a header that is not would be another header. */
static void require_lines(char **lines)
{
    for (; lines && *lines; lines++) {
        require((*lines)[0] && !strpbrk(*lines, "\r\n"));
    }
}

static void resolve(const struct ks_kubeconfig *kubeconfig, const char *context)
{
    const struct ks_access_source source = {
        .context = context, .https_proxy = "p", .http_proxy = "p", .no_proxy = context ? "*" : "a,.b,10.0.0.0/8"};
    struct ks_access config = {0};
    struct ks_error err = {0};

    if (ks_kubeconfig_resolve(kubeconfig, &source, &config, &err)) {
        require(err.kind != KS_ERROR_NONE && err.text[0] && !strchr(err.text, '\n') && !config.server);
    } else {
        require(config.context && config.server && !config.exec.arguments == !config.exec.environment);
        require(!config.ca.path || config.ca.path[0] == '/');
        require(!config.exec.cluster_config || config.exec.provide_cluster_info);
        require_lines(config.impersonation);
        require_lines(config.warnings);
        ks_access_fini(&config);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *parting = size > 0 ? memchr(data, 0xff, size) : NULL;
    size_t first = parting ? (size_t)(parting - data) : size;
    KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;

    ks_kubeconfig_init(&kubeconfig);
    add(&kubeconfig, "first", (const char *)data, first);
    if (parting) {
        add(&kubeconfig, "second", (const char *)parting + 1, size - first - 1);
    }
    resolve(&kubeconfig, NULL);
    resolve(&kubeconfig, "a");
    return 0;
}
