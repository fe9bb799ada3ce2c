/* How custom checks are found and run. Plain data, borrowed while checks run; must not change then. Threads: any. */
#ifndef KS_CATALOG_OPTIONS_H
#define KS_CATALOG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"

/* Limits of a check's process and of everything that it starts, enforced by the kernel. */
struct ks_checks_limits {
    int64_t memory;    /* bytes of address space */
    int64_t files;     /* descriptors */
    int64_t processes; /* all processes of the user: the kernel cannot count otherwise */
    int64_t file_size; /* bytes of a file that it writes */
};

struct ks_checks_options {
    const char *folder;             /* of the checks */
    bool allow_writable;            /* accept files that everybody may write to */
    const char *kit;                /* folder of our runners: run-check, run-python.py, python/kube_shields.py */
    const char *python;             /* interpreter of .py files; without a slash, looked up in the PATH of checks */
    const char *const *environment; /* names of variables to pass on, NULL-terminated; or NULL */
    uid_t user;                     /* that runs checks; 0: our own */
    gid_t group;                    /* with user */
    const char *user_name;          /* for texts; with user */
    const char *prometheus;         /* URL without a trailing slash; or NULL */
    const char *prometheus_token;   /* file of a bearer token, read for every query; or NULL */
    const char *prometheus_ca;      /* file of certificates, instead of the system's; or NULL */
    int64_t interval_ms;            /* of checks that set none */
    int64_t timeout_ms;             /* likewise */
    size_t concurrency;             /* the most that run at once */
    struct ks_checks_limits limits;
    const struct ks_log *log;
};

#endif
