#include "config.h"

#include "base/secret_read.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/read_all.h"
#include "base/trim.h"
#include "base/utf8.h"

static int secret_init(struct ks_secret_text *secret, size_t size, struct ks_error *err)
{
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (memory == MAP_FAILED) {
        (void)ks_error_memory(err);
        return -1;
    }
    (void)mlock(memory, size);
    (void)madvise(memory, size, MADV_DONTDUMP);
    *secret = (struct ks_secret_text){.text = memory, .size = size};
    return 0;
}

void ks_secret_text_fini(struct ks_secret_text *secret)
{
    if (secret->text) {
        explicit_bzero(secret->text, secret->size);
        munmap(secret->text, secret->size);
    }
    *secret = (struct ks_secret_text){.text = NULL};
}

static int check_type(int fd, struct stat *status, struct ks_error *err)
{
    if (fstat(fd, status)) {
        return ks_error_system(err, errno, "can't be read");
    }
    if (!S_ISREG(status->st_mode)) {
        return ks_error_set(err, KS_ERROR_INVALID, "is %s: must be a regular file",
                            S_ISDIR(status->st_mode) ? "a folder" : "a device, socket or FIFO");
    }
    return 0;
}

/* Asks for one byte more than is allowed, which shows that there is more. */
static int fill(struct ks_secret_text *secret, int fd, size_t most, struct ks_error *err)
{
    ssize_t length = ks_read_all(fd, secret->text, most + 1);

    if (length < 0) {
        return ks_error_system(err, errno, "can't be read");
    }
    if ((size_t)length > most) {
        return ks_error_set(err, KS_ERROR_LIMIT, "must be at most %zu bytes", most);
    }
    secret->text[length] = '\0';
    secret->length = (size_t)length;
    return 0;
}

static int read_opened(struct ks_secret_text *secret, int fd, size_t most, struct ks_error *err)
{
    struct stat status;

    if (check_type(fd, &status, err) || secret_init(secret, most + 1, err)) {
        return -1;
    }
    secret->status = status;
    if (fill(secret, fd, most, err)) {
        ks_secret_text_fini(secret);
        return -1;
    }
    return 0;
}

int ks_secret_read(struct ks_secret_text *secret, const char *path, size_t most, struct ks_error *err)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    int outcome;

    if (fd < 0) {
        (void)ks_error_system(err, errno, "can't be read");
        return -1;
    }
    outcome = read_opened(secret, fd, most, err);
    close(fd);
    return outcome;
}

/* Nothing but visible ASCII, so that nothing else can follow a token into a request. */
static bool is_token(const char *text, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        if (text[i] <= ' ' || text[i] > '~') {
            return false;
        }
    }
    return length > 0;
}

/* The text stays where its memory begins, or it could not be released. */
static void drop_mark(struct ks_secret_text *file)
{
    size_t mark = ks_utf8_mark(file->text, file->length);

    file->length -= mark;
    memmove(file->text, file->text + mark, file->length + 1);
}

int ks_token_read(struct ks_secret_text *token, const char *path, size_t most, struct ks_error *err)
{
    struct ks_secret_text file;

    if (ks_secret_read(&file, path, most, err)) {
        return -1;
    }
    drop_mark(&file);
    file.length = ks_trimmed_length(file.text, file.length, KS_SPACES);
    file.text[file.length] = '\0';
    if (!is_token(file.text, file.length)) {
        ks_secret_text_fini(&file);
        return ks_error_set(err, KS_ERROR_INVALID, "must be one token of visible ASCII on one line");
    }
    *token = file;
    return 0;
}
