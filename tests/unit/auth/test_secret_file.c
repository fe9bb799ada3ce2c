#include "config.h"

#include "support/in_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "auth/secret_file.h"

#define ONE   "the first of all secrets"
#define TWO   "the second of the secrets"
#define THREE "0123456789abcdef"

static char folder[] = "/tmp/test_secret_file.XXXXXX";

static const char *write_file(const char *name, const void *text, size_t length, mode_t mode)
{
    const char *path = in_folder(folder, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, length), length);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
    return path;
}

static const char *write_text(const char *text)
{
    return write_file("secret", text, strlen(text), 0600);
}

/* The known secrets that the keys belong to: "13" are the first and the third. */
static const char *names_of(const struct ks_auth_keys *keys)
{
    static const char *const secrets[] = {ONE, TWO, THREE};
    static char names[KS_AUTH_KEYS_MOST + 1];

    for (size_t i = 0; i < keys->count; i++) {
        names[i] = '?';
        for (size_t j = 0; j < COUNT(secrets); j++) {
            if (ks_auth_key_is_of(keys->keys[i], secrets[j], strlen(secrets[j]))) {
                names[i] = (char)('1' + j);
            }
        }
    }
    names[keys->count] = '\0';
    return names;
}

static void a_line_is_a_key_and_the_first_is_in_use(void **state)
{
    static const struct {
        const char *text, *names;
    } rows[] = {
        {ONE, "1"},
        {ONE "\n", "1"},
        {ONE "\r\n" TWO "\r\n", "12"},
        {TWO "\n" ONE "\n" THREE, "213"},
        {"\n \t\n# " TWO "\n  # short\n#\n\t " ONE " \t\n\n", "1"},
        {ONE "\n" ONE "\n" TWO "\n" ONE "\n", "12"},
        {"\xef\xbb\xbf" ONE "\n" TWO, "12"},
        {"\xef\xbb\xbf# " TWO "\n" ONE, "1"},
        {ONE "\n\xef\xbb\xbf" TWO, "1?"},
        {ONE " # no remark\n", "?"},
        {"sch\xc3\xb6ne Gr\xc3\xbc\xc3\x9f"
         "e allen",
         "?"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct ks_secret_file file = {.readable_by_others = true};
        struct ks_error err = {.text = ""};
        int outcome = ks_secret_file_load(&file, write_text(rows[i].text), NULL, &err);

        assert_row_text(rows[i].text, err.text, "");
        assert_row_number(rows[i].text, outcome, 0);
        assert_row_text(rows[i].text, names_of(&file.keys), rows[i].names);
        assert_false(file.readable_by_others);
        ks_secret_file_fini(&file);
    }
}

static void assert_refused(const char *path, enum ks_error_kind kind, const char *reason)
{
    struct ks_secret_file file = {.keys.count = 77};
    struct ks_error err = {.text = ""};
    char wanted[KS_ERROR_TEXT_SIZE];

    snprintf(wanted, sizeof wanted, "secret file \"%s\": %s", path, reason);
    assert_row_number(reason, ks_secret_file_load(&file, path, NULL, &err), -1);
    assert_row_text(reason, err.text, wanted);
    assert_row_number(reason, err.kind, kind);
    assert_row_number(reason, (int64_t)file.keys.count, 77);
}

static void errors_name_the_line(void **state)
{
    static const struct {
        const char *text, *reason;
        enum ks_error_kind kind;
    } rows[] = {
        {"", "no secret in it; kube-shields --new-secret FILE makes one", KS_ERROR_INVALID},
        {"\n# " ONE "\n\n", "no secret in it; kube-shields --new-secret FILE makes one", KS_ERROR_INVALID},
        {ONE "\n  too short  \n", "line 2: 9 bytes: must be at least 16; kube-shields --new-secret FILE makes one",
         KS_ERROR_INVALID},
        {"x", "line 1: 1 byte: must be at least 16; kube-shields --new-secret FILE makes one", KS_ERROR_INVALID},
        {"\n\n" ONE "\x01\n", "line 3: a control character at byte 25: must be text", KS_ERROR_INVALID},
        {ONE "\t" TWO, "line 1: a control character at byte 25: must be text", KS_ERROR_INVALID},
        {"0123456789abcdef0\n0123456789abcdef1\n0123456789abcdef2\n0123456789abcdef3\n0123456789abcdef4\n"
         "0123456789abcdef5\n0123456789abcdef6\n0123456789abcdef7\n#\n0123456789abcdef8\n",
         "line 10: too many secrets: must be at most 8", KS_ERROR_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        assert_refused(write_text(rows[i].text), rows[i].kind, rows[i].reason);
    }
    assert_refused(write_file("secret", "0123456789abcdef\0x\n", 19, 0600), KS_ERROR_INVALID,
                   "line 1: a control character at byte 17: must be text");
    assert_refused(write_file("secret", "\0", 1, 0600), KS_ERROR_INVALID,
                   "line 1: 1 byte: must be at least 16; kube-shields --new-secret FILE makes one");
}

static void sizes_are_bounded(void **state)
{
    static char text[KS_SECRET_FILE_MOST + 1];
    struct ks_secret_file file;
    struct ks_error err;

    (void)state;
    memset(text, 'x', sizeof text);
    assert_refused(write_file("secret", text, 1025, 0600), KS_ERROR_LIMIT, "line 1: 1025 bytes: must be at most 1024");
    assert_refused(write_file("secret", text, sizeof text, 0600), KS_ERROR_LIMIT, "must be at most 65536 bytes");
    text[0] = '#';
    text[sizeof text - 2 - 1024] = '\n';
    assert_int_equal(ks_secret_file_load(&file, write_file("secret", text, sizeof text - 1, 0600), NULL, &err), 0);
    assert_int_equal(file.keys.count, 1);
    ks_secret_file_fini(&file);
    assert_refused("/dev/zero", KS_ERROR_INVALID, "is a device, socket or FIFO: must be a regular file");
}

static void other_writers_are_refused_and_other_readers_reported(void **state)
{
    static const struct {
        mode_t mode;
        bool readable_by_others;
        const char *reason; /* or NULL */
    } rows[] = {
        {0600, false, NULL},
        {0400, false, NULL},
        {0440, false, NULL},
        {0644, true, NULL},
        {0604, true, NULL},
        {0620, false, "mode 0620: others may write to it; do: chmod go-w FILE"},
        {0602, false, "mode 0602: others may write to it; do: chmod go-w FILE"},
        {0666, true, "mode 0666: others may write to it; do: chmod go-w FILE"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *path = write_file("secret", ONE, strlen(ONE), rows[i].mode);
        struct ks_secret_file file;
        struct ks_error err;

        if (rows[i].reason) {
            assert_refused(path, KS_ERROR_INVALID, rows[i].reason);
        } else {
            assert_int_equal(ks_secret_file_load(&file, path, NULL, &err), 0);
            assert_int_equal(file.readable_by_others, rows[i].readable_by_others);
            ks_secret_file_fini(&file);
        }
        assert_int_equal(unlink(path), 0);
    }
}

static void anything_but_a_file_is_refused_without_waiting(void **state)
{
    const char *fifo = in_folder(folder, "fifo");
    const char *loop = in_folder(folder, "loop");

    (void)state;
    assert_int_equal(mkfifo(fifo, 0600), 0);
    assert_int_equal(symlink("loop", loop), 0);
    assert_refused(in_folder(folder, "missing"), KS_ERROR_NOT_FOUND,
                   "no such file; kube-shields --new-secret FILE makes one");
    assert_refused(folder, KS_ERROR_INVALID, "is a folder: must be a regular file");
    assert_refused(fifo, KS_ERROR_INVALID, "is a device, socket or FIFO: must be a regular file");
    assert_refused(loop, KS_ERROR_SYSTEM, "can't be read: Too many levels of symbolic links");
    if (geteuid() != 0) {
        char reason[128];

        snprintf(reason, sizeof reason, "user %u may not read it: Permission denied", geteuid());
        assert_refused(write_file("unreadable", ONE, strlen(ONE), 0200), KS_ERROR_SYSTEM, reason);
    }
}

/* The same key, not another of the same secret. */
static void kept_keys_are_not_stretched_again(void **state)
{
    struct ks_secret_file before;
    struct ks_secret_file after;
    struct ks_error err;

    (void)state;
    assert_int_equal(ks_secret_file_load(&before, write_text(ONE "\n" TWO "\n"), NULL, &err), 0);
    assert_int_equal(ks_secret_file_load(&after, write_text(THREE "\n" ONE "\n"), &before.keys, &err), 0);
    assert_string_equal(names_of(&after.keys), "31");
    assert_ptr_equal(after.keys.keys[1], before.keys.keys[0]);
    ks_secret_file_fini(&before);
    assert_string_equal(names_of(&after.keys), "31");
    ks_secret_file_fini(&after);
}

static void a_new_secret_is_random_private_and_accepted(void **state)
{
    mode_t before = umask(0377); /* the strangest one changes nothing */
    struct ks_secret_file files[2];
    struct ks_error err;

    (void)state;
    for (size_t i = 0; i < COUNT(files); i++) {
        const char *path = in_folder(folder, i ? "new1" : "new0");
        struct stat status;

        assert_int_equal(ks_secret_file_create(path, &err), 0);
        assert_int_equal(stat(path, &status), 0);
        assert_int_equal(status.st_mode, S_IFREG | 0600);
        assert_int_equal(status.st_size, 45);
        assert_int_equal(ks_secret_file_load(&files[i], path, NULL, &err), 0);
        assert_int_equal(files[i].keys.count, 1);
    }
    umask(before);
    assert_string_not_equal(ks_auth_key_id(files[0].keys.keys[0]), ks_auth_key_id(files[1].keys.keys[0]));
    ks_secret_file_fini(&files[0]);
    ks_secret_file_fini(&files[1]);
}

static void assert_not_created(const char *path, const char *reason)
{
    struct ks_error err;
    char wanted[KS_ERROR_TEXT_SIZE];

    snprintf(wanted, sizeof wanted, "secret file \"%s\": %s", path, reason);
    assert_int_equal(ks_secret_file_create(path, &err), -1);
    assert_row_text(path, err.text, wanted);
}

static void nothing_is_ever_overwritten(void **state)
{
    static const char taken[] = "already exists, and is never overwritten; name another";
    const char *link = in_folder(folder, "dangling");
    const char *path = write_text(ONE);
    struct ks_secret_file file;
    struct ks_error err;

    (void)state;
    assert_not_created(path, taken);
    assert_int_equal(ks_secret_file_load(&file, path, NULL, &err), 0);
    assert_string_equal(names_of(&file.keys), "1");
    ks_secret_file_fini(&file);
    assert_int_equal(symlink("nowhere", link), 0);
    assert_not_created(link, taken);
    assert_int_not_equal(access(in_folder(folder, "nowhere"), F_OK), 0);
    assert_not_created(folder, taken);
    assert_not_created(in_folder(folder, "missing/secret"), "can't be created: No such file or directory");
    assert_not_created("", "can't be created: No such file or directory");
    assert_int_equal(ks_secret_file_create(NULL, &err), -1);
    assert_int_equal(err.kind, KS_ERROR_INVALID);
    assert_string_equal(err.text, "ks_secret_file_create: path must not be NULL");
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"secret", "fifo", "loop", "unreadable", "new0", "new1", "dangling"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        unlink(in_folder(folder, names[i]));
    }
    return rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_is_a_key_and_the_first_is_in_use),
        cmocka_unit_test(errors_name_the_line),
        cmocka_unit_test(sizes_are_bounded),
        cmocka_unit_test(other_writers_are_refused_and_other_readers_reported),
        cmocka_unit_test(anything_but_a_file_is_refused_without_waiting),
        cmocka_unit_test(kept_keys_are_not_stretched_again),
        cmocka_unit_test(a_new_secret_is_random_private_and_accepted),
        cmocka_unit_test(nothing_is_ever_overwritten),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
