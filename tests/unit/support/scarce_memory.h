/* Makes memory run out. In a program with LDFLAGS = $(scarce_memory_flags), its allocations, and those of code linked
 * statically, pass through here; those of shared libraries do not. */
#ifndef KS_TEST_SCARCE_MEMORY_H
#define KS_TEST_SCARCE_MEMORY_H

#include <stdarg.h>
#include <stdio.h>

#include "support/testing.h"

#define SCARCE_MOST 100000 /* allocations of one story */

/* Only the thread that runs a story is short of memory, servers beside it are not. */
static _Thread_local struct {
    bool counts;
    size_t left; /* allocations that succeed before one fails or, if `lasts`, all fail */
    bool lasts;
    bool failed;
} scarce;

static bool scarce_fails(void)
{
    if (!scarce.counts || scarce.left-- > 0) {
        return false;
    }
    scarce.failed = true;
    scarce.left = scarce.lasts ? 0 : SIZE_MAX;
    return true;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *old, size_t size);
void *__real_reallocarray(void *old, size_t count, size_t size);
void *__real_aligned_alloc(size_t alignment, size_t size);
char *__real_strdup(const char *text);
char *__real_strndup(const char *text, size_t most);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *old, size_t size);
void *__wrap_reallocarray(void *old, size_t count, size_t size);
void *__wrap_aligned_alloc(size_t alignment, size_t size);
char *__wrap_strdup(const char *text);
char *__wrap_strndup(const char *text, size_t most);
int __wrap_asprintf(char **out, const char *format, ...) __attribute__((format(printf, 2, 3)));
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...) __attribute__((format(printf, 3, 4)));

void *__wrap_malloc(size_t size)
{
    return scarce_fails() ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t count, size_t size)
{
    return scarce_fails() ? NULL : __real_calloc(count, size);
}

void *__wrap_realloc(void *old, size_t size)
{
    return scarce_fails() ? NULL : __real_realloc(old, size);
}

void *__wrap_reallocarray(void *old, size_t count, size_t size)
{
    return scarce_fails() ? NULL : __real_reallocarray(old, count, size);
}

void *__wrap_aligned_alloc(size_t alignment, size_t size)
{
    return scarce_fails() ? NULL : __real_aligned_alloc(alignment, size);
}

char *__wrap_strdup(const char *text)
{
    return scarce_fails() ? NULL : __real_strdup(text);
}

char *__wrap_strndup(const char *text, size_t most)
{
    return scarce_fails() ? NULL : __real_strndup(text, most);
}

int __wrap_asprintf(char **out, const char *format, ...)
{
    va_list arguments;
    int length;

    if (scarce_fails()) {
        return -1; /* *out is undefined */
    }
    va_start(arguments, format);
    length = vasprintf(out, format, arguments);
    va_end(arguments);
    return length;
}

/* asprintf as called with _FORTIFY_SOURCE. */
int __wrap___asprintf_chk(char **out, int flag, const char *format, ...)
{
    va_list arguments;
    int length;

    (void)flag;
    if (scarce_fails()) {
        return -1;
    }
    va_start(arguments, format);
    length = vasprintf(out, format, arguments);
    va_end(arguments);
    return length;
}

/* A story: does something from beginning to end, and frees everything. Returns 0, or -1 with the error. */
typedef int scarce_story(void *arg, struct ks_error *err);

/* Runs the story over and over, each time with memory for one more allocation, until none fails. Each run must succeed
 * or end with KS_ERROR_MEMORY. lasts: after the first failure, all allocations fail. */
static inline void scarce_tell_each(const char *name, scarce_story *story, void *arg, bool lasts)
{
    for (size_t left = 0; left < SCARCE_MOST; left++) {
        struct ks_error err = {.text = ""};
        int outcome;

        scarce.left = left;
        scarce.lasts = lasts;
        scarce.failed = false;
        scarce.counts = true;
        outcome = story(arg, &err);
        scarce.counts = false;
        if (!scarce.failed) {
            if (outcome) {
                fail_msg("%s, with memory: %s", name, err.text);
            }
            if (left == 0) {
                fail_msg("%s allocates nothing", name);
            }
            return;
        }
        if (outcome && err.kind != KS_ERROR_MEMORY) {
            fail_msg("%s, after %zu allocations: seen \"%s\", wanted \"out of memory\"", name, left, err.text);
        }
    }
    fail_msg("%s: more than %d allocations", name, SCARCE_MOST);
}

static inline void scarce_tell(const char *name, scarce_story *story, void *arg)
{
    scarce_tell_each(name, story, arg, false);
    scarce_tell_each(name, story, arg, true);
}

/* Runs a story that must not allocate. */
static inline void scarce_tell_none(const char *name, scarce_story *story, void *arg)
{
    struct ks_error err = {.text = ""};
    int outcome;

    scarce.left = 0;
    scarce.lasts = true;
    scarce.failed = false;
    scarce.counts = true;
    outcome = story(arg, &err);
    scarce.counts = false;
    if (outcome || scarce.failed) {
        fail_msg("%s: saw %s, expected no allocation", name, outcome ? err.text : "an allocation");
    }
}

#endif
