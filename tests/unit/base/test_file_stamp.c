#include "config.h"

#include "support/in_folder.h"

#include <fcntl.h>
#include <unistd.h>

#include "base/file_stamp.h"

static char folder[] = "/tmp/test_file_stamp.XXXXXX";

static void write_file(const char *name, const char *text)
{
    int fd = open(in_folder(folder, name), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    assert_int_equal(close(fd), 0);
}

static bool has_changed(uint64_t *stamp, const char *path)
{
    uint64_t before = *stamp;

    *stamp = ks_file_stamp_at(path);
    assert_int_not_equal(*stamp, 0);
    return *stamp != before;
}

/* As kubelet does it: file → ..data/file, ..data → a folder with the version; ..data is replaced by rename. */
static void a_change_is_seen_once_also_through_a_swapped_link(void **state)
{
    uint64_t stamp = 0;
    char path[64];

    (void)state;
    snprintf(path, sizeof path, "%s", in_folder(folder, "mounted"));
    assert_int_equal(mkdir(in_folder(folder, "v1"), 0700), 0);
    assert_int_equal(mkdir(in_folder(folder, "v2"), 0700), 0);
    write_file("v1/file", "one");
    write_file("v2/file", "two");
    assert_true(has_changed(&stamp, path));
    assert_false(has_changed(&stamp, path)); /* still missing */
    assert_int_equal(symlink("v1", in_folder(folder, "..data")), 0);
    assert_int_equal(symlink("..data/file", path), 0);
    assert_true(has_changed(&stamp, path));
    assert_false(has_changed(&stamp, path));
    assert_int_equal(symlink("v2", in_folder(folder, "..new")), 0);
    assert_int_equal(rename(in_folder(folder, "..new"), in_folder(folder, "..data")), 0);
    assert_true(has_changed(&stamp, path));
    assert_false(has_changed(&stamp, path));
    assert_int_equal(chmod(in_folder(folder, "v2/file"), 0644), 0);
    assert_true(has_changed(&stamp, path));
    write_file("v2/file", "three");
    assert_true(has_changed(&stamp, path));
    assert_int_equal(unlink(path), 0);
    assert_true(has_changed(&stamp, path));
    assert_false(has_changed(&stamp, path));
}

static void the_stamp_of_a_path_is_that_of_its_status(void **state)
{
    struct stat status;

    (void)state;
    write_file("plain", "text");
    assert_int_equal(stat(in_folder(folder, "plain"), &status), 0);
    assert_true(ks_file_stamp(&status) == ks_file_stamp_at(in_folder(folder, "plain")));
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const names[] = {"v1/file", "v2/file", "..data", "plain"};

    (void)state;
    for (size_t i = 0; i < COUNT(names); i++) {
        unlink(in_folder(folder, names[i]));
    }
    return rmdir(in_folder(folder, "v1")) || rmdir(in_folder(folder, "v2")) || rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_is_seen_once_also_through_a_swapped_link),
        cmocka_unit_test(the_stamp_of_a_path_is_that_of_its_status),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
