/* Stories of a store whose writer runs out of memory: in the end nothing is lost and nothing is counted twice. */
#ifndef KS_TEST_SCARCE_STORE_H
#define KS_TEST_SCARCE_STORE_H

#include "support/scarce_memory.h"
#include "support/store_sample.h"

/* Each returns 0, or -1 with the error. */

#define TRY(store, err, ...) sample_try((store), &(const struct sample){__VA_ARGS__}, (err))

static inline int put_check(struct ks_store *store, const char *service, const char *check, const char *message,
                            struct ks_error *err)
{
    const struct ks_custom_state state = {.service = service,
                                          .check = check,
                                          .phase = check[0] ? KS_CUSTOM_ANSWERED : KS_CUSTOM_REFUSED,
                                          .label = "",
                                          .message = message,
                                          .color = "green",
                                          .reason = "",
                                          .mistake = "",
                                          .raw = "{}"};

    return ks_store_custom_put(store, &state, err);
}

typedef int store_writes(struct ks_store *store, struct ks_error *err);

struct store_story {
    const char *name;
    store_writes *before; /* writes with enough memory; NULL: none */
    store_writes *writes; /* while memory runs out */
    store_writes *again;  /* with enough memory again; NULL: the same writes */
    bool is_half_seen;    /* writes from before memory ran out are published */
};

/* ---- what readers see, a line each ---- */

#define GONE_MOST 8
#define LINE_SIZE 600

struct dump {
    struct ks_buf *text;
    const struct ks_buf *before; /* what was reported before */
    char gone[GONE_MOST][LINE_SIZE];
    size_t gone_count;
};

static inline void dump_custom(void *arg, const struct ks_custom_state *state)
{
    ks_buf_printf(arg, "check %s/%s %d %s\n", state->service, state->check, (int)state->phase, state->message);
}

static inline void dump_service(void *arg, const struct ks_service_view *service)
{
    ks_buf_printf(arg, "service %s/%s/%s", service->namespace_name, service->kind, service->name);
    if (service->state) {
        ks_buf_printf(arg, " %d/%d %d pods %d of %d version %s \"%s\"", (int)service->state->ready,
                      (int)service->state->total, (int)service->state->restarts, (int)service->state->pods,
                      (int)service->state->desired,
                      service->state->versions.used ? service->state->versions.entries[0].text : "none",
                      service->state->annotations.label);
    }
    ks_buf_literal(arg, "\n");
    for (size_t i = 0; i < service->custom_count; i++) {
        dump_custom(arg, service->custom[i]);
    }
}

static inline void dump_all(struct ks_store *store, struct ks_buf *text)
{
    static const char *const names[] = {"web", "old-web", "gadget", "backup-27891234"};
    const struct ks_store_selector all = {.name = NULL};
    struct ks_store_stats stats;

    ks_store_read_services(store, dump_service, text);
    ks_store_read_custom(store, &all, NULL, dump_custom, text);
    for (size_t i = 0; i < COUNT(names); i++) {
        const struct ks_store_selector one = {.name = names[i]};

        ks_buf_printf(text, "%s: ", names[i]);
        ks_store_read_sum(store, &one, sample_put_sum, text);
        ks_buf_literal(text, "\n");
        ks_store_read_custom(store, &one, "nothing", dump_custom, text);
    }
    ks_store_stats(store, &stats);
    ks_buf_printf(text, "pods %zu controllers %zu budgets %zu nodes %zu services %zu checks %zu refused %zu\n",
                  stats.pods, stats.controllers, stats.budgets, stats.nodes, stats.services,
                  stats.custom[KS_CUSTOM_ANSWERED], stats.custom[KS_CUSTOM_REFUSED]);
}

static inline void dump_head(void *arg, const struct ks_store_changes *changes)
{
    const struct dump *dump = arg;

    ks_buf_printf(dump->text, "nodes %d/%d\n", (int)changes->nodes.ready, (int)changes->nodes.total);
}

static inline void dump_changed(void *arg, const struct ks_service_view *service)
{
    dump_service(((struct dump *)arg)->text, service);
}

/* Reports of removals may come in any order and repeatedly, and may name things that were never reported. */
static inline void note_gone(struct dump *dump, const char *line)
{
    bool is_new = strstr(dump->before->data, line) && dump->gone_count < GONE_MOST;

    for (size_t i = 0; i < dump->gone_count; i++) {
        is_new = is_new && strcmp(dump->gone[i], line) != 0;
    }
    if (is_new) {
        snprintf(dump->gone[dump->gone_count++], LINE_SIZE, "%s", line);
    }
}

static inline void dump_gone(void *arg, const char *namespace_name, const char *kind, const char *name)
{
    char line[LINE_SIZE];

    snprintf(line, sizeof line, "service %s/%s/%s", namespace_name, kind, name);
    note_gone(arg, line);
}

static inline void dump_custom_changed(void *arg, const struct ks_custom_state *state)
{
    dump_custom(((struct dump *)arg)->text, state);
}

static inline void dump_custom_gone(void *arg, const char *service, const char *check)
{
    char line[LINE_SIZE];

    snprintf(line, sizeof line, "check %s/%s", service, check);
    note_gone(arg, line);
}

static inline int compare_lines(const void *one, const void *other)
{
    return strcmp(one, other);
}

/* Dumps everything, then the changes since a version. */
static inline void dump_both(struct ks_store *store, const struct ks_buf *before, uint64_t since, struct ks_buf *text)
{
    struct dump dump = {.text = text, .before = before};
    const struct ks_store_changes_reader reader = {dump_head,           dump_changed,     dump_gone,
                                                   dump_custom_changed, dump_custom_gone, &dump};

    dump_all(store, text);
    ks_buf_literal(text, "since:\n");
    ks_store_read_changes(store, since, &reader);
    qsort(dump.gone, dump.gone_count, LINE_SIZE, compare_lines);
    for (size_t i = 0; i < dump.gone_count; i++) {
        ks_buf_printf(text, "gone: %s\n", dump.gone[i]);
    }
}

/* ---- the story ---- */

/* Writes to a new store, and dumps its final state to `seen`. */
typedef int store_teller(const void *arg, struct ks_store *store, struct ks_buf *seen, struct ks_error *err);

struct store_telling {
    store_teller *tell;
    const void *arg;
    char *wanted; /* owned; NULL: not known yet */
};

static inline int write_and_flush(struct ks_store *store, store_writes *writes, struct ks_error *err)
{
    return (writes && writes(store, err)) || ks_store_flush(store, err) ? -1 : 0;
}

/* Dumps the count of runs: an answer that was published once must be counted once. */
static inline void dump_runs(struct ks_store *store, struct ks_buf *text)
{
    struct ks_store_stats stats;

    ks_store_stats(store, &stats);
    ks_buf_printf(text, "runs %" PRIu64 "\n", stats.custom_runs);
}

static inline int tell_writes(const void *arg, struct ks_store *store, struct ks_buf *seen, struct ks_error *err)
{
    const struct store_story *story = arg;
    struct ks_buf before KS_CLEANUP_BUF;
    uint64_t since;
    int outcome;

    ks_buf_init(&before, CEILING);
    for (int kind = 0; kind < KS_KIND_COUNT; kind++) {
        ks_store_source(store, 0, (enum ks_kind)kind, KS_SOURCE_LIVE, 0);
    }
    if (write_and_flush(store, story->before, err)) {
        return -1;
    }
    dump_all(store, &before);
    since = sample_version(store);
    scarce.counts = true;
    outcome = write_and_flush(store, story->writes, err);
    scarce.counts = false;
    ks_buf_reset(seen);
    dump_all(store, seen); /* must work at any time */
    if (outcome && story->is_half_seen && ks_store_flush(store, err)) {
        return -1;
    }
    if ((outcome || story->again) && write_and_flush(store, story->again ? story->again : story->writes, err)) {
        return -1;
    }
    ks_buf_reset(seen);
    dump_both(store, &before, since, seen);
    if (!story->is_half_seen) {
        dump_runs(store, seen);
    }
    return outcome && err->kind != KS_ERROR_MEMORY ? -1 : 0;
}

/* The final state must be the same as with enough memory. */
static inline int tell_store(void *arg, struct ks_error *err)
{
    const struct ks_store_options options = {.namespaces = NULL};
    struct store_telling *telling = arg;
    struct ks_buf seen KS_CLEANUP_BUF;
    struct ks_store *store;
    int outcome;

    scarce.counts = false;
    ks_buf_init(&seen, CEILING);
    if (ks_store_new(&store, &options, err)) {
        return -1;
    }
    outcome = telling->tell(telling->arg, store, &seen, err);
    ks_store_free(store);
    if (outcome == 0 && !telling->wanted) {
        telling->wanted = strdup(seen.data);
    } else if (outcome == 0 && strcmp(seen.data, telling->wanted) != 0) {
        print_error("seen\n%swanted\n%s", seen.data, telling->wanted);
        outcome = ks_error_set(err, KS_ERROR_INVALID, "another store than where there is memory");
    }
    return outcome;
}

static inline void scarce_tell_store(const char *name, store_teller *tell, const void *arg)
{
    struct store_telling telling = {.tell = tell, .arg = arg};
    struct ks_error err = {.text = ""};

    scarce.left = SIZE_MAX;
    scarce.lasts = false;
    if (tell_store(&telling, &err)) {
        fail_msg("%s: %s", name, err.text);
    }
    scarce_tell(name, tell_store, &telling);
    free(telling.wanted);
}

static inline void scarce_tell_stories(const struct store_story *stories, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        scarce_tell_store(stories[i].name, tell_writes, &stories[i]);
    }
}

#endif
