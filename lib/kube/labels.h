/* Labels and label selectors, packed into one text each, so that a copy is one allocation. Pure. Threads: any.
 *
 * Source: Kubernetes, "Labels and Selectors". */
#ifndef KS_KUBE_LABELS_H
#define KS_KUBE_LABELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/* Labels: key, NUL, value, NUL, … and another NUL at the end. A key or value with a NUL in it is left out. */

/* The value of a label, or "" if it is absent; of two with the same key, the last one. labels: NULL counts as none. */
const char *ks_labels_get(const char *labels, const char *key);
/* The size in bytes, with the last NUL; 1 for NULL. */
size_t ks_labels_size(const char *labels);
/* Append one label, and the end. */
void ks_labels_put(struct ks_buf *out, const char *key, const char *value);
void ks_labels_end(struct ks_buf *out);

/* Selectors: of each requirement key, operator (In, NotIn, Exists, DoesNotExist), the number of values in decimal and
 * the values, each with its NUL; and another NUL at the end. "" has no requirement: it matches nothing here, although
 * in Kubernetes it selects all pods of the namespace, since such a budget says nothing about one service. */

/* Whether the labels fulfil every requirement. One without a key, or with an operator that is not known, is never
 * fulfilled. */
bool ks_selector_matches(const char *selector, const char *labels);
/* The size in bytes, with the last NUL. */
size_t ks_selector_size(const char *selector);
/* A quick test: a selector matches no labels whose bits lack some of its own. */
uint64_t ks_labels_bits(const char *labels);
uint64_t ks_selector_bits(const char *selector);
/* Begin a requirement, then append as many values as `count` says. */
void ks_selector_begin(struct ks_buf *out, const char *key, const char *operator_name, size_t count);
void ks_selector_value(struct ks_buf *out, const char *value);
void ks_selector_end(struct ks_buf *out);

#endif
