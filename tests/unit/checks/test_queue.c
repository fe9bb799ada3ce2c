/* The choice of the next check, as a story: `a1` is due, `A1` is due and patient, `-a1` has run, `~a1` is gone. The
 * letter is the service. After each word, all checks that may start do, and are listed in that order. */
#include "config.h"

#include "support/testing.h"

#include "checks/queue.h"

#define CHECKS 10
#define NAMES  26

struct check {
    struct ks_queue_entry entry;
    char service[2];
    int number;
};

struct story {
    struct ks_queue queue;
    struct check checks[NAMES][CHECKS];
    int64_t now;
    struct ks_buf seen;
};

static struct check *get(struct story *story, const char *word)
{
    char letter = (char)(word[0] | 0x20);
    struct check *check = &story->checks[letter - 'a'][word[1] - '0'];
    struct ks_error err;

    if (!check->entry.service) {
        check->service[0] = letter;
        check->number = word[1] - '0';
        check->entry.owner = check;
        check->entry.is_patient = word[0] != letter;
        assert_int_equal(ks_queue_add(&story->queue, &check->entry, check->service, &err), 0);
    }
    return check;
}

static void play(struct story *story, const char *word)
{
    struct ks_queue_entry *entry;

    story->now++;
    if (word[0] == '-') {
        ks_queue_end(&story->queue, &get(story, word + 1)->entry);
    } else if (word[0] == '~') {
        ks_queue_remove(&story->queue, &get(story, word + 1)->entry);
    } else {
        ks_queue_wait(&get(story, word)->entry, story->now);
    }
    while ((entry = ks_queue_next(&story->queue))) {
        const struct check *check = entry->owner;

        assert_ptr_equal(entry, &check->entry);
        ks_buf_printf(&story->seen, "%s%s%d", story->seen.length ? " " : "", check->service, check->number);
    }
}

static void begin(struct story *story, size_t places)
{
    *story = (struct story){.now = 0};
    ks_queue_init(&story->queue, places);
    ks_buf_init(&story->seen, CEILING);
}

static void play_all(struct story *story, const char *words)
{
    for (; *words; words += strcspn(words, " "), words += *words == ' ') {
        play(story, words);
    }
}

static void end(struct story *story)
{
    for (size_t i = 0; i < NAMES; i++) {
        for (size_t j = 0; j < CHECKS; j++) {
            ks_queue_remove(&story->queue, &story->checks[i][j].entry);
        }
    }
    assert_null(story->queue.services);
    assert_int_equal(story->queue.running, 0);
    assert_int_equal(story->queue.patient, 0);
    ks_buf_fini(&story->seen);
}

static void the_next_check_is_chosen_fairly(void **state)
{
    static const struct {
        const char *rule;
        size_t places;
        const char *words, *begun;
    } rows[] = {
        {"no more checks run than there are places", 2, "a1 b1 c1", "a1 b1"},
        {"a check that ends makes room", 2, "a1 b1 c1 -a1", "a1 b1 c1"},
        {"a check runs once at a time", 4, "a1 a1 a1", "a1"},
        {"a check waits once", 1, "a1 b1 b1 -a1 -b1", "a1 b1"},
        {"0 places mean 1", 0, "a1 b1", "a1"},
        {"a removed check frees its place", 1, "a1 b1 ~a1", "a1 b1"},
        {"a removed check no longer waits", 1, "a1 b1 c1 ~b1 -a1", "a1 c1"},
        {"a waiting check may give up", 1, "a1 b1 c1 -b1 -a1", "a1 c1"},

        {"a service's check that has waited longest runs first", 1, "b1 a2 a1 a3 -b1 -a2 -a1", "b1 a2 a1 a3"},
        {"services take turns", 1, "a1 a2 a3 b1 b2 -a1 -b1 -a2 -b2", "a1 b1 a2 b2 a3"},
        {"a service with many checks has no advantage", 1, "a1 a2 a3 a4 a5 b1 -a1 c1 -b1", "a1 b1 c1"},
        {"the service whose last run is oldest runs first", 1, "a1 -a1 b1 -b1 c1 b2 a2 -c1 -a2", "a1 b1 c1 a2 b2"},

        {"a single service uses all places", 3, "a1 a2 a3 a4", "a1 a2 a3"},
        {"a service leaves one place if there are others", 3, "b1 -b1 a1 a2 a3 a4", "b1 a1 a2"},
        {"other services have room at once", 3, "b1 -b1 a1 a2 a3 a4 b1 -b1 c1 -c1 b1", "b1 a1 a2 b1 c1 b1"},
        {"a service that hangs can use a place that it frees", 3, "b1 -b1 a1 a2 a3 -a1", "b1 a1 a2 a3"},
        {"a single place is not shared", 1, "b1 -b1 a1 b1 a2 -a1", "b1 a1 b1"},
        {"two places are one for each service", 2, "b1 -b1 a1 a2 b1 b2", "b1 a1 b1"},

        {"patient checks of all services leave one place", 4, "A1 B1 C1 D1 e1 -e1 f1 -f1 g1", "a1 b1 c1 e1 f1 g1"},
        {"other checks of the same service can use that place", 4, "A1 A2 A3 A4 a5 -a5 a6", "a1 a2 a3 a5 a6"},
        {"one service's patient checks also leave a place for other services", 4, "b1 -b1 A1 A2 A3 C1 b1",
         "b1 a1 a2 c1 b1"},
        {"with two places, a patient check does not block its own service", 2, "b1 -b1 A1 a2 -a2 b1 a3", "b1 a1 a2 b1"},
        {"patient checks keep their order, however often others run", 4, "b1 -b1 A1 A2 C1 B2 C2 b1 -a1",
         "b1 a1 a2 c1 b1 b2"},
        {"patient checks of services take turns", 2, "A1 A2 B1 -a1 -b1", "a1 b1 a2"},
        {"a waiting patient check does not block later checks", 4, "b1 A1 A2 A3 A4 a5 a6", "b1 a1 a2 a5"},
        {"a patient check can use a single place", 1, "A1 b1 -a1", "a1 b1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;

        begin(&story, rows[i].places);
        play_all(&story, rows[i].words);
        assert_row_text(rows[i].rule, story.seen.data, rows[i].begun);
        end(&story);
    }
}

static void the_oldest_check_has_waited_longest(void **state)
{
    static const struct {
        const char *words;
        const char *oldest;
        int64_t since;
    } rows[] = {
        {"a1", "", 0},     {"a1 b1", "b1", 2},        {"a1 b1 c1 a2", "b1", 2}, {"a1 c1 a2 b1 -a1", "a2", 3},
        {"a1 -a1", "", 0}, {"a1 b1 c1 ~b1", "c1", 3}, {"a1 b1 b1", "b1", 2},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;
        const struct ks_queue_entry *oldest;
        const struct check *check;
        char name[16] = "";

        begin(&story, 1);
        play_all(&story, rows[i].words);
        oldest = ks_queue_oldest(&story.queue);
        if (oldest) {
            check = oldest->owner;
            snprintf(name, sizeof name, "%s%d", check->service, check->number);
        }
        assert_row_text(rows[i].words, name, rows[i].oldest);
        assert_row_number(rows[i].words, oldest ? oldest->since : 0, rows[i].since);
        end(&story);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_next_check_is_chosen_fairly),
        cmocka_unit_test(the_oldest_check_has_waited_longest),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
