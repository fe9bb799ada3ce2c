#include "config.h"

#include "auth/keyring.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "auth/nonces.h"
#include "auth/secret_file.h"
#include "base/clock.h"
#include "base/file_stamp.h"

/* Two locks, so that a thread that serves may wait for a swap of keys, but never for a file. */
struct ks_keyring {
    pthread_rwlock_t keys_lock;   /* for `file`; the refreshing thread may read it without */
    pthread_mutex_t refresh_lock; /* for everything else that changes, and for writing `file` */
    struct ks_secret_file file;
    uint64_t stamp;   /* of the file when it was last read */
    bool to_be_tried; /* the system failed, not the file: try again */
    struct ks_auth_nonces *nonces;
    const struct ks_log *log;
    char *path;
};

static const char component[] = "secret";

/* One call is enough: so few bytes are never interrupted, see random(7). */
static int fill_random(unsigned char *bytes, size_t length, struct ks_error *err)
{
    return getrandom(bytes, length, 0) == (ssize_t)length ? 0 : ks_error_system(err, errno, "getrandom");
}

static void warn_of_readers(const struct ks_keyring *keyring, const struct ks_secret_file *file)
{
    if (file->readable_by_others) {
        ks_log(
            keyring->log, KS_LOG_WARNING, component,
            "secret file \"%s\": others may read it; do: chmod o-r FILE, or set the Secret volume's defaultMode: 0440",
            keyring->path);
    }
}

static int make_nonces(struct ks_keyring *keyring, bool forgets, struct ks_error *err)
{
    struct ks_auth_nonces_options options = {.capacity = KS_AUTH_NONCES_DEFAULT,
                                             .not_before = forgets ? ks_clock_wall() : 0};
    int outcome = fill_random(options.hash_key, sizeof options.hash_key, err)
                      ? -1
                      : ks_auth_nonces_new(&keyring->nonces, &options, err);

    explicit_bzero(&options, sizeof options);
    return outcome;
}

static int init(struct ks_keyring *keyring, const char *path, bool forgets, struct ks_error *err)
{
    keyring->path = strdup(path);
    if (!keyring->path) {
        return ks_error_memory(err);
    }
    keyring->stamp = ks_file_stamp_at(path);
    return ks_secret_file_load(&keyring->file, path, NULL, err) || make_nonces(keyring, forgets, err) ? -1 : 0;
}

int ks_keyring_new(struct ks_keyring **keyring, const char *path, bool forgets, const struct ks_log *log,
                   struct ks_error *err)
{
    struct ks_keyring *made = calloc(1, sizeof *made);

    if (!made) {
        return ks_error_memory(err);
    }
    /* Readers that always overlap must not keep the writer out. */
    made->keys_lock = (pthread_rwlock_t)PTHREAD_RWLOCK_WRITER_NONRECURSIVE_INITIALIZER_NP;
    made->refresh_lock = (pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER;
    made->log = log;
    if (init(made, path, forgets, err)) {
        ks_keyring_free(made);
        return -1;
    }
    warn_of_readers(made, &made->file);
    *keyring = made;
    return 0;
}

void ks_keyring_free(struct ks_keyring *keyring)
{
    if (!keyring) {
        return;
    }
    ks_secret_file_fini(&keyring->file);
    ks_auth_nonces_free(keyring->nonces);
    pthread_rwlock_destroy(&keyring->keys_lock);
    pthread_mutex_destroy(&keyring->refresh_lock);
    free(keyring->path);
    free(keyring);
}

/* Keys that left the file live until their last claim is released. */
static void swap_file(struct ks_keyring *keyring, const struct ks_secret_file *file)
{
    struct ks_secret_file old;

    pthread_rwlock_wrlock(&keyring->keys_lock);
    old = keyring->file;
    keyring->file = *file;
    pthread_rwlock_unlock(&keyring->keys_lock);
    ks_secret_file_fini(&old);
}

static void reload(struct ks_keyring *keyring, bool has_changed)
{
    struct ks_secret_file file;
    struct ks_error error;

    if (ks_secret_file_load(&file, keyring->path, &keyring->file.keys, &error)) {
        keyring->to_be_tried = error.kind == KS_ERROR_SYSTEM || error.kind == KS_ERROR_MEMORY;
        if (has_changed) {
            ks_log(keyring->log, KS_LOG_ERROR, component, "%s; the keys in use stay", error.text);
        }
        return;
    }
    keyring->to_be_tried = false;
    swap_file(keyring, &file);
    ks_log(keyring->log, KS_LOG_INFO, component, "secret file \"%s\": read again, %zu key%s, %s in use", keyring->path,
           file.keys.count, file.keys.count == 1 ? "" : "s", ks_auth_key_id(file.keys.keys[0]));
    warn_of_readers(keyring, &file);
}

void ks_keyring_refresh(struct ks_keyring *keyring)
{
    uint64_t stamp;
    bool has_changed;

    pthread_mutex_lock(&keyring->refresh_lock);
    stamp = ks_file_stamp_at(keyring->path);
    has_changed = stamp != keyring->stamp;
    keyring->stamp = stamp;
    if (has_changed || keyring->to_be_tried) {
        reload(keyring, has_changed);
    }
    pthread_mutex_unlock(&keyring->refresh_lock);
}

void ks_keyring_claim_fini(struct ks_keyring_claim *claim)
{
    ks_auth_key_unref(claim->key);
    *claim = (struct ks_keyring_claim){.key = NULL};
}

bool ks_keyring_verify(struct ks_keyring *keyring, const struct ks_auth_request *request, const char *header,
                       int64_t now, struct ks_keyring_claim *claim, char text[static KS_AUTH_TEXT_SIZE])
{
    struct ks_auth_claim found;
    enum ks_auth_verdict verdict;

    *claim = (struct ks_keyring_claim){.key = NULL};
    text[0] = '\0';
    pthread_rwlock_rdlock(&keyring->keys_lock);
    verdict = ks_auth_verify(&found, &keyring->file.keys, request, header && header[0] ? header : NULL, now);
    if (verdict == KS_AUTH_OK) {
        claim->key = ks_auth_key_ref(found.key);
    }
    pthread_rwlock_unlock(&keyring->keys_lock);
    if (verdict == KS_AUTH_OK) {
        memcpy(claim->mac, found.mac, sizeof claim->mac);
        verdict = ks_auth_nonces_take(keyring->nonces, &found, now);
    }
    if (verdict != KS_AUTH_OK) {
        ks_keyring_claim_fini(claim);
        ks_auth_explain(verdict, &found, now, text);
    }
    return verdict == KS_AUTH_OK;
}

int ks_keyring_sign(struct ks_keyring *keyring, const struct ks_auth_request *request,
                    char header[static KS_AUTH_HEADER_SIZE], struct ks_keyring_claim *claim, struct ks_error *err)
{
    struct ks_auth_stamp stamp = {.time_ms = ks_clock_wall()};
    struct ks_auth_signature signature;

    *claim = (struct ks_keyring_claim){.key = NULL};
    if (fill_random(stamp.nonce, sizeof stamp.nonce, err)) {
        return -1;
    }
    pthread_rwlock_rdlock(&keyring->keys_lock);
    claim->key = ks_auth_key_ref(keyring->file.keys.keys[0]);
    pthread_rwlock_unlock(&keyring->keys_lock);
    if (ks_auth_sign(&signature, claim->key, request, &stamp, err)) {
        ks_keyring_claim_fini(claim);
        return -1;
    }
    memcpy(header, signature.header, KS_AUTH_HEADER_SIZE);
    memcpy(claim->mac, signature.mac, sizeof claim->mac);
    return 0;
}

int ks_keyring_sign_answer(const struct ks_keyring_claim *claim, int status, const void *body, size_t length,
                           char header[static KS_AUTH_HEADER_SIZE], struct ks_error *err)
{
    struct ks_auth_answer *answer;

    if (ks_auth_answer_new(&answer, claim->key, claim->mac, status, err)) {
        return -1;
    }
    ks_auth_answer_add(answer, body, length);
    ks_auth_answer_sign(answer, header);
    ks_auth_answer_free(answer);
    return 0;
}

int ks_keyring_verify_answer(const struct ks_keyring_claim *claim, int status, const void *body, size_t length,
                             const char *header, struct ks_error *err)
{
    struct ks_auth_answer *answer;
    enum ks_auth_verdict verdict;

    if (ks_auth_answer_new(&answer, claim->key, claim->mac, status, err)) {
        return -1;
    }
    ks_auth_answer_add(answer, body, length);
    verdict = ks_auth_answer_verify(answer, header && header[0] ? header : NULL);
    ks_auth_answer_free(answer);
    return verdict == KS_AUTH_OK ? 0 : ks_error_set(err, KS_ERROR_FORBIDDEN, "%s", ks_auth_answer_explain(verdict));
}
