/* Which check runs next, as a story: `a1` is due, `A1` is due and patient, `-a1` has run, `~a1` is gone. The letter is
 * the service. After each word, all checks that may start do, and are listed in that order. */
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
    struct ks_buf told;
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

static void tell(struct story *story, const char *word)
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
        ks_buf_printf(&story->told, "%s%s%d", story->told.length ? " " : "", check->service, check->number);
    }
}

static void begin(struct story *story, size_t places)
{
    *story = (struct story){.now = 0};
    ks_queue_init(&story->queue, places);
    ks_buf_init(&story->told, CEILING);
}

static void tell_all(struct story *story, const char *words)
{
    for (; *words; words += strcspn(words, " "), words += *words == ' ') {
        tell(story, words);
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
    ks_buf_fini(&story->told);
}

static void the_next_check_is_chosen_fairly(void **state)
{
    static const struct {
        const char *rule;
        size_t places;
        const char *words, *begun;
    } rows[] = {
        {"no more than places", 2, "a1 b1 c1", "a1 b1"},
        {"one that ends makes room", 2, "a1 b1 c1 -a1", "a1 b1 c1"},
        {"one runs once at a time", 4, "a1 a1 a1", "a1"},
        {"and waits once", 1, "a1 b1 b1 -a1 -b1", "a1 b1"},
        {"no places are one", 0, "a1 b1", "a1"},
        {"what is gone leaves its place", 1, "a1 b1 ~a1", "a1 b1"},
        {"what is gone waits no more", 1, "a1 b1 c1 ~b1 -a1", "a1 c1"},
        {"what waits may give up", 1, "a1 b1 c1 -b1 -a1", "a1 c1"},

        {"of a service, the longest waiting", 1, "b1 a2 a1 a3 -b1 -a2 -a1", "b1 a2 a1 a3"},
        {"services in turn", 1, "a1 a2 a3 b1 b2 -a1 -b1 -a2 -b2", "a1 b1 a2 b2 a3"},
        {"however many checks one has", 1, "a1 a2 a3 a4 a5 b1 -a1 c1 -b1", "a1 b1 c1"},
        {"whose run is longest ago", 1, "a1 -a1 b1 -b1 c1 b2 a2 -c1 -a2", "a1 b1 c1 a2 b2"},

        {"a service alone has all places", 3, "a1 a2 a3 a4", "a1 a2 a3"},
        {"but leaves one where there are others", 3, "b1 -b1 a1 a2 a3 a4", "b1 a1 a2"},
        {"for whom there is room at once", 3, "b1 -b1 a1 a2 a3 a4 b1 -b1 c1 -c1 b1", "b1 a1 a2 b1 c1 b1"},
        {"those who hang have it again", 3, "b1 -b1 a1 a2 a3 -a1", "b1 a1 a2 a3"},
        {"a single place is not shared", 1, "b1 -b1 a1 b1 a2 -a1", "b1 a1 b1"},
        {"two are one each", 2, "b1 -b1 a1 a2 b1 b2", "b1 a1 b1"},

        {"patient ones leave a place, whosesoever", 4, "A1 B1 C1 D1 e1 -e1 f1 -f1 g1", "a1 b1 c1 e1 f1 g1"},
        {"to others of their own service, too", 4, "A1 A2 A3 A4 a5 -a5 a6", "a1 a2 a3 a5 a6"},
        {"a service leaves one of those as well", 4, "b1 -b1 A1 A2 A3 C1 b1", "b1 a1 a2 c1 b1"},
        {"of two places it takes none of its own service's others", 2, "b1 -b1 A1 a2 -a2 b1 a3", "b1 a1 a2 b1"},
        {"in entry, however often the others run", 4, "b1 -b1 A1 A2 C1 B2 C2 b1 -a1", "b1 a1 a2 c1 b1 b2"},
        {"in turn", 2, "A1 A2 B1 -a1 -b1", "a1 b1 a2"},
        {"one that waits keeps none behind it", 4, "b1 A1 A2 A3 A4 a5 a6", "b1 a1 a2 a5"},
        {"a single place, all the same", 1, "A1 b1 -a1", "a1 b1"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct story story;

        begin(&story, rows[i].places);
        tell_all(&story, rows[i].words);
        assert_row_text(rows[i].rule, story.told.data, rows[i].begun);
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
        tell_all(&story, rows[i].words);
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
