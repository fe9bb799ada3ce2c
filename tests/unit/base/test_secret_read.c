#include "config.h"

#include "support/testing.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/secret_read.h"

#define MOST 16

static char folder[] = "/tmp/test_secret_read.XXXXXX";
static char path[sizeof folder + 16];

static void write_bytes(const char *bytes, size_t length)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, length), length);
    assert_int_equal(close(fd), 0);
}

static void assert_refused(const char *from, enum ks_error_kind kind, const char *text)
{
    struct ks_secret_text secret;
    struct ks_error err;

    assert_int_equal(ks_secret_read(&secret, from, MOST, &err), -1);
    assert_string_equal(err.text, text);
    assert_int_equal(err.kind, kind);
}

static void a_file_is_read_whole_up_to_a_limit(void **state)
{
    static const char bytes[] = "0123456789\0abcdefg";
    static const size_t lengths[] = {0, 1, MOST - 1, MOST};
    struct ks_error err;

    (void)state;
    for (size_t i = 0; i < COUNT(lengths); i++) {
        struct ks_secret_text secret;

        write_bytes(bytes, lengths[i]);
        assert_int_equal(ks_secret_read(&secret, path, MOST, &err), 0);
        assert_int_equal(secret.length, lengths[i]);
        assert_memory_equal(secret.text, bytes, lengths[i]);
        assert_int_equal(secret.text[lengths[i]], '\0');
        assert_int_equal(secret.status.st_size, lengths[i]);
        ks_secret_text_fini(&secret);
        assert_null(secret.text);
        ks_secret_text_fini(&secret);
    }
    write_bytes(bytes, MOST + 1);
    assert_refused(path, KS_ERROR_LIMIT, "must be at most 16 bytes");
}

static void anything_but_a_regular_file_is_refused_without_waiting(void **state)
{
    (void)state;
    unlink(path);
    assert_refused(path, KS_ERROR_SYSTEM, "can't be read: No such file or directory");
    assert_int_equal(mkfifo(path, 0600), 0);
    assert_refused(path, KS_ERROR_INVALID, "is a device, socket or FIFO: must be a regular file");
    assert_refused(folder, KS_ERROR_INVALID, "is a folder: must be a regular file");
    assert_refused("/dev/zero", KS_ERROR_INVALID, "is a device, socket or FIFO: must be a regular file");
    assert_int_equal(unlink(path), 0);
}

static void a_token_is_visible_ascii_on_one_line(void **state)
{
    static const struct {
        const char *text, *token; /* token: NULL if there is none */
    } rows[] = {
        {"sesame", "sesame"},
        {"sesame\n", "sesame"},
        {"sesame \t\r\n\n", "sesame"},
        {"!~", "!~"},
        {"\xef\xbb\xbfsesame\n", "sesame"},
        {"\xef\xbb\xbf", NULL},
        {"\xef\xbb\xbf\xef\xbb\xbfsesame", NULL},
        {"sesame\xef\xbb\xbf", NULL},
        {"", NULL},
        {"\n", NULL},
        {" sesame", NULL},
        {"open sesame", NULL},
        {"one\nX-Two: 2\n", NULL},
        {"s\xc3\xa9same", NULL},
        {"ses\x7f", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_secret_text token = {.text = NULL};
        struct ks_error err;
        int outcome;

        write_bytes(rows[i].text, strlen(rows[i].text));
        outcome = ks_token_read(&token, path, MOST, &err);
        if (rows[i].token) {
            assert_int_equal(outcome, 0);
            assert_string_equal(token.text, rows[i].token);
            assert_int_equal(token.length, strlen(rows[i].token));
        } else {
            assert_int_equal(outcome, -1);
            assert_int_equal(err.kind, KS_ERROR_INVALID);
            assert_string_equal(err.text, "must be one token of visible ASCII on one line");
        }
        ks_secret_text_fini(&token);
    }
    write_bytes("a\0b", 3);
    assert_int_equal(ks_token_read(&(struct ks_secret_text){.text = NULL}, path, MOST, &(struct ks_error){0}), -1);
}

static int set_up(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) {
        return -1;
    }
    snprintf(path, sizeof path, "%s/file", folder);
    return 0;
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
        cmocka_unit_test(a_file_is_read_whole_up_to_a_limit),
        cmocka_unit_test(anything_but_a_regular_file_is_refused_without_waiting),
        cmocka_unit_test(a_token_is_visible_ascii_on_one_line),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
