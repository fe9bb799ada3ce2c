#include "config.h"

#include "access/pem_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/file_stamp.h"
#include "base/secret_read.h"

#define FILE_MOST ((size_t)1 << 20) /* bytes; the roots of a whole system have 220 kB */

static bool has(const void *data, size_t length, const char *words)
{
    return data && memmem(data, length, words, strlen(words)) != NULL;
}

/* A file that is being written may lack its end. */
static int check_pem(const struct ks_secret_text *content, struct ks_error *err)
{
    if (!has(content->text, content->length, "-----BEGIN ") || !has(content->text, content->length, "-----END ")) {
        return ks_error_set(err, KS_ERROR_INVALID, "must be PEM: -----BEGIN …");
    }
    return 0;
}

static int take(struct ks_pem_file *file, const struct ks_secret_text *content, struct ks_error *err)
{
    bool is_first = !file->text;
    char *text;

    if (!is_first && file->length == content->length && memcmp(file->text, content->text, content->length) == 0) {
        return 0;
    }
    text = malloc(content->length);
    if (!text) {
        return ks_error_memory(err);
    }
    memcpy(text, content->text, content->length);
    ks_pem_file_fini(file);
    *file = (struct ks_pem_file){.text = text, .length = content->length, .is_replacement = !is_first};
    return 0;
}

static int read_again(struct ks_pem_file *file, const char *path, struct ks_error *err)
{
    KS_CLEANUP_SECRET_TEXT struct ks_secret_text content = {.text = NULL};

    return ks_secret_read(&content, path, FILE_MOST, err) || check_pem(&content, err) || take(file, &content, err) ? -1
                                                                                                                   : 0;
}

int ks_pem_file_read(struct ks_pem_file *file, const char *path, struct ks_error *err)
{
    uint64_t stamp = ks_file_stamp_at(path);
    struct ks_error error;

    if (file->stamp == stamp) {
        return 0;
    }
    if (read_again(file, path, &error) == 0) {
        file->stamp = stamp;
        return 0;
    }
    if (!file->text) {
        *err = error;
        return -1;
    }
    return 0;
}

void ks_pem_file_fini(struct ks_pem_file *file)
{
    if (file->text) {
        explicit_bzero(file->text, file->length);
        free(file->text);
    }
    *file = (struct ks_pem_file){.text = NULL};
}

bool ks_pem_is_encrypted(const void *data, size_t length)
{
    return has(data, length, "-----BEGIN ENCRYPTED PRIVATE KEY-----") || has(data, length, "Proc-Type: 4,ENCRYPTED");
}
