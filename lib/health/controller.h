/* A controller: the part that the store keeps. */
#ifndef KS_HEALTH_CONTROLLER_H
#define KS_HEALTH_CONTROLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "kube/object.h"

/* Texts are borrowed. */
struct ks_controller {
    enum ks_kind kind;
    int64_t created;
    int64_t generation;
    bool is_deleting;            /* its pods are to go, too */
    struct ks_workload workload; /* without its containers */
    const char *version;         /* of its template, as ks_version_of has it */
    struct ks_annotations annotations;
};

#endif
