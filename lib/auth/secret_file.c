#include "config.h"

#include "auth/secret_file.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/secret_read.h"
#include "base/trim.h"
#include "base/utf8.h"

#define SPACES    " \t\r"
#define MAKES_ONE "kube-shields --new-secret FILE makes one"

/* Says what to do about a file that cannot be read. */
static int explain(struct ks_error *err, const struct ks_error *error)
{
    if (error->errnum == ENOENT || error->errnum == ENOTDIR) {
        return ks_error_set(err, KS_ERROR_NOT_FOUND, "no such file; " MAKES_ONE);
    }
    if (error->errnum == EACCES) {
        return ks_error_system(err, EACCES, "user %u may not read it", geteuid());
    }
    return ks_error_set(err, error->kind, "%s", error->text);
}

static int check_mode(mode_t mode, struct ks_error *err)
{
    if (mode & (S_IWGRP | S_IWOTH)) {
        return ks_error_set(err, KS_ERROR_INVALID, "mode %04o: others may write to it; do: chmod go-w FILE",
                            mode & 07777U);
    }
    return 0;
}

static struct ks_auth_key *find_key(const struct ks_auth_keys *keys, const char *secret, size_t length)
{
    for (size_t i = 0; keys && i < keys->count; i++) {
        if (ks_auth_key_is_of(keys->keys[i], secret, length)) {
            return keys->keys[i];
        }
    }
    return NULL;
}

static int check_secret(const char *secret, size_t length, struct ks_error *err)
{
    if (length < KS_AUTH_SECRET_LEAST) {
        return ks_error_set(err, KS_ERROR_INVALID, "%zu byte%s: must be at least %d; " MAKES_ONE, length,
                            length == 1 ? "" : "s", KS_AUTH_SECRET_LEAST);
    }
    if (length > KS_AUTH_SECRET_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "%zu bytes: must be at most %d", length, KS_AUTH_SECRET_MOST);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)secret[i] < ' ' || secret[i] == 0x7f) {
            return ks_error_set(err, KS_ERROR_INVALID, "a control character at byte %zu: must be text", i + 1);
        }
    }
    return 0;
}

static int add_key(struct ks_auth_keys *keys, const struct ks_auth_keys *known, const char *secret, size_t length,
                   struct ks_error *err)
{
    struct ks_auth_key *key;

    if (check_secret(secret, length, err)) {
        return -1;
    }
    if (find_key(keys, secret, length)) {
        return 0; /* the same secret twice */
    }
    if (keys->count == KS_AUTH_KEYS_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "too many secrets: must be at most %d", KS_AUTH_KEYS_MOST);
    }
    key = find_key(known, secret, length);
    if (key) {
        ks_auth_key_ref(key);
    } else if (ks_auth_key_make(&key, secret, length, err)) {
        return -1;
    }
    keys->keys[keys->count++] = key;
    return 0;
}

static int parse(struct ks_auth_keys *keys, const struct ks_auth_keys *known, const char *text, size_t length,
                 struct ks_error *err)
{
    const char *end = text + length;
    size_t number = 1;

    for (const char *line = text + ks_utf8_mark(text, length); line < end; number++) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));
        const char *last = newline ? newline : end;
        const char *next = newline ? newline + 1 : end;
        size_t trimmed;

        line += strspn(line, SPACES); /* ends at `last`, which is a newline or the NUL */
        trimmed = ks_trimmed_length(line, (size_t)(last - line), SPACES);
        if (trimmed && *line != '#' && add_key(keys, known, line, trimmed, err)) {
            return ks_error_wrap(err, "line %zu", number);
        }
        line = next;
    }
    return keys->count ? 0 : ks_error_set(err, KS_ERROR_INVALID, "no secret in it; " MAKES_ONE);
}

static int load(struct ks_secret_file *file, const char *path, const struct ks_auth_keys *known, struct ks_error *err)
{
    KS_CLEANUP_SECRET_TEXT struct ks_secret_text secret = {.text = NULL};
    struct ks_error error;

    if (ks_auth_init(err)) {
        return -1;
    }
    if (ks_secret_read(&secret, path, KS_SECRET_FILE_MOST, &error)) {
        return explain(err, &error);
    }
    file->readable_by_others = secret.status.st_mode & S_IROTH;
    return check_mode(secret.status.st_mode, err) || parse(&file->keys, known, secret.text, secret.length, err) ? -1
                                                                                                                : 0;
}

int ks_secret_file_load(struct ks_secret_file *file, const char *path, const struct ks_auth_keys *known,
                        struct ks_error *err)
{
    struct ks_secret_file loaded = {.readable_by_others = false};

    if (load(&loaded, path, known, err)) {
        ks_secret_file_fini(&loaded);
        return ks_error_wrap(err, "secret file \"%s\"", path);
    }
    *file = loaded;
    return 0;
}

void ks_secret_file_fini(struct ks_secret_file *file)
{
    ks_auth_keys_fini(&file->keys);
}
