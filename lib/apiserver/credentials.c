#include "config.h"

#include "apiserver/credentials.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/backoff.h"
#include "base/base64.h"
#include "base/clock.h"
#include "apiserver/exec.h"
#include "base/file_stamp.h"
#include "base/secret.h"
#include "base/secret_read.h"

#define TOKEN_MOST (64 * 1024) /* bytes; service account tokens have about 1 KiB */
#define LASTED_MS  60000       /* what is refused sooner is probably refused again */

struct ks_kube_credentials {
    const struct ks_access *config;
    struct ks_loop *loop;
    void (*changed)(void *arg);
    void *arg;
    uint64_t generation;
    bool valid;
    bool is_refused; /* the server does not take them */
    char *header;
    uint64_t token_stamp; /* of the token file as it was read; 0: read it again */
    struct ks_kube_exec_run *run;
    struct ks_kube_exec_answer answer;
    bool came_expired;       /* it had expired when it came */
    struct ks_error failure; /* of the last run of the plugin */
    bool has_failure;
    struct ks_backoff backoff;  /* of a plugin that fails */
    int64_t retry_at;           /* CLOCK_MONOTONIC, ms: when it may run again */
    int64_t answered_at;        /* CLOCK_MONOTONIC, ms */
    struct ks_backoff refusals; /* of answers that the server refuses at once */
};

int ks_kube_credentials_new(struct ks_kube_credentials **out, struct ks_loop *loop, const struct ks_access *config,
                            void (*changed)(void *arg), void *arg, struct ks_error *err)
{
    struct ks_kube_credentials *credentials = calloc(1, sizeof *credentials);

    if (!credentials) {
        return ks_error_memory(err);
    }
    credentials->loop = loop;
    credentials->config = config;
    credentials->changed = changed;
    credentials->arg = arg;
    *out = credentials;
    return 0;
}

void ks_kube_credentials_free(struct ks_kube_credentials *credentials)
{
    if (!credentials) {
        return;
    }
    ks_kube_exec_cancel(credentials->run);
    ks_kube_exec_answer_fini(&credentials->answer);
    ks_secret_free(credentials->header);
    free(credentials);
}

static int set_header(struct ks_kube_credentials *credentials, const char *scheme, const char *secret,
                      struct ks_error *err)
{
    char *header = NULL;

    if (asprintf(&header, "Authorization: %s %s", scheme, secret) < 0) {
        return ks_error_memory(err);
    }
    ks_secret_free(credentials->header);
    credentials->header = header;
    credentials->generation++;
    credentials->valid = true;
    credentials->is_refused = false;
    return 0;
}

static int read_token(struct ks_kube_credentials *credentials, struct ks_error *err)
{
    KS_CLEANUP_SECRET_TEXT struct ks_secret_text token = {.text = NULL};
    const char *path = credentials->config->token_file;

    if (ks_token_read(&token, path, TOKEN_MOST, err)) {
        return ks_error_wrap(err, "token file %s", path);
    }
    return set_header(credentials, "Bearer", token.text, err);
}

/* A mounted token changes when kubelet swaps a symbolic link. While the file cannot be read, the token that we have
 * will do, or the kubeconfig's, as for client-go. */
static enum ks_credentials_state prepare_file(struct ks_kube_credentials *credentials, struct ks_error *err)
{
    const struct ks_access *config = credentials->config;
    uint64_t stamp = ks_file_stamp_at(config->token_file);
    struct ks_error error;

    if (credentials->valid && credentials->token_stamp == stamp) {
        return KS_CREDENTIALS_READY;
    }
    credentials->token_stamp = 0;
    if (read_token(credentials, &error) == 0) {
        credentials->token_stamp = stamp;
        return KS_CREDENTIALS_READY;
    }
    if (credentials->valid) {
        return KS_CREDENTIALS_READY;
    }
    if (config->token) {
        return set_header(credentials, "Bearer", config->token, err) ? KS_CREDENTIALS_FAILED : KS_CREDENTIALS_READY;
    }
    if (err) {
        *err = error;
    }
    return KS_CREDENTIALS_FAILED;
}

static bool has_expired(const struct ks_kube_credentials *credentials)
{
    return credentials->answer.expires && credentials->answer.expires <= ks_clock_wall() / 1000;
}

/* Our clock may be wrong: what had expired when it came is for the server to judge, for a while. */
static bool is_usable(const struct ks_kube_credentials *credentials)
{
    bool is_fresh = ks_clock_monotonic() - credentials->answered_at < LASTED_MS;

    return credentials->valid && (!has_expired(credentials) || (credentials->came_expired && is_fresh));
}

static int use_answer(struct ks_kube_credentials *credentials, struct ks_error *err)
{
    if (credentials->answer.token) {
        return set_header(credentials, "Bearer", credentials->answer.token, err);
    }
    ks_secret_free(credentials->header);
    credentials->header = NULL;
    credentials->generation++;
    credentials->valid = true;
    credentials->is_refused = false;
    return 0;
}

static void on_exec_done(void *arg, struct ks_kube_exec_answer *answer, const struct ks_error *err)
{
    struct ks_kube_credentials *credentials = arg;

    credentials->run = NULL;
    credentials->answered_at = ks_clock_monotonic();
    credentials->has_failure = err != NULL;
    if (err) {
        credentials->failure = *err;
    } else {
        ks_kube_exec_answer_fini(&credentials->answer);
        credentials->answer = *answer;
        credentials->came_expired = has_expired(credentials);
        credentials->has_failure = use_answer(credentials, &credentials->failure) != 0;
    }
    if (credentials->has_failure) {
        credentials->retry_at = ks_clock_monotonic() + ks_backoff_next(&credentials->backoff);
    } else {
        credentials->backoff.failures = 0;
    }
    credentials->changed(credentials->arg);
}

static enum ks_credentials_state prepare_exec(struct ks_kube_credentials *credentials, struct ks_error *err)
{
    if (credentials->run) {
        return KS_CREDENTIALS_PENDING;
    }
    /* Several requests may ask: they share one failure. */
    if (credentials->has_failure && ks_clock_monotonic() < credentials->retry_at) {
        if (err) {
            *err = credentials->failure;
        }
        return KS_CREDENTIALS_FAILED;
    }
    if (is_usable(credentials)) {
        return KS_CREDENTIALS_READY;
    }
    if (credentials->is_refused && ks_clock_monotonic() < credentials->retry_at) {
        return KS_CREDENTIALS_READY; /* the server says once more what it thinks of them */
    }
    if (ks_kube_exec_start(&credentials->run, credentials->loop, credentials->config, on_exec_done, credentials, err)) {
        return KS_CREDENTIALS_FAILED;
    }
    return KS_CREDENTIALS_PENDING;
}

enum ks_credentials_state ks_kube_credentials_prepare(struct ks_kube_credentials *credentials, struct ks_error *err)
{
    const struct ks_access *config = credentials->config;

    if (config->token_file) {
        return prepare_file(credentials, err);
    }
    if (config->exec.arguments) {
        return prepare_exec(credentials, err);
    }
    if (!credentials->valid && config->token && set_header(credentials, "Bearer", config->token, err)) {
        return KS_CREDENTIALS_FAILED;
    }
    if (!credentials->valid && config->username) {
        char *text = ks_base64_encode_pair(config->username, config->password ? config->password : "");
        int outcome = text ? set_header(credentials, "Basic", text, err) : ks_error_memory(err);

        ks_secret_free(text);
        return outcome ? KS_CREDENTIALS_FAILED : KS_CREDENTIALS_READY;
    }
    return KS_CREDENTIALS_READY;
}

const char *ks_kube_credentials_header(const struct ks_kube_credentials *credentials)
{
    return credentials->header;
}

void ks_kube_credentials_certificate(const struct ks_kube_credentials *credentials,
                                     struct ks_http_material *certificate, struct ks_http_material *key)
{
    const struct ks_kube_exec_answer *answer = &credentials->answer;

    *certificate = (struct ks_http_material){.data = answer->certificate};
    *key = (struct ks_http_material){.data = answer->key};
    certificate->length = answer->certificate ? strlen(answer->certificate) : 0;
    key->length = answer->key ? strlen(answer->key) : 0;
}

uint64_t ks_kube_credentials_generation(const struct ks_kube_credentials *credentials)
{
    return credentials->generation;
}

/* A plugin may take long, and ask other servers. One whose answers are refused again and again runs less and less
 * often. */
static void put_off(struct ks_kube_credentials *credentials)
{
    int64_t now = ks_clock_monotonic();

    if (now - credentials->answered_at >= LASTED_MS) {
        credentials->refusals.failures = 0;
        credentials->retry_at = now;
    } else {
        credentials->retry_at = now + ks_backoff_next(&credentials->refusals);
    }
}

void ks_kube_credentials_refused(struct ks_kube_credentials *credentials, uint64_t generation)
{
    if (generation == credentials->generation && credentials->valid) {
        credentials->valid = false;
        credentials->is_refused = true;
        put_off(credentials);
    }
}
