/* How custom checks are found and run: plain data, borrowed for as long as they are. Threads: any, since nobody changes
 * it then. */
#ifndef KS_CATALOG_OPTIONS_H
#define KS_CATALOG_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/log.h"

/* What a check may take: enforced by the kernel, in its process and all that it starts. */
struct ks_checks_limits {
    int64_t memory;    /* bytes of address space */
    int64_t files;     /* descriptors */
    int64_t processes; /* of the user, all together: the kernel counts no other way */
    int64_t file_size; /* bytes of a file that it writes */
};

struct ks_checks_options {
    const char *folder;             /* of the checks */
    bool allow_writable;            /* also what everybody may write to */
    const char *kit;                /* folder of our runners: run-check, run-python.py, python/kube_shields.py */
    const char *python;             /* interpreter of .py files; looked up in the checks' PATH where it has no slash */
    const char *const *environment; /* names that are passed on from ours, NULL-terminated; or NULL */
    uid_t user;                     /* checks run as; 0: as we do */
    gid_t group;                    /* with user */
    const char *user_name;          /* the same, as a person knows it; with user */
    const char *prometheus;         /* URL without a trailing slash; or NULL */
    const char *prometheus_token;   /* file of a bearer token, read for every query; or NULL */
    const char *prometheus_ca;      /* file of certificates, instead of the system's; or NULL */
    int64_t interval_ms;            /* of checks that say none */
    int64_t timeout_ms;             /* the same */
    size_t concurrency;             /* most that run at once */
    struct ks_checks_limits limits;
    const struct ks_log *log;
};

#endif
