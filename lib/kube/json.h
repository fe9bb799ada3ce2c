/* From one object in JSON to a struct ks_kube_object. A value of the wrong type counts as absent. Pure. Threads:
 * any. */
#ifndef KS_KUBE_JSON_H
#define KS_KUBE_JSON_H

#include "kube/json_value.h"
#include "kube/private.h"

/* The object borrows from json and from the scratch. KS_ERROR_PROTOCOL if json is not an object. */
int ks_kube_json_object(struct json_object *json, enum ks_kind kind, struct ks_kube_scratch *scratch,
                        struct ks_kube_object *object, struct ks_error *err);

/* The parts of it that have a file of their own: metadata (json_meta.c); pods (json_pod.c), workloads (json_workload.c)
 * and budgets (json_budget.c), for which `json` is the whole object. */
void ks_kube_json_meta(struct ks_object_meta *meta, enum ks_kind kind, struct json_object *from, struct ks_buf *packed);
int ks_kube_json_pod(struct ks_pod *pod, struct json_object *json, struct ks_kube_scratch *scratch,
                     struct ks_error *err);
int ks_kube_json_workload(struct ks_kube_object *object, struct json_object *json, struct ks_kube_scratch *scratch,
                          struct ks_error *err);
void ks_kube_json_budget(struct ks_budget *budget, struct json_object *json, struct ks_kube_scratch *scratch);

/* Sets the ones that are wanted: bits 1 << enum ks_kube_annotation. */
void ks_kube_json_annotations(struct ks_annotations *annotations, unsigned wanted, struct json_object *from);
/* Members of a PodSpec, into scratch->containers. */
int ks_kube_json_containers(struct json_object *pod_spec, struct ks_kube_scratch *scratch, struct ks_error *err);
/* status.conditions, into scratch->conditions. */
int ks_kube_json_conditions(struct json_object *status, struct ks_kube_scratch *scratch, struct ks_error *err);

#endif
