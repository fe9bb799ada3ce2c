/* A descriptor is read to its end, in whatever parts the data arrives. */
#include "config.h"

#include "support/testing.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/read_all.h"

static void on_alarm(int signal_number)
{
    (void)signal_number;
}

/* Starts a child that writes 3 bytes `count` times, with a pause before each. */
static int start_writer(pid_t *writer, int count)
{
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    *writer = fork();
    assert_true(*writer >= 0);
    if (*writer == 0) {
        for (int i = 0; i < count; i++) {
            usleep(20000);
            if (write(ends[1], "abc", 3) != 3) {
                _exit(1);
            }
        }
        _exit(0);
    }
    close(ends[1]);
    return ends[0];
}

static void pieces_are_joined_despite_signals(void **state)
{
    const struct itimerval often = {.it_interval = {.tv_usec = 1000}, .it_value = {.tv_usec = 1000}};
    const struct itimerval never = {.it_value = {.tv_usec = 0}};
    const struct sigaction action = {.sa_handler = on_alarm};
    char data[16] = "";
    pid_t writer;
    int fd = start_writer(&writer, 3);

    (void)state;
    assert_int_equal(sigaction(SIGALRM, &action, NULL), 0);
    assert_int_equal(setitimer(ITIMER_REAL, &often, NULL), 0);
    assert_int_equal(ks_read_all(fd, data, sizeof data), 9);
    assert_int_equal(setitimer(ITIMER_REAL, &never, NULL), 0);
    assert_string_equal(data, "abcabcabc");
    close(fd);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
}

static void reading_stops_at_the_size(void **state)
{
    char data[] = "........";
    pid_t writer;
    int fd = start_writer(&writer, 2);

    (void)state;
    assert_int_equal(ks_read_all(fd, data, 4), 4);
    assert_string_equal(data, "abca....");
    close(fd);
    assert_int_equal(waitpid(writer, NULL, 0), writer);
}

static void an_empty_file_has_nothing(void **state)
{
    int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    char data[1];

    (void)state;
    assert_int_equal(ks_read_all(fd, data, sizeof data), 0);
    close(fd);
}

static void a_read_error_says_why(void **state)
{
    int fd = open("/", O_RDONLY | O_CLOEXEC);
    char data[1];

    (void)state;
    assert_int_equal(ks_read_all(fd, data, sizeof data), -1);
    assert_int_equal(errno, EISDIR);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_are_joined_despite_signals),
        cmocka_unit_test(reading_stops_at_the_size),
        cmocka_unit_test(an_empty_file_has_nothing),
        cmocka_unit_test(a_read_error_says_why),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
