#include "config.h"

#include "auth/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/read_all.h"
#include "base/utf8.h"

#define BLANKS    " \t\r"
#define MAKES_ONE "kube-shields --new-secret FILE makes one"

/* Memory that is neither swapped nor dumped, where the system allows it. NULL without. */
static char *get_memory(void)
{
    char *memory = mmap(NULL, KS_SECRET_FILE_MOST + 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        return NULL;
    }
    (void)mlock(memory, KS_SECRET_FILE_MOST + 1);
    (void)madvise(memory, KS_SECRET_FILE_MOST + 1, MADV_DONTDUMP);
    return memory;
}

static void drop_memory(char *memory)
{
    explicit_bzero(memory, KS_SECRET_FILE_MOST + 1);
    munmap(memory, KS_SECRET_FILE_MOST + 1);
}

/* Without O_NONBLOCK a FIFO of that name would never be opened. */
static int open_file(const char *path, struct ks_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd >= 0) {
        return fd;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return ks_error_set(err, KS_ERROR_NOT_FOUND, "no such file; " MAKES_ONE);
    }
    if (errno == EACCES) {
        return ks_error_system(err, errno, "user %u may not read it", geteuid());
    }
    return ks_error_system(err, errno, "can't be read");
}

static int check_status(int fd, struct stat *status, struct ks_error *err)
{
    if (fstat(fd, status)) {
        return ks_error_system(err, errno, "can't be read");
    }
    if (!S_ISREG(status->st_mode)) {
        return ks_error_set(err, KS_ERROR_INVALID, "is %s: accepted is a file",
                            S_ISDIR(status->st_mode) ? "a folder" : "no regular file");
    }
    if (status->st_mode & (S_IWGRP | S_IWOTH)) {
        return ks_error_set(err, KS_ERROR_INVALID, "mode %04o: others may write to it; do: chmod go-w FILE",
                            status->st_mode & 07777U);
    }
    return 0;
}

/* All of it; one byte more than is accepted tells that there is more. -1 or the length. */
static ssize_t read_secret(int fd, char *memory, struct ks_error *err)
{
    ssize_t length = ks_read_all(fd, memory, KS_SECRET_FILE_MOST + 1);

    if (length < 0) {
        return ks_error_system(err, errno, "can't be read");
    }
    return length <= KS_SECRET_FILE_MOST ? length
                                         : ks_error_set(err, KS_ERROR_LIMIT, "more than %d bytes", KS_SECRET_FILE_MOST);
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
        return ks_error_set(err, KS_ERROR_INVALID, "%zu byte%s: at least %d are needed; " MAKES_ONE, length,
                            length == 1 ? "" : "s", KS_AUTH_SECRET_LEAST);
    }
    if (length > KS_AUTH_SECRET_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "%zu bytes: accepted are up to %d", length, KS_AUTH_SECRET_MOST);
    }
    for (size_t i = 0; i < length; i++) {
        if ((unsigned char)secret[i] < ' ' || secret[i] == 0x7f) {
            return ks_error_set(err, KS_ERROR_INVALID, "a control character at byte %zu: accepted is text", i + 1);
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
        return 0; /* twice the same */
    }
    if (keys->count == KS_AUTH_KEYS_MOST) {
        return ks_error_set(err, KS_ERROR_LIMIT, "one more than the %d secrets that are accepted", KS_AUTH_KEYS_MOST);
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

        while (line < last && strchr(BLANKS, *line) && *line) {
            line++;
        }
        while (last > line && strchr(BLANKS, last[-1]) && last[-1]) {
            last--;
        }
        if (line < last && *line != '#' && add_key(keys, known, line, (size_t)(last - line), err)) {
            return ks_error_wrap(err, "line %zu", number);
        }
        line = next;
    }
    return keys->count ? 0 : ks_error_set(err, KS_ERROR_INVALID, "no secret in it; " MAKES_ONE);
}

static int load(struct ks_secret_file *file, int fd, const struct ks_auth_keys *known, struct ks_error *err)
{
    struct stat status;
    ssize_t length;
    char *memory;
    int outcome;

    if (check_status(fd, &status, err)) {
        return -1;
    }
    memory = get_memory();
    if (!memory) {
        return ks_error_memory(err);
    }
    length = read_secret(fd, memory, err);
    outcome = length < 0 ? -1 : parse(&file->keys, known, memory, (size_t)length, err);
    drop_memory(memory);
    file->readable_by_others = status.st_mode & S_IROTH;
    return outcome;
}

int ks_secret_file_load(struct ks_secret_file *file, const char *path, const struct ks_auth_keys *known,
                        struct ks_error *err)
{
    struct ks_secret_file loaded = {.readable_by_others = false};
    int fd = ks_auth_init(err) ? -1 : open_file(path, err);
    int outcome = -1;

    if (fd >= 0) {
        outcome = load(&loaded, fd, known, err);
        close(fd);
    }
    if (outcome) {
        ks_secret_file_fini(&loaded);
        return ks_error_wrap(err, "secret file %s", path);
    }
    *file = loaded;
    return 0;
}

void ks_secret_file_fini(struct ks_secret_file *file)
{
    ks_auth_keys_fini(&file->keys);
}
