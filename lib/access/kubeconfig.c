#include "config.h"

#include "access/kubeconfig.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/buf.h"
#include "access/host.h"
#include "access/kubeconfig_check.h"
#include "access/kubeconfig_entry.h"
#include "access/kubeconfig_field.h"
#include "access/kubeconfig_tree.h"
#include "access/kubeconfig_warn.h"
#include "access/proxy.h"

/* An error lists at most this many bytes of names, to leave room for the rest of its sentence. */
#define LISTED_MAX 160

void ks_kubeconfig_init(struct ks_kubeconfig *kubeconfig)
{
    memset(kubeconfig, 0, sizeof *kubeconfig);
}

void ks_kubeconfig_fini(struct ks_kubeconfig *kubeconfig)
{
    for (size_t i = 0; i < kubeconfig->count; i++) {
        ks_kubeconfig_document_fini(&kubeconfig->documents[i]);
    }
    free(kubeconfig->documents);
    ks_kubeconfig_init(kubeconfig);
}

int ks_kubeconfig_add(struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_text *text, struct ks_error *err)
{
    struct ks_kubeconfig_document *documents =
        ks_array_grow(kubeconfig->documents, kubeconfig->count, sizeof *documents);

    if (!documents) {
        return ks_error_memory(err);
    }
    kubeconfig->documents = documents;
    if (ks_kubeconfig_document_parse(&documents[kubeconfig->count], text, err)) {
        return -1;
    }
    if (ks_kubeconfig_check(&documents[kubeconfig->count], err)) {
        ks_kubeconfig_document_fini(&documents[kubeconfig->count]);
        return -1;
    }
    kubeconfig->count++;
    return 0;
}

/* ---- the context ---- */

/* KS_ERROR_INVALID with the files, the problem, and a list of the contexts. */
static int context_error(const struct ks_kubeconfig *kubeconfig, const char *problem, struct ks_error *err)
{
    KS_CLEANUP_BUF struct ks_buf known;
    struct ks_kubeconfig_section context = {0};
    const char *first = kubeconfig->count ? kubeconfig->documents[0].name : "";

    ks_buf_init(&known, LISTED_MAX);
    while (ks_kubeconfig_next(kubeconfig, &ks_kubeconfig_contexts, &context)) {
        ks_buf_printf(&known, "%s%.80s", known.length ? ", " : "", context.name);
    }
    return ks_error_set(err, KS_ERROR_INVALID, "kubeconfig %s%s: %s; contexts: %s%s", first,
                        kubeconfig->count > 1 ? " and others" : "", problem, known.length ? known.data : "none",
                        known.failed ? ", …" : "");
}

/* Takes current-context from the first file that sets it; NULL if none does. */
static int current_context(const struct ks_kubeconfig *kubeconfig, const char **name, struct ks_error *err)
{
    *name = NULL;
    for (size_t i = 0; i < kubeconfig->count && !*name; i++) {
        struct ks_kubeconfig_document *document = &kubeconfig->documents[i];
        const struct ks_kubeconfig_section file = {.document = document, .node = ks_kubeconfig_root(document)};

        if (ks_kubeconfig_text(&file, "current-context", name, err)) {
            return -1;
        }
    }
    return 0;
}

static int only_context(const struct ks_kubeconfig *kubeconfig, struct ks_kubeconfig_section *context,
                        struct ks_error *err)
{
    struct ks_kubeconfig_section other;
    bool several = false;

    memset(context, 0, sizeof *context);
    if (!ks_kubeconfig_next(kubeconfig, &ks_kubeconfig_contexts, context)) {
        return context_error(kubeconfig, "defines no context", err);
    }
    other = *context;
    while (!several && ks_kubeconfig_next(kubeconfig, &ks_kubeconfig_contexts, &other)) {
        several = strcmp(other.name, context->name) != 0;
    }
    return several ? context_error(kubeconfig, "current-context: not set: set it, or choose a context", err) : 0;
}

static int choose_context(const struct ks_kubeconfig *kubeconfig, const char *wanted,
                          struct ks_kubeconfig_section *context, struct ks_error *err)
{
    const char *name = wanted;
    char problem[128];

    if (!name && current_context(kubeconfig, &name, err)) {
        return -1;
    }
    if (!name) {
        return only_context(kubeconfig, context, err);
    }
    if (!ks_kubeconfig_find(kubeconfig, &ks_kubeconfig_contexts, name, context)) {
        snprintf(problem, sizeof problem, "%s \"%.80s\": not in the kubeconfig", wanted ? "context" : "current-context",
                 name);
        return context_error(kubeconfig, problem, err);
    }
    return 0;
}

/* ---- the cluster and user of the context ---- */

/* Follows a context's field to the entry that it names; section->document stays NULL if it is not set. */
static int follow(const struct ks_kubeconfig *kubeconfig, const struct ks_kubeconfig_section *context,
                  const struct ks_kubeconfig_kind *kind, struct ks_kubeconfig_section *section, struct ks_error *err)
{
    const char *name;

    memset(section, 0, sizeof *section);
    if (ks_kubeconfig_text(context, kind->item, &name, err)) {
        return -1;
    }
    if (name && !ks_kubeconfig_find(kubeconfig, kind, name, section)) {
        ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be one of %s", name, kind->list);
        return ks_kubeconfig_locate(context, kind->item, err);
    }
    return 0;
}

/* ---- credentials that everybody on the way could read ---- */

/* Returns the field of the user that such a credential is in; NULL if there is none. Certificates are not sent. */
static const char *plain_credential(const struct ks_access *config)
{
    return config->token_file       ? "tokenFile"
           : config->token          ? "token"
           : config->username       ? "username"
           : config->exec.arguments ? "exec"
                                    : NULL;
}

static bool is_on_this_machine(const char *url)
{
    struct ks_host host;

    return ks_host_of_url(&host, url) && ks_host_is_loopback(host.name);
}

static int check_plain(const struct ks_access *config, const struct ks_kubeconfig_section *user,
                       const struct ks_access_source *source, struct ks_error *err)
{
    const char *field = plain_credential(config);
    bool leaves = !is_on_this_machine(config->server) || (config->proxy && !is_on_this_machine(config->proxy));

    if (!field || !leaves || source->is_plain_allowed || strncasecmp(config->server, "http://", 7) != 0) {
        return 0;
    }
    return ks_kubeconfig_invalid(user, field,
                                 "must not go to another host over http://: make the cluster's server https://, or "
                                 "allow it with SHIELD_PLAIN_HTTP=send",
                                 err);
}

/* ---- all of it ---- */

static int read_context(const struct ks_kubeconfig *kubeconfig, struct ks_kubeconfig_choice *choice,
                        const struct ks_access_source *source, struct ks_access *config, struct ks_error *err)
{
    const struct ks_kubeconfig_section *context = &choice->context;

    if (ks_kubeconfig_copy(&config->context, context->name, err) ||
        follow(kubeconfig, context, &ks_kubeconfig_clusters, &choice->cluster, err) ||
        follow(kubeconfig, context, &ks_kubeconfig_users, &choice->user, err)) {
        return -1;
    }
    if (!choice->cluster.document) {
        return ks_kubeconfig_invalid(context, "cluster", "not set: must be one of clusters", err);
    }
    if (ks_kubeconfig_read_cluster(&choice->cluster, config, err) || ks_proxy_fill(config, source, err)) {
        return -1;
    }
    if (choice->user.document && (ks_kubeconfig_read_user(&choice->user, &choice->cluster, config, err) ||
                                  check_plain(config, &choice->user, source, err))) {
        return -1;
    }
    return ks_kubeconfig_warn(kubeconfig, choice, config, err);
}

int ks_kubeconfig_resolve(const struct ks_kubeconfig *kubeconfig, const struct ks_access_source *source,
                          struct ks_access *config, struct ks_error *err)
{
    struct ks_kubeconfig_choice choice;
    struct ks_access resolved = {0};

    if (choose_context(kubeconfig, source->context, &choice.context, err)) {
        return -1;
    }
    if (read_context(kubeconfig, &choice, source, &resolved, err)) {
        ks_access_fini(&resolved);
        return -1;
    }
    *config = resolved;
    return 0;
}
