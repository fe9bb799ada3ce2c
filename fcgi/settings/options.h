/* One table for options: the parser, --help, the manual page's test and the errors at start all read it.
 * An option's value comes from its flag, else from its environment variable, else from its default. A variable that
 * is set but empty counts as not set. Pure: the environment is an argument. Threads: any. */
#ifndef KS_OPTION_H
#define KS_OPTION_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum ks_option_type {
    KS_OPTION_SWITCH,   /* bool: --help; takes no value, has no variable */
    KS_OPTION_TEXT,     /* const char *, NULL where not set; borrowed */
    KS_OPTION_INTEGER,  /* int64_t */
    KS_OPTION_DURATION, /* int64_t, milliseconds: 500ms 30s 5m 1h */
    KS_OPTION_SIZE,     /* int64_t, bytes: 64Ki 1Mi */
    KS_OPTION_WORD,     /* int64_t, an index into words */
    KS_OPTION_MODE,     /* int64_t, permission bits, in octal */
    KS_OPTION_LIST,     /* char **, blank-separated words, NULL-terminated, owned; NULL where there is none */
    KS_OPTION_ADDRESS,  /* struct ks_address: unix:/path, tcp:host:port, fd:0 */
};

struct ks_option {
    const char *flag;        /* without "--" */
    const char *environment; /* NULL for none */
    enum ks_option_type type;
    const char *value;                                    /* the value's name in --help: "DURATION" */
    const char *default_text;                             /* NULL: not set */
    int64_t least, most;                                  /* of numbers, in the unit of the value */
    const char *const *words;                             /* of a word; NULL-terminated */
    int (*check)(const char *word, struct ks_error *err); /* of a text, or of each word of a list; or NULL */
    size_t offset;                                        /* of the value in the settings */
    const char *help;                                     /* one sentence without a full stop */
};

/* Fills `settings`, which is all zero. KS_ERROR_INVALID names the setting, the value and what is accepted.
 * *operands: the index of the first argument that is no option. Release with ks_options_fini, also after an error. */
int ks_options_parse(const struct ks_option *table, size_t count, void *settings, int argc, char *const *argv,
                     const char *(*environment)(const char *name), int *operands, struct ks_error *err);
void ks_options_fini(const struct ks_option *table, size_t count, void *settings);

/* One paragraph per option. */
void ks_options_help(const struct ks_option *table, size_t count, struct ks_buf *out);

#endif
