/* Secrets while memory runs out. */
#include "config.h"

#include "support/scarce_memory.h"

#include <fcntl.h>
#include <sodium.h>
#include <unistd.h>

#include "base/clock.h"
#include "auth/keyring.h"
#include "auth/secret_file.h"

#define ONE "the first of all secrets"
#define TWO "# first\n" ONE "\nthe second of the secrets\n"

static char folder[] = "/tmp/test_scarce_secrets.XXXXXX";
static char path[sizeof folder + 16];

/* libsodium's own memory. */
void *__real_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size);
int __real_crypto_pwhash(unsigned char *out, unsigned long long length, const char *password,
                         unsigned long long password_length, const unsigned char *salt, unsigned long long passes,
                         size_t memory, int algorithm);
int __wrap_crypto_pwhash(unsigned char *out, unsigned long long length, const char *password,
                         unsigned long long password_length, const unsigned char *salt, unsigned long long passes,
                         size_t memory, int algorithm);

void *__wrap_sodium_malloc(size_t size)
{
    return scarce_fails() ? NULL : __real_sodium_malloc(size);
}

int __wrap_crypto_pwhash(unsigned char *out, unsigned long long length, const char *password,
                         unsigned long long password_length, const unsigned char *salt, unsigned long long passes,
                         size_t memory, int algorithm)
{
    return scarce_fails()
               ? -1
               : __real_crypto_pwhash(out, length, password, password_length, salt, passes, memory, algorithm);
}

static int differs(struct ks_error *err, const char *seen)
{
    return ks_error_set(err, KS_ERROR_INVALID, "differs: %.400s", seen);
}

/* An unfinished file must not remain. */
static int create_secret(void *arg, struct ks_error *err)
{
    int outcome = ks_secret_file_create(path, err);
    bool is_left = unlink(path) == 0;

    (void)arg;
    return outcome && is_left ? differs(err, "a file is left") : outcome;
}

static int write_secrets(const char *text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ssize_t count = write(fd, text, strlen(text));

    return close(fd) || count != (ssize_t)strlen(text) ? -1 : 0;
}

static int load_secrets(void *arg, struct ks_error *err)
{
    struct ks_secret_file file;
    int outcome;

    (void)arg;
    if (write_secrets(TWO)) {
        return differs(err, "cannot write");
    }
    outcome = ks_secret_file_load(&file, path, NULL, err);
    if (outcome == 0) {
        outcome = file.keys.count == 2 ? 0 : differs(err, "keys");
        ks_secret_file_fini(&file);
    }
    return outcome;
}

/* id: of the key in use. */
static int converse(struct ks_keyring *keyring, char id[static KS_AUTH_KEY_ID_SIZE], struct ks_error *err)
{
    static const struct ks_auth_request get = {.method = "GET", .host = "eu.example.org", .target = "/services/?full"};
    struct ks_keyring_claim ours;
    struct ks_keyring_claim theirs;
    char header[KS_AUTH_HEADER_SIZE];
    char text[KS_AUTH_TEXT_SIZE];
    int outcome;

    if (ks_keyring_sign(keyring, &get, header, &ours, err)) {
        return -1;
    }
    memcpy(id, ks_auth_key_id(ours.key), KS_AUTH_KEY_ID_SIZE);
    outcome = ks_keyring_verify(keyring, &get, header, ks_clock_wall(), &theirs, text) ? 0 : differs(err, text);
    if (outcome == 0) {
        outcome = ks_keyring_sign_answer(&theirs, 200, "body", 4, header, err) ||
                          ks_keyring_verify_answer(&ours, 200, "body", 4, header, err)
                      ? -1
                      : 0;
    }
    ks_keyring_claim_fini(&ours);
    ks_keyring_claim_fini(&theirs);
    return outcome;
}

/* If new keys cannot be read, the old ones stay in use. Reading is tried again and again after "out of memory". */
static int follow_secrets(void *arg, struct ks_error *err)
{
    char ids[3][KS_AUTH_KEY_ID_SIZE];
    struct ks_keyring *keyring;
    int outcome;

    (void)arg;
    if (write_secrets(ONE)) {
        return differs(err, "cannot write");
    }
    if (ks_keyring_new(&keyring, path, true, NULL, err)) {
        return -1;
    }
    outcome = converse(keyring, ids[0], err);
    if (outcome == 0 && write_secrets("another than the secret of before")) {
        outcome = differs(err, "cannot write");
    }
    for (size_t i = 1; outcome == 0 && i < COUNT(ids); i++) {
        ks_keyring_refresh(keyring);
        outcome = converse(keyring, ids[i], err);
    }
    ks_keyring_free(keyring);
    return outcome == 0 && strcmp(ids[0], ids[2]) == 0 ? differs(err, "the old key") : outcome;
}

static void secrets_are_made_and_read(void **state)
{
    (void)state;
    scarce_tell("a new secret", create_secret, NULL);
    scarce_tell("secrets", load_secrets, NULL);
    scarce_tell("a secret that changes", follow_secrets, NULL);
}

static int set_up(void **state)
{
    struct ks_error err;

    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/secret", folder);
    return ks_auth_init(&err);
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(secrets_are_made_and_read),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
