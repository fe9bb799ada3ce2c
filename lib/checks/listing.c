#include "config.h"

#include "checks/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void forget(struct ks_check_lesson *lesson)
{
    free(lesson->text);
    free(lesson->functions);
    free(lesson->reason);
    lesson->text = NULL;
    lesson->functions = NULL;
    lesson->reason = NULL;
    lesson->is_learnt = false;
}

void ks_check_lessons_fini(struct ks_check_lessons *lessons)
{
    for (size_t i = 0; i < lessons->count; i++) {
        forget(&lessons->lessons[i]);
        free(lessons->lessons[i].path);
    }
    free(lessons->lessons);
    *lessons = (struct ks_check_lessons){.lessons = NULL};
}

/* Takes over what an old lesson says of the file. */
static void take_over(struct ks_check_lesson *lesson, struct ks_check_lesson *old, bool retries)
{
    bool is_same = old->stamp == lesson->stamp;
    bool is_to_retry = old->is_learnt && old->reason && retries;

    lesson->is_learnt = is_same && old->is_learnt && !is_to_retry;
    lesson->is_retried = is_same && (old->is_retried || is_to_retry);
    lesson->text = old->text;
    lesson->functions = old->functions;
    lesson->reason = old->reason;
    old->text = NULL;
    old->functions = NULL;
    old->reason = NULL;
}

/* Of nothing that is known yet. */
static int init(struct ks_check_lessons *lessons, const struct ks_check_catalog *catalog, struct ks_error *err)
{
    *lessons = (struct ks_check_lessons){.lessons = calloc(catalog->unlisted_count + 1, sizeof *lessons->lessons),
                                         .imports = catalog->imports};
    if (!lessons->lessons) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < catalog->unlisted_count; i++) {
        struct ks_check_lesson *lesson = &lessons->lessons[i];

        snprintf(lesson->service, sizeof lesson->service, "%s", catalog->unlisted[i].service);
        lesson->stamp = catalog->unlisted[i].stamp;
        lesson->path = strdup(catalog->unlisted[i].path);
        if (!lesson->path) {
            return ks_error_memory(err);
        }
        lessons->count++;
    }
    return 0;
}

int ks_check_lessons_recall(struct ks_check_lessons *lessons, const struct ks_check_catalog *catalog, bool retries,
                            struct ks_error *err)
{
    struct ks_check_lessons recalled;
    size_t old = 0;

    /* What is old is taken over only once nothing can fail. */
    if (init(&recalled, catalog, err)) {
        ks_check_lessons_fini(&recalled);
        return -1;
    }
    /* Old and new are sorted by service. */
    for (size_t i = 0; i < recalled.count; i++) {
        struct ks_check_lesson *lesson = &recalled.lessons[i];
        int order = -1;

        while (old < lessons->count && (order = strcmp(lessons->lessons[old].service, lesson->service)) < 0) {
            old++;
        }
        if (old < lessons->count && order == 0) {
            take_over(lesson, &lessons->lessons[old++], retries || lessons->imports != catalog->imports);
        }
    }
    ks_check_lessons_fini(lessons);
    *lessons = recalled;
    return 0;
}

static int compare(const void *service, const void *lesson)
{
    return strcmp(service, ((const struct ks_check_lesson *)lesson)->service);
}

struct ks_check_lesson *ks_check_lessons_find(const struct ks_check_lessons *lessons, const char *service)
{
    return lessons->count ? bsearch(service, lessons->lessons, lessons->count, sizeof *lessons->lessons, compare)
                          : NULL;
}

bool ks_check_lesson_is_known(const struct ks_check_lesson *lesson)
{
    return lesson->functions || lesson->reason;
}

/* Points to the lines of the text, which it cuts; empty ones are none. */
static char **split(char *text)
{
    size_t count = 0;
    char **lines;

    for (const char *at = text; *at; at++) {
        count += *at == '\n';
    }
    lines = calloc(count + 2, sizeof *lines);
    count = 0;
    while (lines && *text) {
        size_t length = strcspn(text, "\n");
        bool is_last = !text[length];

        text[length] = '\0';
        if (length > 0) {
            lines[count++] = text;
        }
        text += length + !is_last;
    }
    return lines;
}

int ks_check_lesson_learn(struct ks_check_lesson *lesson, const char *output, const char *reason, struct ks_error *err)
{
    forget(lesson);
    if (reason) {
        lesson->reason = strdup(reason);
    } else {
        lesson->text = strdup(output);
        lesson->functions = lesson->text ? split(lesson->text) : NULL;
    }
    if (!lesson->reason && !lesson->functions) {
        forget(lesson);
        return ks_error_memory(err);
    }
    lesson->is_learnt = true;
    lesson->is_retried = false;
    return 0;
}
