/* One table of options: the parser, --help, the test of the manual page and the errors at the start all read it.
 * An option's flag takes precedence over its environment variable, which takes precedence over its default. A variable
 * that is set but empty counts as not set. Pure: the environment is an argument. Threads: any. */
#ifndef KS_SETTINGS_OPTIONS_H
#define KS_SETTINGS_OPTIONS_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/error.h"

enum ks_option_type {
    KS_OPTION_SWITCH,   /* bool: --help; has neither a value nor a variable */
    KS_OPTION_TEXT,     /* const char *, borrowed; NULL if not set */
    KS_OPTION_INTEGER,  /* int64_t */
    KS_OPTION_DURATION, /* int64_t, milliseconds: 500ms 30s 5m 1h */
    KS_OPTION_SIZE,     /* int64_t, bytes: 64Ki 1Mi */
    KS_OPTION_WORD,     /* int64_t, an index into words */
    KS_OPTION_MODE,     /* int64_t, permission bits, in octal */
    KS_OPTION_LIST,     /* char **, space-separated words, NULL-terminated, owned; NULL if there are none */
    KS_OPTION_ADDRESS,  /* struct ks_address: unix:/path, tcp:host:port, fd:0 */
};

struct ks_option {
    const char *flag;        /* without the "--" */
    const char *environment; /* or NULL */
    enum ks_option_type type;
    const char *value;                                    /* the value's name in --help: "DURATION" */
    const char *default_text;                             /* NULL: not set */
    int64_t least, most;                                  /* the range of a number, in the unit of the value */
    const char *const *words;                             /* what a word may be; NULL-terminated */
    int (*check)(const char *word, struct ks_error *err); /* of a text or of each word of a list; or NULL */
    size_t offset;                                        /* where in the settings the value is */
    size_t by_flag;   /* where in the settings a bool says that the flag has set it; 0: nowhere */
    const char *help; /* without a full stop at the end */
};

/* Fills `settings`, which must be all zero. KS_ERROR_INVALID names the setting, the value and what it must be.
 * *operands: the index of the first argument that is not an option. Release with ks_options_fini, even after an
 * error. */
int ks_options_parse(const struct ks_option *table, size_t count, void *settings, int argc, char *const *argv,
                     const char *(*environment)(const char *name), int *operands, struct ks_error *err);
void ks_options_fini(const struct ks_option *table, size_t count, void *settings);

/* Puts the name of the setting before an error about its value: `--hosts "a/b": must be …`. Returns -1. */
int ks_options_blame(struct ks_error *err, const char *source);

/* Writes one paragraph per option. */
void ks_options_help(const struct ks_option *table, size_t count, struct ks_buf *out);

#endif
