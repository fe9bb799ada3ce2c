#include "config.h"

#include "kube/labels.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"

static const char *behind(const char *text)
{
    return text + strlen(text) + 1;
}

/* The value, or NULL if there is no such label. If it is there twice, the last one counts, as everywhere in protobuf
 * and JSON. */
static const char *find(const char *labels, const char *key)
{
    const char *value = NULL;

    for (const char *at = labels; at && *at; at = behind(behind(at))) {
        if (strcmp(at, key) == 0) {
            value = behind(at);
        }
    }
    return value;
}

const char *ks_labels_get(const char *labels, const char *key)
{
    const char *value = find(labels, key);

    return value ? value : "";
}

size_t ks_labels_size(const char *labels)
{
    const char *at = labels;

    if (!labels) {
        return 1;
    }
    while (*at) {
        at = behind(behind(at));
    }
    return (size_t)(at - labels) + 1;
}

static void put_text(struct ks_buf *out, const char *text)
{
    ks_buf_bytes(out, text, strlen(text) + 1);
}

void ks_labels_put(struct ks_buf *out, const char *key, const char *value)
{
    if (key[0]) {
        put_text(out, key);
        put_text(out, value);
    }
}

void ks_labels_end(struct ks_buf *out)
{
    put_text(out, "");
}

/* One requirement, taken apart. */
struct requirement {
    const char *key, *operator_name;
    const char *values; /* the first of them; each has its NUL */
    unsigned long count;
};

/* Returns the byte behind the requirement. */
static const char *read_requirement(const char *at, struct requirement *requirement)
{
    const char *count = behind(behind(at));

    *requirement = (struct requirement){
        .key = at, .operator_name = behind(at), .values = behind(count), .count = strtoul(count, NULL, 10)};
    at = requirement->values;
    for (unsigned long i = 0; i < requirement->count; i++) {
        at = behind(at);
    }
    return at;
}

static bool has_value(const struct requirement *requirement, const char *value)
{
    const char *at = requirement->values;

    for (unsigned long i = 0; i < requirement->count; i++, at = behind(at)) {
        if (strcmp(at, value) == 0) {
            return true;
        }
    }
    return false;
}

static bool is_fulfilled(const struct requirement *requirement, const char *labels)
{
    const char *value = find(labels, requirement->key);

    if (strcmp(requirement->operator_name, "In") == 0) {
        return value && has_value(requirement, value);
    }
    if (strcmp(requirement->operator_name, "NotIn") == 0) {
        return !value || !has_value(requirement, value);
    }
    if (strcmp(requirement->operator_name, "Exists") == 0) {
        return value != NULL;
    }
    return strcmp(requirement->operator_name, "DoesNotExist") == 0 && !value;
}

bool ks_selector_matches(const char *selector, const char *labels)
{
    struct requirement requirement;
    const char *at = selector;

    while (*at) {
        at = read_requirement(at, &requirement);
        if (!is_fulfilled(&requirement, labels)) {
            return false;
        }
    }
    return selector[0];
}

size_t ks_selector_size(const char *selector)
{
    struct requirement requirement;
    const char *at = selector;

    while (*at) {
        at = read_requirement(at, &requirement);
    }
    return (size_t)(at - selector) + 1;
}

/* Two of 64 bits stand for a label. */
static uint64_t bits_of(const char *key, const char *value)
{
    uint64_t hash = ks_hash(ks_hash(KS_HASH, key, strlen(key) + 1), value, strlen(value));

    return UINT64_C(1) << (hash >> 58) | UINT64_C(1) << (hash >> 52 & 63);
}

uint64_t ks_labels_bits(const char *labels)
{
    uint64_t bits = 0;

    for (const char *at = labels; at && *at; at = behind(behind(at))) {
        bits |= bits_of(at, behind(at));
    }
    return bits;
}

uint64_t ks_selector_bits(const char *selector)
{
    struct requirement requirement;
    const char *at = selector;
    uint64_t bits = 0;

    while (*at) {
        at = read_requirement(at, &requirement);
        if (requirement.count == 1 && strcmp(requirement.operator_name, "In") == 0) {
            bits |= bits_of(requirement.key, requirement.values);
        }
    }
    return bits;
}

void ks_selector_begin(struct ks_buf *out, const char *key, const char *operator_name, size_t count)
{
    /* A requirement without a key would end the selector here, which would then match more than it should. */
    put_text(out, key[0] ? key : "?");
    put_text(out, key[0] ? operator_name : "");
    ks_buf_printf(out, "%zu", count);
    put_text(out, "");
}

void ks_selector_value(struct ks_buf *out, const char *value)
{
    put_text(out, value);
}

void ks_selector_end(struct ks_buf *out)
{
    put_text(out, "");
}
