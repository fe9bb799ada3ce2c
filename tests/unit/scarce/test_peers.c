/* Documents of peers while memory runs out: complete or not at all, and requested again. */
#include "config.h"

#include "support/scarce_store.h"

#include "peers/copy.h"
#include "support/peer_document_rows.h"

/* ---- reading ---- */

struct reading {
    const char *json;
    const char *wanted;
};

#define SEEN_MOST 4096

/* Allocates nothing itself. */
static int see_line(char *seen, const char *what, const char *one, const char *two)
{
    size_t length = strlen(seen);

    snprintf(seen + length, SEEN_MOST - length, "%s %s %s\n", what, one, two);
    return 0;
}

static int see_head(void *arg, const struct ks_peer_document *document, struct ks_error *err)
{
    (void)err;
    return see_line(arg, "head", document->instance, document->full ? "full" : "delta");
}

static int see_service(void *arg, const struct ks_service_view *service, int64_t age_ms, struct ks_error *err)
{
    (void)age_ms, (void)err;
    see_line(arg, "service", service->name, service->state->annotations.label);
    if (service->state->doubts.used) {
        see_line(arg, "in doubt", service->state->doubts.entries[0].text, service->state->guessed ? "guessed" : "");
    }
    return see_line(arg, "of", service->state->reasons.used ? service->state->reasons.entries[0].text : "none",
                    service->state->versions.used ? service->state->versions.entries[0].text : "none");
}

static int see_gone(void *arg, const char *namespace_name, const char *kind, const char *name, struct ks_error *err)
{
    (void)namespace_name, (void)err;
    return see_line(arg, "gone", kind, name);
}

static int see_check(void *arg, const struct ks_custom_state *state, struct ks_error *err)
{
    (void)err;
    see_line(arg, "check", state->service, state->check);
    return see_line(arg, "says", state->message, state->raw);
}

static int see_check_gone(void *arg, const char *service, const char *check, struct ks_error *err)
{
    (void)err;
    return see_line(arg, "check gone", service, check);
}

static int read_all(void *arg, struct ks_error *err)
{
    const struct reading *reading = arg;
    char seen[SEEN_MOST] = "";
    const struct ks_peer_reader reader = {see_head, see_service, see_gone, see_check, see_check_gone, seen};

    if (ks_peer_document_read(reading->json, strlen(reading->json), &reader, err)) {
        return -1;
    }
    if (strcmp(seen, reading->wanted) != 0) {
        print_error("seen\n%swanted\n%s", seen, reading->wanted);
        return ks_error_set(err, KS_ERROR_INVALID, "something else is read");
    }
    return 0;
}

static void a_document_is_read_as_a_whole(void **state)
{
    static struct reading rows[] = {
        {HEAD(",\"full\":true,\"readiness\":\"ready\",\"nodes\":{\"state\":\"live\",\"total\":2},\"services\":"
              "[" SERVICE(",\"label\":\"L\",\"reasons\":{\"Error\":2},\"versions\":{\"1.2\":1}") "],\"custom\":[" CHECK(
                  ",\"message\":\"5\",\"raw\":{\"a\":[1,2.5e3,\"x\"]}") "]"),
         "head " INSTANCE " full\nservice web L\nof Error 1.2\ncheck web hits\nsays 5 {\"a\":[1,2.5e3,\"x\"]}\n"},
        {HEAD(",\"gone\":[" SERVICE("") "],\"custom_gone\":[" CHECK("") "],\"later\":[{\"a\":\"b\"}]"),
         "head " INSTANCE " delta\ngone Deployment web\ncheck gone web hits\n"},
        {HEAD_2(",\"nodes\":{\"pressures\":{\"PIDPressure\":1}},\"services\":[" SERVICE(
             ",\"outcome\":\"unknown\",\"guessed\":true,\"doubts\":{\"a count is negative\":1}") "]"),
         "head " INSTANCE " delta\nservice web \nin doubt a count is negative guessed\nof none none\n"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        scarce_tell(rows[i].json, read_all, &rows[i]);
    }
}

/* The error may be shortened by the lack of memory. */
static int refuse_document(void *arg, struct ks_error *err)
{
    char seen[SEEN_MOST] = "";
    const struct ks_peer_reader reader = {see_head, see_service, see_gone, see_check, see_check_gone, seen};
    char *json = strdup(arg);
    int outcome;

    if (!json) {
        return ks_error_memory(err);
    }
    outcome = ks_peer_document_read(json, strlen(json), &reader, err);
    free(json);
    if (outcome == 0 || seen[0]) {
        return ks_error_set(err, KS_ERROR_INVALID, "a wrong document is read");
    }
    return err->kind == KS_ERROR_PROTOCOL ? 0 : -1;
}

static void a_refused_answer_stays_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(refused); i++) {
        scarce_tell_each(refused[i].json, refuse_document, (void *)refused[i].json, false);
    }
}

/* ---- writing ---- */

static struct ks_store *make_store(void)
{
    struct ks_store *store = sample_store(NULL, NULL);
    struct ks_error err;

    sample_live(store, 0);
    APPLY(store, .name = "web-0", .not_ready = true, .waiting = "Crash\x1bLoop", .image = "web:1\n2");
    APPLY(store, .kind = KS_KIND_STATEFULSET, .name = "web", .workload = {.desired = 1, .containers_per_pod = 1},
          .annotations = {.label = "Web", .link = "https://a/"});
    APPLY(store, .kind = KS_KIND_NODE, .name = "one",
          .node = {.ready = true, .pressures = {[KS_PRESSURE_DISK] = true}});
    assert_int_equal(put_check(store, "web", "hits", "a\tb", &err), 0);
    assert_int_equal(put_check(store, "mail", "", "refused", &err), 0);
    sample_flush(store);
    return store;
}

struct writing {
    struct ks_store *store;
    int format;
    const struct ks_buf *wanted; /* NULL: not known yet */
};

/* Ignores ages, which grow meanwhile. */
static size_t stable_length(const struct ks_buf *json)
{
    const char *age = strstr(json->data, "_ago_ms\"");

    return age ? (size_t)(age - json->data) : json->length;
}

static int write_document(void *arg, struct ks_error *err)
{
    const struct writing *writing = arg;
    struct ks_buf json KS_CLEANUP_BUF;
    size_t length;

    ks_buf_init(&json, CEILING);
    ks_peer_document_write(&json, writing->store, INSTANCE, 0, writing->format);
    if (ks_buf_check(&json, err)) {
        return -1;
    }
    length = stable_length(&json);
    if (length != stable_length(writing->wanted) || memcmp(json.data, writing->wanted->data, length) != 0) {
        print_error("seen\n%swanted\n%s", json.data, writing->wanted->data);
        return ks_error_set(err, KS_ERROR_INVALID, "another document");
    }
    return 0;
}

static void a_document_is_written_as_a_whole(void **state)
{
    static const char *const formats[] = {"format 1", "format 2"};
    struct writing writing = {.store = make_store()};

    (void)state;
    for (size_t i = 0; i < COUNT(formats); i++) {
        struct ks_buf wanted KS_CLEANUP_BUF;

        writing.format = (int)i + 1;
        writing.wanted = &wanted;
        ks_buf_init(&wanted, CEILING);
        ks_peer_document_write(&wanted, writing.store, INSTANCE, 0, writing.format);
        assert_row_part("document", wanted.data, "\"Crash Loop\"");
        scarce_tell(formats[i], write_document, &writing);
    }
    ks_store_free(writing.store);
}

/* ---- applying ---- */

static int apply_to(struct ks_peer_copy *copy, const char *json, struct ks_error *err)
{
    const struct ks_buf document = {.data = (char *)json, .length = strlen(json), .ceiling = CEILING};
    enum ks_peer_news news;

    return ks_peer_copy_apply(copy, &document, 1000, &news, err) || ks_store_flush(copy->store, err) ? -1 : 0;
}

#define EVERYTHING                                                                                                     \
    HEAD(",\"full\":true,\"services\":[" SERVICE(",\"total\":2,\"label\":\"L\"") "],\"custom\":[" CHECK(               \
        ",\"message\":\"5\",\"raw\":1") "]")
#define CHANGED(members) "{\"instance\":\"" INSTANCE "\",\"version\":18" members "}"
#define MAIL             "{\"namespace\":\"shop\",\"kind\":\"Deployment\",\"name\":\"mail\",\"total\":1}"
#define CHANGES          CHANGED(",\"services\":[" MAIL "],\"gone\":[" SERVICE("") "],\"custom_gone\":[" CHECK("") "]")

#define ODD                                                                                                            \
    "{\"namespace\":\"shop\",\"kind\":\"Deployment\",\"name\":\"odd\",\"outcome\":\"unknown\",\"doubts\":{\"odd\":1}}"
#define CHANGES_2                                                                                                      \
    CHANGED(",\"format\":2,\"services\":[" ODD "],\"gone\":[" SERVICE("") "],\"custom_gone\":[" CHECK("") "]")

/* Applies everything with enough memory, then a change without; then, as after each failure, everything again. */
struct applying {
    const char *before, *changes, *everything;
};

static int apply_all(const void *arg, struct ks_store *store, struct ks_buf *seen, struct ks_error *err)
{
    const struct applying *applying = arg;
    struct ks_peer_copy copy = {.store = store, .own = "own"};
    int outcome = applying->before ? apply_to(&copy, applying->before, err) : 0;

    if (outcome == 0) {
        scarce.counts = true;
        outcome = apply_to(&copy, applying->changes, err);
        scarce.counts = false;
        dump_all(store, seen);
        ks_buf_reset(seen);
    }
    if (outcome && err->kind == KS_ERROR_MEMORY) {
        ks_store_flush(store, NULL);
        /* If only the flush ran out of memory, the peer is asked for changes, and there are none. */
        outcome = apply_to(&copy, ks_peer_copy_is_known(&copy) ? applying->changes : applying->everything, err);
    }
    dump_all(store, seen);
    return outcome;
}

static void a_peers_report_arrives_in_the_end(void **state)
{
    static const struct applying rows[] = {
        {NULL, EVERYTHING, EVERYTHING},
        {EVERYTHING, CHANGES, CHANGED(",\"full\":true,\"services\":[" MAIL "]")},
        {EVERYTHING, CHANGES_2, CHANGED(",\"format\":2,\"full\":true,\"services\":[" ODD "]")},
        {EVERYTHING, CHANGED(",\"full\":true,\"services\":[" MAIL "]"),
         CHANGED(",\"full\":true,\"services\":[" MAIL "]")},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        scarce_tell_store(rows[i].changes, apply_all, &rows[i]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_document_is_read_as_a_whole),
        cmocka_unit_test(a_refused_answer_stays_refused),
        cmocka_unit_test(a_document_is_written_as_a_whole),
        cmocka_unit_test(a_peers_report_arrives_in_the_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
