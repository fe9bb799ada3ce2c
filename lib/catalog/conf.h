/* The file `web.conf`: the settings of a service's checks, beside `web.so`, `web.py`, `web/` or `web.promql`.
 *
 *     # for all checks of web
 *     interval = 5m
 *
 *     [front]
 *     label = front page
 *     timeout = 20s
 *     arguments = -H example.org --expect "200 OK"
 *
 * A check's own section overrides the settings for all. `arguments` are separated by spaces; single or double quotes
 * keep spaces; a backslash keeps the next character, except within single quotes. '#' or ';' at the beginning of a line
 * begins a comment. Pure. Threads: any. */
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
    char label[KS_RESULT_LABEL_SIZE]; /* "": not set; cannot be set for all checks */
    int64_t interval_ms;              /* 0: not set */
    int64_t timeout_ms;               /* 0: not set */
    char **arguments;                 /* NULL-terminated, owned; NULL: not set */
    int line;                         /* of its header */
};

struct ks_conf {
    struct ks_conf_section *sections; /* owned; the first is for all checks */
    size_t count;
};

/* KS_ERROR_INVALID: "line 3: interval \"x\": must be …". `conf` is set in any case, and released with _fini. */
int ks_conf_parse(struct ks_conf *conf, const char *text, size_t length, struct ks_error *err);
void ks_conf_fini(struct ks_conf *conf);

/* The settings of a check: its own over those for all. Borrowed from conf, which may be NULL. */
void ks_conf_find(const struct ks_conf *conf, const char *check, struct ks_conf_section *found);

#endif
