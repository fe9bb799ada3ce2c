/* Another kube-shields, asked once: a signed GET on the caller's thread, an answer that is verified before it is
 * read. */
#include "config.h"

#include <kubeshields/peer_client.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/keyring.h"
#include "base/clock.h"
#include "base/link.h"
#include "base/string_list.h"
#include "document/document.h"
#include "facade/options.h"
#include "facade/service.h"
#include "loop/http.h"
#include "peers/copy.h"
#include "peers/get.h"

#define SECOND ((int64_t)1000)
#define DAY    (86400 * SECOND)

struct ks_peer_client {
    struct ks_peer_address address;
    struct ks_string_list texts;
    struct ks_keyring *keyring;
    struct ks_log log;
    struct ks_peer_get get; /* all but the target */
    int64_t unknown_after_ms;
};

static const struct ks_options_kind options_kind = {
    .name = "ks_peer_client_options",
    .known = sizeof(struct ks_peer_client_options),
    .first_version = offsetof(struct ks_peer_client_options, log_arg) + sizeof(void *),
};

/* ---- options ---- */

static int need(const char *name, const char *text, const char *example, struct ks_error *err)
{
    return text && text[0] ? 0
                           : ks_error_set(err, KS_ERROR_INVALID,
                                          "ks_peer_client_options.%s: must be set, for example %s", name, example);
}

static int set_file(struct ks_peer_client *client, const char **out, const char *name, const char *path,
                    struct ks_error *err)
{
    struct stat status;

    if (!path) {
        return 0;
    }
    if (access(path, R_OK)) {
        return ks_error_system(err, errno, "ks_peer_client_options.%s \"%.200s\": must be a readable file", name, path);
    }
    if (stat(path, &status) == 0 && S_ISDIR(status.st_mode)) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "ks_peer_client_options.%s \"%.200s\": is a folder: must be a readable file", name, path);
    }
    if (ks_string_list_add(&client->texts, path, err)) {
        return -1;
    }
    *out = client->texts.strings[client->texts.count - 1];
    return 0;
}

static int set_url(struct ks_peer_client *client, const char *url, struct ks_error *err)
{
    /* A list of peers may also have names and bare hosts. The text may hold a password: it is not quoted. */
    if (!ks_is_web_link(url)) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_peer_client_options.url: must begin with https:// or http://");
    }
    client->get.address = &client->address;
    return ks_peer_address_parse_one(&client->address, url, err) ? ks_error_wrap(err, "ks_peer_client_options.url") : 0;
}

static int check_options(struct ks_peer_client_options *options, struct ks_error *err)
{
    static const struct ks_options_range timeout = {"ks_peer_client_options.timeout_ms", 1, DAY, 30 * SECOND};
    static const struct ks_options_range unknown = {"ks_peer_client_options.unknown_after_ms", 1, DAY, 300 * SECOND};

    if (need("url", options->url, "\"https://shields.example.org\"", err) ||
        need("secret_file", options->secret_file, "\"/etc/kube-shields/secret\"", err) ||
        ks_options_number(&options->timeout_ms, &timeout, err) ||
        ks_options_number(&options->unknown_after_ms, &unknown, err)) {
        return -1;
    }
    if (!options->certificate_file != !options->key_file) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_peer_client_options.%s: must be set, since the other is",
                            options->key_file ? "certificate_file" : "key_file");
    }
    return 0;
}

static int open_client(struct ks_peer_client *client, const struct ks_peer_client_options *given, struct ks_error *err)
{
    struct ks_peer_client_options options;

    if (!given) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_peer_client_options: must not be NULL");
    }
    if (ks_options_take(&options, given, &options_kind, err) || check_options(&options, err) ||
        set_url(client, options.url, err) || set_file(client, &client->get.ca, "ca_file", options.ca_file, err) ||
        set_file(client, &client->get.certificate, "certificate_file", options.certificate_file, err) ||
        set_file(client, &client->get.key, "key_file", options.key_file, err)) {
        return -1;
    }
    client->get.timeout_ms = options.timeout_ms;
    client->unknown_after_ms = options.unknown_after_ms;
    client->log = (struct ks_log){.fd = -1, .level = KS_LOG_DEBUG, .function = options.log, .arg = options.log_arg};
    if (ks_keyring_new(&client->keyring, options.secret_file, false, &client->log, err)) {
        return -1;
    }
    client->get.keyring = client->keyring;
    return 0;
}

/* ---- life ---- */

int ks_peer_client_new(struct ks_peer_client **out, const struct ks_peer_client_options *options, struct ks_error *err)
{
    struct ks_peer_client *client;

    if (!out) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_peer_client_new: client must not be NULL");
    }
    *out = NULL;
    client = calloc(1, sizeof *client);
    if (!client) {
        return ks_error_memory(err);
    }
    if (open_client(client, options, err)) {
        ks_peer_client_free(client);
        return -1;
    }
    *out = client;
    return 0;
}

void ks_peer_client_free(struct ks_peer_client *client)
{
    if (!client) {
        return;
    }
    ks_keyring_free(client->keyring);
    ks_string_list_fini(&client->texts);
    free(client);
}

/* ---- asking ---- */

/* A connection that the other side closes raises SIGPIPE, which would end a program that never asked for it. So it is
 * blocked meanwhile, and taken back if it came. */
struct quiet {
    sigset_t pipe, before;
    bool was_pending;
};

static void quiet_begin(struct quiet *quiet)
{
    sigset_t pending;

    sigemptyset(&quiet->pipe);
    sigaddset(&quiet->pipe, SIGPIPE);
    sigpending(&pending);
    quiet->was_pending = sigismember(&pending, SIGPIPE) == 1;
    pthread_sigmask(SIG_BLOCK, &quiet->pipe, &quiet->before);
}

static void quiet_end(const struct quiet *quiet)
{
    const struct timespec now = {.tv_sec = 0};

    while (!quiet->was_pending && sigtimedwait(&quiet->pipe, NULL, &now) == SIGPIPE) {
    }
    pthread_sigmask(SIG_SETMASK, &quiet->before, NULL);
}

static int ask(struct ks_peer_client *client, const char *target, int *status, struct ks_buf *body,
               struct ks_error *err)
{
    struct ks_peer_get get = client->get;
    struct quiet quiet;
    int outcome;

    get.target = target;
    ks_keyring_refresh(client->keyring);
    quiet_begin(&quiet);
    outcome = ks_peer_get(&get, status, body, err);
    quiet_end(&quiet);
    return outcome;
}

int ks_peer_client_get(struct ks_peer_client *client, const char *target, int *status, char **body, size_t *length,
                       struct ks_error *err)
{
    struct ks_buf out;
    int seen;

    if (!client || !target || !body) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_peer_client_get: %s must not be NULL",
                            !client   ? "client"
                            : !target ? "target"
                                      : "body");
    }
    *body = NULL;
    ks_buf_init(&out, KS_DOCUMENT_MOST);
    if (ask(client, target, &seen, &out, err)) {
        ks_buf_fini(&out);
        return -1;
    }
    if (out.length == 0) {
        ks_buf_fini(&out);
        out.data = strdup("");
        if (!out.data) {
            return ks_error_memory(err);
        }
    }
    *body = out.data;
    if (length) {
        *length = out.length;
    }
    if (status) {
        *status = seen;
    }
    return 0;
}

/* Nothing but a store reads a document, so one is filled for the moment. */
static int read_document(const struct ks_peer_client *client, const struct ks_buf *document,
                         const struct ks_store_selector *selector, struct ks_services **services, struct ks_error *err)
{
    const struct ks_store_options none = {.namespaces = NULL};
    struct ks_peer_copy copy = {.own = ""};
    enum ks_readiness readiness;
    enum ks_peer_news news;
    int outcome;

    if (ks_store_new(&copy.store, &none, err)) {
        return -1;
    }
    outcome = ks_peer_copy_apply(&copy, document, ks_clock_monotonic(), &news, err) || ks_store_flush(copy.store, err);
    readiness = outcome ? KS_READY : ks_store_readiness(copy.store);
    if (outcome) {
        outcome = -1;
    } else if (readiness == KS_STARTING) {
        outcome = ks_error_set(err, KS_ERROR_UNAVAILABLE, KS_PEER_STARTING_TEXT);
    } else if (readiness == KS_FORBIDDEN) {
        outcome = ks_error_set(err, KS_ERROR_FORBIDDEN, "it has no access to its pods");
    } else {
        outcome = ks_services_read(services, copy.store, selector, client->unknown_after_ms, err);
    }
    ks_store_free(copy.store);
    return outcome;
}

static int check_status(int status, struct ks_error *err)
{
    enum ks_error_kind kind = ks_http_status_kind(status);

    return kind == KS_ERROR_NONE ? 0 : ks_error_set(err, kind, "GET /services/: HTTP %d", status);
}

static int read_services(struct ks_peer_client *client, const struct ks_store_selector *selector,
                         struct ks_services **services, struct ks_error *err)
{
    struct ks_buf document KS_CLEANUP_BUF;
    char target[64];
    int status;

    snprintf(target, sizeof target, "/services/?full&format=%d", KS_DOCUMENT_FORMAT);
    ks_buf_init(&document, KS_DOCUMENT_MOST);
    *services = NULL;
    if (ask(client, target, &status, &document, err)) {
        return -1;
    }
    if (check_status(status, err) || read_document(client, &document, selector, services, err)) {
        return ks_error_wrap(err, "peer %s", client->get.address->name);
    }
    return 0;
}

int ks_peer_client_services(struct ks_peer_client *client, struct ks_services **services, struct ks_error *err)
{
    const struct ks_store_selector all = {.name = NULL};

    if (!client || !services) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_peer_client_services: %s must not be NULL",
                            client ? "services" : "client");
    }
    return read_services(client, &all, services, err);
}

int ks_peer_client_find(struct ks_peer_client *client, const char *namespace_name, const char *name,
                        struct ks_services **services, struct ks_error *err)
{
    const struct ks_store_selector selector = {.name = name, .namespace_name = namespace_name};

    if (!client || !name || !services) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_peer_client_find: %s must not be NULL",
                            !client ? "client"
                            : !name ? "name"
                                    : "services");
    }
    return read_services(client, &selector, services, err);
}
