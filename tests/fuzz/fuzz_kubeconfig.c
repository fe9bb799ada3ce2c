/* Two kubeconfig texts, separated by the first byte 0xff (never part of UTF-8), to fuzz merging too. Every input
 * must give either a whole configuration or one error. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apiserver/access.h"
#include "apiserver/kubeconfig.h"

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

static void resolve(const struct ks_kubeconfig *kubeconfig, const char *context)
{
    const struct ks_access_source source = {.context = context};
    struct ks_access config = {0};
    struct ks_error err = {0};

    if (ks_kubeconfig_resolve(kubeconfig, &source, &config, &err)) {
        require(err.kind != KS_ERROR_NONE && err.text[0] && !strchr(err.text, '\n') && !config.server);
    } else {
        require(config.context && config.server && !config.exec.arguments == !config.exec.environment);
        require(!config.ca.path || config.ca.path[0] == '/');
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
