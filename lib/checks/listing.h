/* What Python files were found to hold, so that none is asked twice. Threads: one at a time. */
#ifndef KS_CHECK_LESSON_H
#define KS_CHECK_LESSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "catalog/catalog.h"

struct ks_check_lesson {
    char service[KS_NAME_SIZE]; /* it has one Python file */
    char *path;                 /* of the file, owned */
    uint64_t stamp;             /* of the file */
    bool is_learnt;             /* of the file as it is; else what follows is of what it was */
    bool is_retried;            /* a failure that is tried again */
    bool is_asked;              /* the loader's */
    char *text;                 /* owned: what the functions point into */
    char **functions;           /* NULL-terminated, owned; NULL where nothing is known, or there are none */
    char *reason;               /* why there are none, owned; or NULL */
};

/* One for each of a catalog's unlisted files, in their order. */
struct ks_check_lessons {
    struct ks_check_lesson *lessons; /* owned */
    size_t count;
    uint64_t imports; /* the catalog's */
};

/* Makes them those of this catalog: what was learnt of its files stays, what was learnt of others is forgotten. With
 * `retries`, or where what a file may import has changed, failures are to be tried again. -1 only without memory: then
 * they are what they were. */
int ks_check_lessons_recall(struct ks_check_lessons *lessons, const struct ks_check_catalog *catalog, bool retries,
                            struct ks_error *err);
void ks_check_lessons_fini(struct ks_check_lessons *lessons);
/* NULL where the service has no Python file. */
struct ks_check_lesson *ks_check_lessons_find(const struct ks_check_lessons *lessons, const char *service);
/* Something is known of the file, or was. */
bool ks_check_lesson_is_known(const struct ks_check_lesson *lesson);

/* The output has a name on each line; with a reason it is not looked at. */
int ks_check_lesson_learn(struct ks_check_lesson *lesson, const char *output, const char *reason, struct ks_error *err);

#endif
