/* The settings of a service's checks: a file `web.conf` beside `web.so`, `web.py`, `web/` or `web.promql`.
 *
 *     # for all checks of web
 *     interval = 5m
 *
 *     [front]
 *     label = front page
 *     timeout = 20s
 *     arguments = -H example.org --expect "200 OK"
 *
 * A setting of a check's own section goes before that of all. Words of `arguments` are separated by blanks; quotes,
 * single or double, keep blanks; a backslash keeps the next character, but not between single quotes. '#' and ';'
 * begin a comment at the beginning of a line. Pure. Threads: any. */
#ifndef KS_CATALOG_CONF_H
#define KS_CATALOG_CONF_H

#include <stddef.h>
#include <stdint.h>

#include "answers/answer.h"
#include "health/names.h"

#define KS_CONF_INTERVAL_LEAST 1000     /* ms */
#define KS_CONF_INTERVAL_MOST  86400000 /* ms */
#define KS_CONF_TIMEOUT_LEAST  100      /* ms */
#define KS_CONF_TIMEOUT_MOST   600000   /* ms */
#define KS_CONF_ARGUMENTS_MOST 64

struct ks_conf_section {
    char check[KS_CHECK_NAME_SIZE];   /* "": all checks */
    char label[KS_RESULT_LABEL_SIZE]; /* "": not set; not for all checks */
    int64_t interval_ms;              /* 0: not set */
    int64_t timeout_ms;               /* 0: not set */
    char **arguments;                 /* NULL-terminated, owned; NULL: not set */
    int line;                         /* where it begins */
};

struct ks_conf {
    struct ks_conf_section *sections; /* owned; the first is that of all checks */
    size_t count;
};

/* KS_ERROR_INVALID: "line 3: interval \"x\": must be …". `conf` is set in any case, and released with _fini. */
int ks_conf_parse(struct ks_conf *conf, const char *text, size_t length, struct ks_error *err);
void ks_conf_fini(struct ks_conf *conf);

/* What holds for a check: its own section over that of all. Borrowed from conf; conf may be NULL. */
void ks_conf_find(const struct ks_conf *conf, const char *check, struct ks_conf_section *found);

#endif
