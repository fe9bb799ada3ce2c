/* What Python files were found to hold, so that none is asked twice. Threads: one at a time. */
#ifndef KS_CHECK_LESSON_H
#define KS_CHECK_LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "check_catalog.h"

struct ks_check_lesson {
    char service[KS_NAME_SIZE]; /* it has one Python file */
    uint64_t stamp;             /* of the file */
    bool is_learnt;
    char *text;       /* owned: what the functions point into */
    char **functions; /* NULL-terminated, owned */
    char *reason;     /* why there are none, owned; NULL where the file was listed */
};

/* One for each of a catalog's unlisted files, in their order. */
struct ks_check_lessons {
    struct ks_check_lesson *lessons; /* owned */
    size_t count;
};

/* Makes them those of this catalog: what was learnt of its files stays, unless it was a failure that is to be tried
 * again; what was learnt of others is forgotten. */
int ks_check_lessons_recall(struct ks_check_lessons *lessons, const struct ks_check_catalog *catalog, bool retries,
                            struct ks_error *err);
void ks_check_lessons_fini(struct ks_check_lessons *lessons);

/* The output has a name on each line; with a reason it is not looked at. */
int ks_check_lesson_learn(struct ks_check_lesson *lesson, const char *output, const char *reason, struct ks_error *err);

#endif
