#include "config.h"

#include "support/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "listen.h"

static char folder[32];

static int set_up(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/test_listen.XXXXXX");
    assert_non_null(mkdtemp(folder));
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    /* Fails if a test has left a file. */
    assert_int_equal(rmdir(folder), 0);
    return 0;
}

static struct ks_address unix_address(const char *name)
{
    struct ks_address address = {.type = KS_ADDRESS_UNIX, .fd = -1};

    snprintf(address.host, sizeof address.host, "%s/%s", folder, name);
    return address;
}

static bool connects(const struct ks_address *address)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool connected;

    memcpy(name.sun_path, address->host, strlen(address->host) + 1);
    connected = connect(fd, (struct sockaddr *)&name, sizeof name) == 0;
    close(fd);
    return connected;
}

static void assert_refused(const struct ks_address *address, enum ks_error_kind kind, const char *reason)
{
    struct ks_error err = {.text = ""};
    int fd = -7;

    assert_int_equal(listen_open(&fd, address, 0660, &err), -1);
    assert_int_equal(fd, -7);
    assert_int_equal(err.kind, kind);
    assert_row_part(address->host, err.text, reason);
    assert_row_part(address->host, err.text, address->host);
}

static void a_unix_socket_has_its_permissions_and_is_removed_at_the_end(void **state)
{
    static const mode_t modes[] = {0600, 0660, 0666, 0777};
    mode_t mask = umask(022);

    (void)state;
    for (size_t i = 0; i < COUNT(modes); i++) {
        const struct ks_address address = unix_address("socket");
        struct ks_error err;
        struct stat status;
        int fd;

        assert_int_equal(listen_open(&fd, &address, modes[i], &err), 0);
        assert_true(listen_is_socket(fd));
        assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
        assert_int_equal(stat(address.host, &status), 0);
        assert_int_equal(status.st_mode & 0777, modes[i]);
        assert_true(connects(&address));
        listen_close(fd, &address);
        assert_int_equal(stat(address.host, &status), -1);
    }
    umask(mask);
}

static void a_stale_socket_is_replaced(void **state)
{
    const struct ks_address address = unix_address("socket");
    struct ks_error err;
    int fd;

    (void)state;
    assert_int_equal(listen_open(&fd, &address, 0660, &err), 0);
    close(fd);
    assert_false(connects(&address));
    assert_int_equal(listen_open(&fd, &address, 0660, &err), 0);
    assert_true(connects(&address));
    listen_close(fd, &address);
}

static void a_socket_in_use_and_other_files_are_left_alone(void **state)
{
    const struct ks_address address = unix_address("socket");
    const struct ks_address file = unix_address("file");
    const struct ks_address link_to_socket = unix_address("link");
    const struct ks_address nowhere = unix_address("missing/socket");
    struct ks_error err;
    int fd;

    (void)state;
    assert_int_equal(listen_open(&fd, &address, 0660, &err), 0);
    assert_refused(&address, KS_ERROR_INVALID, ": another process listens on it");
    assert_true(connects(&address));

    close(open(file.host, O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
    assert_refused(&file, KS_ERROR_INVALID, ": a file that is not a socket is in the way");
    assert_int_equal(unlink(file.host), 0);

    assert_int_equal(symlink(address.host, link_to_socket.host), 0);
    assert_refused(&link_to_socket, KS_ERROR_INVALID, ": a file that is not a socket is in the way");
    assert_int_equal(unlink(link_to_socket.host), 0);

    assert_refused(&nowhere, KS_ERROR_SYSTEM, ": No such file or directory");
    listen_close(fd, &address);
}

/* A free port. */
static uint16_t free_port(void)
{
    struct sockaddr_in name = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t size = sizeof name;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_int_equal(bind(fd, (struct sockaddr *)&name, sizeof name), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
    close(fd);
    return ntohs(name.sin_port);
}

static void tcp_listens_only_on_its_port(void **state)
{
    struct ks_address address = {.type = KS_ADDRESS_TCP, .host = "127.0.0.1", .port = free_port(), .fd = -1};
    struct sockaddr_in name;
    socklen_t size = sizeof name;
    struct ks_error err;
    int other = -7;
    int fd;

    (void)state;
    assert_int_equal(listen_open(&fd, &address, 0660, &err), 0);
    assert_true(listen_is_socket(fd));
    assert_int_equal(getsockname(fd, (struct sockaddr *)&name, &size), 0);
    assert_int_equal(ntohs(name.sin_port), address.port);
    assert_int_equal(ntohl(name.sin_addr.s_addr), INADDR_LOOPBACK);
    assert_int_equal(listen_open(&other, &address, 0660, &err), -1);
    assert_int_equal(err.errnum, EADDRINUSE);
    listen_close(fd, &address);
    /* Listening again at once works, although the port had connections. */
    assert_int_equal(listen_open(&fd, &address, 0660, &err), 0);
    listen_close(fd, &address);
}

static void a_host_without_an_address_is_named(void **state)
{
    const struct ks_address address = {.type = KS_ADDRESS_TCP, .host = "256.0.0.1.invalid", .port = 1, .fd = -1};

    (void)state;
    assert_refused(&address, KS_ERROR_INVALID, "tcp:256.0.0.1.invalid:1: ");
}

static void a_descriptor_must_be_a_listening_socket(void **state)
{
    struct ks_address address = unix_address("socket");
    struct ks_address handed = {.type = KS_ADDRESS_FD};
    struct ks_error err;
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    int pair[2];
    int fd;

    (void)state;
    assert_int_equal(listen_open(&fd, &address, 0660, &err), 0);
    handed.fd = fd;
    fd = -1;
    assert_int_equal(listen_open(&fd, &handed, 0660, &err), 0);
    assert_int_equal(fd, handed.fd);
    listen_close(fd, &address);

    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    assert_false(listen_is_socket(pair[0]));
    assert_false(listen_is_socket(null));
    assert_false(listen_is_socket(-1));
    handed.fd = null;
    assert_int_equal(listen_open(&fd, &handed, 0660, &err), -1);
    assert_row_part("names it", err.text, ": must be a listening socket");
    close(null);
    close(pair[0]);
    close(pair[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_unix_socket_has_its_permissions_and_is_removed_at_the_end, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stale_socket_is_replaced, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_socket_in_use_and_other_files_are_left_alone, set_up, tear_down),
        cmocka_unit_test(tcp_listens_only_on_its_port),
        cmocka_unit_test(a_host_without_an_address_is_named),
        cmocka_unit_test_setup_teardown(a_descriptor_must_be_a_listening_socket, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
