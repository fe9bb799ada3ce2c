/* Makes a new file with one random secret. */
#include "config.h"

#include "auth/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/base64.h"
#include "base/buf.h"

#define RANDOM_BYTES 32
#define LINE_SIZE    64 /* 44 characters of base64, and a newline */

/* One call is enough: so few bytes are never interrupted, see random(7). */
static int make_line(struct ks_buf *line, struct ks_error *err)
{
    struct ks_base64_writer writer;
    unsigned char bytes[RANDOM_BYTES];

    if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes) {
        return ks_error_system(err, errno, "getrandom");
    }
    ks_base64_write_start(&writer, line);
    ks_base64_write(&writer, bytes, sizeof bytes);
    ks_base64_write_end(&writer);
    ks_buf_literal(line, "\n");
    explicit_bzero(&writer, sizeof writer);
    explicit_bzero(bytes, sizeof bytes);
    return ks_buf_check(line, err);
}

/* umask may have reduced the mode. A short write is a failure: nobody must use half a secret. */
static int fill(int fd, const struct ks_buf *line, struct ks_error *err)
{
    ssize_t count;

    if (fchmod(fd, S_IRUSR | S_IWUSR)) {
        return ks_error_system(err, errno, "chmod 0600");
    }
    count = write(fd, line->data, line->length);
    if (count >= 0 && (size_t)count != line->length) {
        return ks_error_system(err, ENOSPC, "can't be written");
    }
    return count < 0 || fsync(fd) ? ks_error_system(err, errno, "can't be written") : 0;
}

static int create(const char *path, const struct ks_buf *line, struct ks_error *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR);
    int outcome;

    if (fd < 0 && errno == EEXIST) {
        return ks_error_set(err, KS_ERROR_INVALID, "already exists, and is never overwritten; name another");
    }
    if (fd < 0) {
        return ks_error_system(err, errno, "can't be created");
    }
    outcome = fill(fd, line, err);
    if (close(fd) && outcome == 0) {
        outcome = ks_error_system(err, errno, "can't be written");
    }
    if (outcome) {
        unlink(path);
    }
    return outcome;
}

int ks_secret_file_create(const char *path, struct ks_error *err)
{
    struct ks_buf line KS_CLEANUP_BUF;
    int outcome;

    ks_buf_init(&line, LINE_SIZE);
    if (!path) {
        return ks_error_set(err, KS_ERROR_INVALID, "ks_secret_file_create: path must not be NULL");
    }
    outcome = make_line(&line, err) || create(path, &line, err) ? -1 : 0;
    if (line.capacity) {
        explicit_bzero(line.data, line.capacity);
    }
    return outcome ? ks_error_wrap(err, "secret file \"%s\"", path) : 0;
}
