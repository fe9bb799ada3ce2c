#include "config.h"

#include "apiserver/exec.h"

#include <errno.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apiserver/exec_said.h"
#include "base/base64.h"
#include "base/buf.h"
#include "base/escape.h"
#include "base/trim.h"
#include "base/utf8.h"
#include "kube/json.h"
#include "kube/time.h"
#include "loop/process.h"
#include "base/secret.h"

#define TIMEOUT_MS     30000
#define OUTPUT_CEILING (256 * 1024)
#define INFO_CEILING   (256 * 1024)
#define DEPTH_MOST     16
#define CA_MOST        (64 * 1024)
#define HINT_SIZE      256

struct ks_kube_exec_run {
    ks_kube_exec_done *done;
    void *arg;
    const char *program;
    char *const *environment; /* that the kubeconfig gives it; borrowed */
    struct ks_process *process;
};

void ks_kube_exec_answer_fini(struct ks_kube_exec_answer *answer)
{
    ks_secret_free(answer->token);
    ks_secret_free(answer->certificate);
    ks_secret_free(answer->key);
    *answer = (struct ks_kube_exec_answer){.token = NULL};
}

/* Returns a string member, borrowed; NULL if it is absent or empty. */
static const char *field(struct json_object *object, const char *name)
{
    struct json_object *value;

    if (!json_object_object_get_ex(object, name, &value) || !json_object_is_type(value, json_type_string) ||
        !json_object_get_string_len(value)) {
        return NULL;
    }
    return json_object_get_string(value);
}

static int copy(char **to, const char *text, struct ks_error *err)
{
    *to = text ? strdup(text) : NULL;
    return text && !*to ? ks_error_memory(err) : 0;
}

static int read_status(struct ks_kube_exec_answer *answer, struct json_object *root, struct ks_error *err)
{
    struct json_object *status;
    const char *token, *certificate, *key, *expires;

    if (!json_object_object_get_ex(root, "status", &status) || !json_object_is_type(status, json_type_object)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "the answer has no status");
    }
    token = field(status, "token");
    certificate = field(status, "clientCertificateData");
    key = field(status, "clientKeyData");
    expires = field(status, "expirationTimestamp");
    answer->expires = expires ? ks_kube_time(expires) : 0;
    if (expires && answer->expires == 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "status.expirationTimestamp is not an RFC 3339 time");
    }
    if (token && strcspn(token, "\r\n") != strlen(token)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "status.token has more than one line");
    }
    if (!token && !(certificate && key)) {
        return ks_error_set(err, KS_ERROR_PROTOCOL,
                            "status has neither token nor clientCertificateData with clientKeyData");
    }
    return copy(&answer->token, token, err) || copy(&answer->certificate, certificate, err) ||
                   copy(&answer->key, key, err)
               ? -1
               : 0;
}

int ks_kube_exec_parse(struct ks_kube_exec_answer *answer, const char *text, size_t length, struct ks_error *err)
{
    struct json_tokener *tokener = json_tokener_new_ex(DEPTH_MOST);
    size_t mark = ks_utf8_mark(text, length);
    struct json_object *root;
    int outcome;

    *answer = (struct ks_kube_exec_answer){.token = NULL};
    if (!tokener) {
        return ks_error_memory(err);
    }
    root = json_tokener_parse_ex(tokener, text + mark, (int)(length - mark));
    json_tokener_free(tokener);
    if (!json_object_is_type(root, json_type_object)) {
        outcome = ks_error_set(err, KS_ERROR_PROTOCOL, "the answer is not a JSON object");
    } else {
        outcome = read_status(answer, root, err);
    }
    json_object_put(root);
    if (outcome) {
        ks_kube_exec_answer_fini(answer);
    }
    return outcome;
}

/* Says how a run ended; 0 if well. */
static int describe_end(const struct ks_process_end *end, struct ks_error *err)
{
    if (!end->err) {
        return 0;
    }
    if (end->err->kind == KS_ERROR_TIMEOUT) {
        return ks_error_set(err, KS_ERROR_TIMEOUT, "still running after %d s", TIMEOUT_MS / 1000);
    }
    if (end->exit_code > 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "exit %d", end->exit_code);
    }
    if (end->signal) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "killed by signal %d", end->signal);
    }
    *err = *end->err;
    return -1;
}

/* Appends to an error. */
static void append(struct ks_error *err, const char *text)
{
    const struct ks_error old = *err;

    if (text[0]) {
        ks_error_set(err, old.kind, "%s: %s", old.text, text);
        err->errnum = old.errnum;
    }
}

static void on_process_done(void *arg, const struct ks_process_end *end)
{
    struct ks_kube_exec_run *run = arg;
    struct ks_kube_exec_answer answer = {.token = NULL};
    struct ks_error error = {.kind = KS_ERROR_NONE};
    char said[KS_EXEC_SAID_SIZE];

    if (describe_end(end, &error) == 0) {
        ks_kube_exec_parse(&answer, end->output->data, end->output->length, &error);
    }
    if (error.kind != KS_ERROR_NONE) {
        ks_exec_said(said, end->errors, run->environment);
        append(&error, said);
        ks_error_wrap(&error, "credential plugin %s", run->program);
    }
    run->done(run->arg, &answer, error.kind == KS_ERROR_NONE ? NULL : &error);
    free(run);
}

static void put_member(struct ks_buf *out, const char *name, const char *value)
{
    if (value) {
        ks_buf_printf(out, ",\"%s\":", name);
        ks_buf_json(out, value);
    }
}

static void put_ca_data(struct ks_buf *out, const char *data, size_t length)
{
    struct ks_base64_writer writer;

    ks_buf_literal(out, ",\"certificate-authority-data\":\"");
    ks_base64_write_start(&writer, out);
    ks_base64_write(&writer, data, length);
    ks_base64_write_end(&writer);
    ks_buf_literal(out, "\"");
}

/* Gives the CA as data, also if the kubeconfig names a file. If that cannot be read, the connection will fail with a
 * reason. Leaves out a CA that is too large for an environment variable (Linux takes 128 KiB): the rest may be enough
 * for the plugin. */
static void put_ca(struct ks_buf *out, const struct ks_kube_material *ca)
{
    char data[CA_MOST];
    size_t length = 0;
    FILE *file = !ca->data && ca->path ? fopen(ca->path, "re") : NULL;

    if (ca->data) {
        put_ca_data(out, ca->data, ca->length);
    }
    if (file) {
        length = fread(data, 1, sizeof data, file);
        fclose(file);
    }
    if (length > 0 && length < sizeof data) {
        put_ca_data(out, data, length);
    }
}

/* KUBERNETES_EXEC_INFO says which version the plugin must speak and, if the kubeconfig asks for it, to which
 * cluster. */
static void put_exec_info(struct ks_buf *out, const struct ks_access *config)
{
    ks_buf_literal(out, "KUBERNETES_EXEC_INFO={\"apiVersion\":");
    ks_buf_json(out, config->exec.api_version);
    ks_buf_literal(out, ",\"kind\":\"ExecCredential\",\"spec\":{\"interactive\":false");
    if (config->exec.provide_cluster_info) {
        ks_buf_literal(out, ",\"cluster\":{\"server\":");
        ks_buf_json(out, config->server);
        ks_buf_printf(out, ",\"insecure-skip-tls-verify\":%s", config->insecure ? "true" : "false");
        if (!config->is_proxy_ours) { /* the plugin has the same environment as we */
            put_member(out, "proxy-url", config->proxy);
        }
        put_ca(out, &config->ca);
        put_member(out, "tls-server-name", config->tls_server_name);
        ks_buf_printf(out, ",\"config\":%s}", config->exec.cluster_config ? config->exec.cluster_config : "null");
    }
    ks_buf_literal(out, "}}");
}

static bool has_name(char *const *environment, size_t count, const char *entry)
{
    size_t length = strcspn(entry, "=") + 1;

    for (size_t i = 0; i < count; i++) {
        if (strncmp(environment[i], entry, length) == 0) {
            return true;
        }
    }
    return false;
}

static size_t list_length(char *const *list)
{
    size_t length = 0;

    while (list && list[length]) {
        length++;
    }
    return length;
}

/* Returns the info, the plugin's own variables (of two with one name the last), and those of ours that the others do
 * not name. The strings are borrowed; the array is freed by the caller. NULL if out of memory. */
static char **make_environment(const struct ks_access *config, char *info)
{
    size_t used = 0;
    char **environment = calloc(list_length(environ) + list_length(config->exec.environment) + 2, sizeof *environment);

    if (!environment) {
        return NULL;
    }
    environment[used++] = info;
    for (char **entry = config->exec.environment; entry && *entry; entry++) {
        if (!has_name(entry + 1, list_length(entry + 1), *entry) && !has_name(environment, used, *entry)) {
            environment[used++] = *entry;
        }
    }
    for (char **entry = environ; *entry; entry++) {
        if (!has_name(environment, used, *entry)) {
            environment[used++] = *entry;
        }
    }
    return environment;
}

/* Says what the kubeconfig's author tells those who lack the plugin. */
static void describe_start(const struct ks_access *config, struct ks_error *err)
{
    char hint[HINT_SIZE];

    ks_error_wrap(err, "credential plugin");
    if (err && err->errnum == ENOENT && config->exec.install_hint) {
        if (!ks_utf8_line(hint, sizeof hint, config->exec.install_hint)) {
            ks_utf8_shorten(hint, sizeof hint);
        }
        append(err, ks_trim(hint, KS_SPACES));
    }
}

int ks_kube_exec_start(struct ks_kube_exec_run **out, struct ks_loop *loop, const struct ks_access *config,
                       ks_kube_exec_done *done, void *arg, struct ks_error *err)
{
    struct ks_kube_exec_run *run = calloc(1, sizeof *run);
    struct ks_buf info KS_CLEANUP_BUF;
    char **environment;
    int outcome = -1;

    ks_buf_init(&info, INFO_CEILING);
    put_exec_info(&info, config);
    environment = make_environment(config, info.data);
    if (!run || !environment || info.failed) {
        ks_error_memory(err);
    } else {
        const struct ks_process_options options = {.arguments = config->exec.arguments,
                                                   .environment = environment,
                                                   .timeout_ms = TIMEOUT_MS,
                                                   .output_ceiling = OUTPUT_CEILING,
                                                   .keeps_last_errors = true};

        *run = (struct ks_kube_exec_run){
            .done = done, .arg = arg, .program = config->exec.arguments[0], .environment = config->exec.environment};
        outcome = ks_process_start(&run->process, loop, &options, on_process_done, run, err);
        if (outcome) {
            describe_start(config, err);
        }
    }
    free(environment);
    if (outcome) {
        free(run);
        return -1;
    }
    *out = run;
    return 0;
}

void ks_kube_exec_cancel(struct ks_kube_exec_run *run)
{
    if (run) {
        ks_process_cancel(run->process);
        free(run);
    }
}
