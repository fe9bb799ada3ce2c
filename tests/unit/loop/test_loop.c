#include "config.h"

#include "support/testing.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "loop/loop.h"

#define LONG_MS  20000 /* ends a test that hangs */
#define STALL_MS 500   /* longer than a busy machine stops us */

static int set_up(void **state)
{
    struct ks_loop *loop;
    struct ks_error err;

    assert_int_equal(ks_loop_new(&loop, &err), 0);
    *state = loop;
    return 0;
}

static int tear_down(void **state)
{
    ks_loop_free(*state);
    return 0;
}

/* Runs until something stops it. */
static void run(struct ks_loop *loop)
{
    struct ks_error err = {.text = ""};
    int64_t deadline = ks_clock_monotonic() + LONG_MS;

    assert_int_equal(ks_loop_run(loop, deadline, &err), 0);
    assert_true(ks_clock_monotonic() < deadline);
}

/* The events in their order, as letters. */
static char seen[64];

struct letter {
    struct ks_timer timer;
    struct ks_timer *other; /* started, or stopped, when it fires */
    int again;
    char letter;
};

static void note(char letter)
{
    size_t length = strlen(seen);

    assert_true(length + 1 < sizeof seen);
    seen[length] = letter;
    seen[length + 1] = '\0';
}

static void fire(void *arg)
{
    struct letter *letter = arg;

    note(letter->letter);
    if (letter->again > 0) {
        letter->again--;
        ks_timer_start(&letter->timer, 0);
    }
}

static void fire_and_stop_other(void *arg)
{
    struct letter *letter = arg;

    note(letter->letter);
    ks_timer_stop(letter->other);
}

static void stop(void *arg)
{
    note('.');
    ks_loop_stop(arg);
}

static void timers_fire_once_in_the_order_of_their_times(void **state)
{
    struct letter letters[] = {{.letter = 'c'}, {.letter = 'a'}, {.letter = 'b'}, {.letter = 'x'}, {.letter = 'd'}};
    static const int64_t delays[] = {20, 0, 10, 5, 20};
    struct ks_timer end;

    seen[0] = '\0';
    for (size_t i = 0; i < COUNT(letters); i++) {
        ks_timer_init(&letters[i].timer, *state, fire, &letters[i]);
        ks_timer_start(&letters[i].timer, delays[i]);
    }
    ks_timer_init(&end, *state, stop, *state);
    ks_timer_start(&end, 30);
    ks_timer_stop(&letters[3].timer);
    ks_timer_stop(&letters[3].timer);
    assert_false(letters[3].timer.running);
    run(*state);
    assert_string_equal(seen, "abcd.");
    assert_false(letters[0].timer.running);
}

static void starting_a_running_timer_moves_it(void **state)
{
    struct letter moved = {.letter = 'm'};
    struct letter other = {.letter = 'o'};
    struct ks_timer end;

    seen[0] = '\0';
    ks_timer_init(&moved.timer, *state, fire, &moved);
    ks_timer_init(&other.timer, *state, fire, &other);
    ks_timer_init(&end, *state, stop, *state);
    ks_timer_start(&moved.timer, 0);
    ks_timer_start(&other.timer, 1);
    ks_timer_start(&moved.timer, 10);
    ks_timer_start(&end, 20);
    run(*state);
    assert_string_equal(seen, "om.");
}

static void a_timer_may_start_itself_and_stop_others(void **state)
{
    struct letter again = {.letter = 'r', .again = 2};
    struct letter stopped = {.letter = 's'};
    struct letter stopping = {.letter = 't', .other = &stopped.timer};
    struct ks_timer end;

    seen[0] = '\0';
    ks_timer_init(&again.timer, *state, fire, &again);
    ks_timer_init(&stopped.timer, *state, fire, &stopped);
    ks_timer_init(&stopping.timer, *state, fire_and_stop_other, &stopping);
    ks_timer_init(&end, *state, stop, *state);
    ks_timer_start(&stopping.timer, 0);
    ks_timer_start(&stopped.timer, 0);
    ks_timer_start(&again.timer, 1);
    ks_timer_start(&end, STALL_MS);
    run(*state);
    assert_string_equal(seen, "trrr.");
}

static void a_timer_is_not_early(void **state)
{
    int64_t begin = ks_clock_monotonic();
    struct ks_timer end;

    ks_timer_init(&end, *state, stop, *state);
    ks_timer_start(&end, 25);
    run(*state);
    assert_true(ks_clock_monotonic() - begin >= 25);
}

/* A pipe whose reading end is watched, and what it reported. */
struct watched {
    struct ks_descriptor descriptor;
    struct ks_loop *loop;
    int writer;
    short revents;
};

static void watched_init(struct watched *watched, struct ks_loop *loop, void (*ready)(void *arg, short revents))
{
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    *watched = (struct watched){.loop = loop, .writer = ends[1]};
    ks_descriptor_init(&watched->descriptor, loop, ready, watched);
    ks_descriptor_watch(&watched->descriptor, ends[0], POLLIN);
}

static void watched_fini(struct watched *watched)
{
    ks_descriptor_stop(&watched->descriptor);
    close(watched->descriptor.fd);
    if (watched->writer >= 0) {
        close(watched->writer);
    }
}

static void note_events(void *arg, short revents)
{
    struct watched *watched = arg;

    watched->revents = revents;
    ks_loop_stop(watched->loop);
}

static void a_descriptor_reports_data(void **state)
{
    struct watched watched;

    watched_init(&watched, *state, note_events);
    assert_int_equal(write(watched.writer, "x", 1), 1);
    run(*state);
    assert_int_equal(watched.revents, POLLIN);
    watched_fini(&watched);
}

/* A pipe without a writer has POLLHUP alone, which libcurl does not report. */
static void a_descriptor_reports_a_hang_up(void **state)
{
    struct watched watched;

    watched_init(&watched, *state, note_events);
    close(watched.writer);
    watched.writer = -1;
    run(*state);
    assert_int_equal(watched.revents, POLLHUP);
    watched_fini(&watched);
}

static void on_one_of_many(void *arg, short revents)
{
    struct ks_descriptor *descriptor = arg;

    (void)revents;
    ks_descriptor_stop(descriptor);
    ks_loop_stop(descriptor->loop);
}

/* 64 checks may run while 64 files are listed: a pidfd and two pipes each. */
static void hundreds_of_descriptors_are_watched(void **state)
{
    static struct ks_descriptor descriptors[2 * 64 * 3 + 8];
    int ends[2];

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    for (size_t i = 0; i < COUNT(descriptors); i++) {
        int end = dup(ends[0]);

        assert_true(end >= 0);
        ks_descriptor_init(&descriptors[i], *state, on_one_of_many, &descriptors[i]);
        ks_descriptor_watch(&descriptors[i], end, POLLIN);
    }
    assert_int_equal(write(ends[1], "x", 1), 1);
    run(*state);
    for (size_t i = 0; i < COUNT(descriptors); i++) {
        assert_false(descriptors[i].watched);
        close(descriptors[i].fd);
    }
    close(ends[0]);
    close(ends[1]);
}

static void a_descriptor_may_be_written_to(void **state)
{
    struct watched watched;

    watched_init(&watched, *state, note_events);
    ks_descriptor_stop(&watched.descriptor);
    ks_descriptor_watch(&watched.descriptor, watched.writer, POLLOUT);
    run(*state);
    assert_int_equal(watched.revents, POLLOUT);
    watched_fini(&watched);
}

static struct watched *pair[2];

/* Whichever is called first stops the other. */
static void stop_both(void *arg, short revents)
{
    (void)arg;
    (void)revents;
    note('1');
    ks_descriptor_stop(&pair[0]->descriptor);
    ks_descriptor_stop(&pair[1]->descriptor);
}

static void a_descriptor_that_was_stopped_is_not_called(void **state)
{
    struct watched one;
    struct watched other;
    struct ks_timer end;

    seen[0] = '\0';
    watched_init(&one, *state, stop_both);
    watched_init(&other, *state, stop_both);
    pair[0] = &one;
    pair[1] = &other;
    assert_int_equal(write(one.writer, "x", 1), 1);
    assert_int_equal(write(other.writer, "x", 1), 1);
    ks_timer_init(&end, *state, stop, *state);
    ks_timer_start(&end, STALL_MS);
    run(*state);
    assert_string_equal(seen, "1.");
    watched_fini(&one);
    watched_fini(&other);
}

static void a_run_ends_at_its_deadline(void **state)
{
    struct ks_error err;
    int64_t begin = ks_clock_monotonic();

    assert_int_equal(ks_loop_run(*state, begin + 20, &err), 0);
    assert_in_range(ks_clock_monotonic() - begin, 20, LONG_MS);
    assert_int_equal(ks_loop_run(*state, begin, &err), 0);
}

static void count_turns(void *arg)
{
    ++*(int *)arg;
}

static void after_is_called_once_per_turn(void **state)
{
    struct letter letters[] = {{.letter = 'a'}, {.letter = 'b'}};
    struct ks_timer end;
    int turns = 0;

    seen[0] = '\0';
    for (size_t i = 0; i < COUNT(letters); i++) {
        ks_timer_init(&letters[i].timer, *state, fire, &letters[i]);
        ks_timer_start(&letters[i].timer, 0);
    }
    ks_timer_init(&end, *state, stop, *state);
    ks_timer_start(&end, 0);
    ks_loop_set_after(*state, count_turns, &turns);
    run(*state);
    assert_string_equal(seen, "ab.");
    assert_int_equal(turns, 1);
}

static void *stop_from_outside(void *arg)
{
    const struct timespec moment = {.tv_nsec = 20000000};

    nanosleep(&moment, NULL);
    ks_loop_stop(arg);
    return NULL;
}

static void another_thread_may_stop_it(void **state)
{
    pthread_t thread;

    assert_int_equal(pthread_create(&thread, NULL, stop_from_outside, *state), 0);
    run(*state);
    pthread_join(thread, NULL);
    /* It stops only one run: the next one continues until its own end. */
    a_run_ends_at_its_deadline(state);
}

static void a_stop_before_the_run_is_not_lost(void **state)
{
    ks_loop_stop(*state);
    run(*state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(timers_fire_once_in_the_order_of_their_times, set_up, tear_down),
        cmocka_unit_test_setup_teardown(starting_a_running_timer_moves_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_timer_may_start_itself_and_stop_others, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_timer_is_not_early, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_descriptor_reports_data, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_descriptor_reports_a_hang_up, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hundreds_of_descriptors_are_watched, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_descriptor_may_be_written_to, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_descriptor_that_was_stopped_is_not_called, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_run_ends_at_its_deadline, set_up, tear_down),
        cmocka_unit_test_setup_teardown(after_is_called_once_per_turn, set_up, tear_down),
        cmocka_unit_test_setup_teardown(another_thread_may_stop_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_stop_before_the_run_is_not_lost, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
