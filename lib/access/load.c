/* Finds the API server and our identity: in the kubeconfig files that are named, in the Pod, or in ~/.kube/config. */
#include "config.h"

#include "access/access.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "access/kubeconfig.h"
#include "access/proxy.h"
#include "base/read_all.h"
#include "base/string_list.h"

#define SERVICE_ACCOUNT "/var/run/secrets/kubernetes.io/serviceaccount"

static bool is_set(const char *text)
{
    return text && text[0];
}

/* Returns whether errno says that there is no such file. */
static bool is_missing(int errnum)
{
    return errnum == ENOENT || errnum == ENOTDIR;
}

static int join(char **path, const char *folder, const char *name, struct ks_error *err)
{
    if (asprintf(path, "%s/%s", folder, name) < 0) {
        *path = NULL;
        ks_error_memory(err);
        return -1;
    }
    return 0;
}

static int absolute_path(const char *path, char **absolute, struct ks_error *err)
{
    char *folder;
    int result;

    if (path[0] == '/') {
        *absolute = strdup(path);
        if (!*absolute) {
            ks_error_memory(err);
            return -1;
        }
        return 0;
    }
    folder = getcwd(NULL, 0);
    if (!folder) {
        ks_error_system(err, errno, "%.200s: current folder", path);
        return -1;
    }
    result = join(absolute, folder, path, err);
    free(folder);
    return result;
}

/* ---- kubeconfig files ---- */

/* `path` is absolute. */
static int add_text(struct ks_kubeconfig *kubeconfig, const char *name, const char *path, const char *data,
                    size_t length, struct ks_error *err)
{
    struct ks_kubeconfig_text text = {.name = name, .text = data, .length = length};
    char *folder = strndup(path, (size_t)(strrchr(path, '/') - path));
    int result;

    if (!folder) {
        return ks_error_memory(err);
    }
    text.folder = folder;
    result = ks_kubeconfig_add(kubeconfig, &text, err);
    free(folder);
    return result;
}

/* A file that does not exist adds nothing and is not an error. */
static int read_file(struct ks_kubeconfig *kubeconfig, const char *name, const char *path, struct ks_error *err)
{
    /* One byte more than the limit, so that the parser sees that a file is too large. */
    const size_t size = KS_KUBECONFIG_SIZE_MAX + 1;
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    char *data;
    ssize_t length;
    int result;

    if (descriptor < 0) {
        return is_missing(errno) ? 0 : ks_error_system(err, errno, "kubeconfig %.200s", name);
    }
    data = malloc(size);
    if (!data) {
        close(descriptor);
        return ks_error_memory(err);
    }
    length = ks_read_all(descriptor, data, size);
    result = length < 0 ? ks_error_system(err, errno, "kubeconfig %.200s", name)
                        : add_text(kubeconfig, name, path, data, (size_t)length, err);
    close(descriptor);
    explicit_bzero(data, length > 0 ? (size_t)length : 0);
    free(data);
    return result;
}

/* Adds a file, and its absolute path to `files` whether it exists or not. */
static int add_file(struct ks_kubeconfig *kubeconfig, struct ks_string_list *files, const char *name,
                    struct ks_error *err)
{
    char *path;
    int result;

    if (absolute_path(name, &path, err)) {
        return -1;
    }
    result = ks_string_list_add(files, path, err) || read_file(kubeconfig, name, path, err) ? -1 : 0;
    free(path);
    return result;
}

/* Whatever else changes: the files that were looked for are known. */
static int resolve(struct ks_access *config, const struct ks_kubeconfig *kubeconfig, struct ks_string_list *files,
                   const struct ks_access_source *source, struct ks_error *err)
{
    if (ks_kubeconfig_resolve(kubeconfig, source, config, err)) {
        return -1;
    }
    config->files = ks_string_list_take(files);
    return 0;
}

/* Loads an explicit list of files, separated by ':'. */
static int load_files(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err)
{
    KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;
    KS_CLEANUP_STRING_LIST struct ks_string_list files = {.strings = NULL};
    char *paths = strdup(source->kubeconfig);
    char *rest = paths;
    char *path;
    int result = 0;

    ks_kubeconfig_init(&kubeconfig);
    if (!paths) {
        return ks_error_memory(err);
    }
    while (!result && (path = strsep(&rest, ":"))) {
        result = path[0] ? add_file(&kubeconfig, &files, path, err) : 0;
    }
    free(paths);
    if (result) {
        return -1;
    }
    /* Not KS_ERROR_NOT_FOUND: a file that is named must exist. */
    if (kubeconfig.count == 0) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "kubeconfig \"%.200s\": no such file; must be paths of existing files, separated by ':'",
                            source->kubeconfig);
    }
    return resolve(config, &kubeconfig, &files, source, err);
}

static int load_home(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err)
{
    KS_CLEANUP_KUBECONFIG struct ks_kubeconfig kubeconfig;
    KS_CLEANUP_STRING_LIST struct ks_string_list files = {.strings = NULL};
    char *path;
    int result = 0;

    ks_kubeconfig_init(&kubeconfig);
    if (is_set(source->home)) {
        if (join(&path, source->home, ".kube/config", err)) {
            return -1;
        }
        result = add_file(&kubeconfig, &files, path, err);
        free(path);
    }
    if (result) {
        return -1;
    }
    if (kubeconfig.count == 0) {
        return ks_error_set(err, KS_ERROR_NOT_FOUND,
                            "no cluster: set KUBECONFIG to a kubeconfig file, write ~/.kube/config, or run in a Pod");
    }
    return resolve(config, &kubeconfig, &files, source, err);
}

/* ---- in a Pod ---- */

static bool is_port(const char *text)
{
    size_t digits = text ? strspn(text, "0123456789") : 0;

    return digits > 0 && digits <= 5 && !text[digits] && strtoul(text, NULL, 10) - 1 < 65535;
}

static int check_pod(const struct ks_access_source *source, struct ks_error *err)
{
    if (source->service_host[strspn(source->service_host, "0123456789abcdefghijklmnopqrstuvwxyz"
                                                          "ABCDEFGHIJKLMNOPQRSTUVWXYZ.-:[]")]) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "KUBERNETES_SERVICE_HOST \"%.200s\": must be an address or a host name",
                            source->service_host);
    }
    if (!is_port(source->service_port)) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "KUBERNETES_SERVICE_PORT \"%.200s\": must be a whole number from 1 to 65535",
                            source->service_port ? source->service_port : "");
    }
    if (is_set(source->context) && strcmp(source->context, "in-cluster") != 0) {
        return ks_error_set(
            err, KS_ERROR_INVALID,
            "context \"%.200s\": must be in-cluster in a Pod, unless a kubeconfig is named that defines it",
            source->context);
    }
    return 0;
}

/* Fills in the strings of a Pod. On failure *config holds those that were made already. */
static int fill_pod(struct ks_access *config, const struct ks_access_source *source, const char *folder,
                    struct ks_error *err)
{
    bool bare_ipv6 = strchr(source->service_host, ':') && source->service_host[0] != '[';

    if (asprintf(&config->server, "https://%s%s%s:%s", bare_ipv6 ? "[" : "", source->service_host, bare_ipv6 ? "]" : "",
                 source->service_port) < 0) {
        config->server = NULL;
        return ks_error_memory(err);
    }
    config->context = strdup("in-cluster");
    if (!config->context) {
        return ks_error_memory(err);
    }
    if (join(&config->token_file, folder, "token", err) || join(&config->ca.path, folder, "ca.crt", err)) {
        return -1;
    }
    if (access(config->token_file, R_OK)) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "service account token %.200s: %s; set automountServiceAccountToken, or KUBECONFIG",
                            config->token_file, strerrordesc_np(errno));
    }
    return 0;
}

static int load_pod(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err)
{
    struct ks_access pod = {0};
    char *folder;
    int result;

    if (check_pod(source, err) ||
        absolute_path(is_set(source->service_account) ? source->service_account : SERVICE_ACCOUNT, &folder, err)) {
        return -1;
    }
    result = fill_pod(&pod, source, folder, err) || ks_proxy_fill(&pod, source, err);
    free(folder);
    if (result) {
        ks_access_fini(&pod);
        return -1;
    }
    *config = pod;
    return 0;
}

/* ---- the choice ---- */

int ks_access_load(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err)
{
    struct ks_access_source chosen = *source;

    if (!is_set(chosen.context)) {
        chosen.context = NULL;
    }
    return is_set(chosen.kubeconfig)     ? load_files(config, &chosen, err)
           : is_set(chosen.service_host) ? load_pod(config, &chosen, err)
                                         : load_home(config, &chosen, err);
}
