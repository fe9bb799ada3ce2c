#include "config.h"

#include "access/kubeconfig_impersonate.h"

#include <string.h>

#include "access/kubeconfig_field.h"
#include "access/kubeconfig_pairs.h"
#include "access/kubeconfig_scalar.h"
#include "base/buf.h"
#include "base/string_list.h"

#define HEADER_MOST 8192 /* bytes; servers take no more */
#define WANTED      "one line of text that is not empty, without control characters"

/* One header, of one field of the kubeconfig. */
struct line {
    const char *field;
    const char *name;
    const yaml_node_t *key; /* the rest of the name; or NULL */
    const yaml_node_t *value;
};

/* An empty header would not be sent, and we would act as the user that the server knows us as. */
static bool is_value(const yaml_node_t *node)
{
    return ks_kubeconfig_is_text(node, true) && !ks_kubeconfig_is_null(node) &&
           ks_kubeconfig_scalar(node)[strspn(ks_kubeconfig_scalar(node), " ")];
}

/* Writes a key as client-go does: what must not stand in a header's name is escaped, and upper case makes no
 * difference there. */
static void put_key(struct ks_buf *out, const char *key)
{
    static const char legal[] = "abcdefghijklmnopqrstuvwxyz0123456789!#$&'*+-.^_`|~";

    for (; *key; key++) {
        char byte = (char)(*key >= 'A' && *key <= 'Z' ? *key - 'A' + 'a' : *key);

        if (strchr(legal, byte)) {
            ks_buf_bytes(out, &byte, 1);
        } else {
            ks_buf_printf(out, "%%%02X", (unsigned char)byte);
        }
    }
}

static int add(struct ks_string_list *headers, const struct ks_kubeconfig_section *user, const struct line *line,
               struct ks_error *err)
{
    KS_CLEANUP_BUF struct ks_buf header;

    ks_buf_init(&header, HEADER_MOST);
    if (!is_value(line->value) || (line->key && !is_value(line->key))) {
        return ks_kubeconfig_invalid(user, line->field, "must be " WANTED, err);
    }
    ks_buf_printf(&header, "%s", line->name);
    if (line->key) {
        put_key(&header, ks_kubeconfig_scalar(line->key));
    }
    ks_buf_printf(&header, ": %s", ks_kubeconfig_scalar(line->value));
    if (ks_buf_check(&header, err)) {
        return ks_kubeconfig_locate(user, line->field, err);
    }
    return ks_string_list_add(headers, header.data, err);
}

/* Adds a header for each item of a list, all with one name. */
static int add_list(struct ks_string_list *headers, const struct ks_kubeconfig_section *user, const yaml_node_t *list,
                    struct line line, struct ks_error *err)
{
    for (size_t i = 0; i < ks_kubeconfig_item_count(list); i++) {
        line.value = ks_kubeconfig_item(user->document, list, i);
        if (add(headers, user, &line, err)) {
            return -1;
        }
    }
    return 0;
}

static int add_extra(struct ks_string_list *headers, const struct ks_kubeconfig_section *user,
                     const struct ks_kubeconfig_pairs *extra, struct ks_error *err)
{
    struct line line = {.field = "as-user-extra", .name = "Impersonate-Extra-"};

    for (size_t i = 0; i < extra->count; i++) {
        const struct ks_kubeconfig_pair *pair = &extra->pairs[i];

        line.key = pair->key;
        if (pair->value->type == YAML_SEQUENCE_NODE) {
            if (add_list(headers, user, pair->value, line, err)) {
                return -1;
            }
        } else if (!ks_kubeconfig_is_null(pair->value)) {
            return ks_kubeconfig_invalid(user, line.field, "must be a mapping of names to lists of texts", err);
        }
    }
    return 0;
}

/* The fields of a user. */
struct fields {
    const yaml_node_t *as, *uid, *groups;
    struct ks_kubeconfig_pairs extra;
};

static int add_headers(struct ks_string_list *headers, const struct ks_kubeconfig_section *user,
                       const struct fields *fields, struct ks_error *err)
{
    const struct line group = {.field = "as-groups", .name = "Impersonate-Group"};
    const struct line name = {.field = "as", .name = "Impersonate-User", .value = fields->as};
    const struct line uid = {.field = "as-uid", .name = "Impersonate-Uid", .value = fields->uid};

    if (!fields->as) {
        bool alone = fields->uid || ks_kubeconfig_item_count(fields->groups) || fields->extra.count;

        return alone ? ks_kubeconfig_invalid(user, "as", "not set: as-uid, as-groups and as-user-extra need it", err)
                     : 0;
    }
    return add(headers, user, &name, err) || (fields->uid && add(headers, user, &uid, err)) ||
                   add_list(headers, user, fields->groups, group, err) || add_extra(headers, user, &fields->extra, err)
               ? -1
               : 0;
}

int ks_kubeconfig_read_impersonation(const struct ks_kubeconfig_section *user, char ***headers, struct ks_error *err)
{
    KS_CLEANUP_STRING_LIST struct ks_string_list list = {.strings = NULL};
    struct fields fields = {.as = NULL};
    const yaml_node_t *extra;
    int result;

    if (ks_kubeconfig_node(user, "as", YAML_SCALAR_NODE, &fields.as, err) ||
        ks_kubeconfig_node(user, "as-uid", YAML_SCALAR_NODE, &fields.uid, err) ||
        ks_kubeconfig_node(user, "as-groups", YAML_SEQUENCE_NODE, &fields.groups, err) ||
        ks_kubeconfig_node(user, "as-user-extra", YAML_MAPPING_NODE, &extra, err)) {
        return -1;
    }
    result = ks_kubeconfig_pairs_take(&fields.extra, user->document, extra, err);
    if (result) {
        ks_kubeconfig_locate(user, "as-user-extra", err);
    } else {
        result = add_headers(&list, user, &fields, err);
    }
    ks_kubeconfig_pairs_fini(&fields.extra);
    if (result == 0) {
        *headers = ks_string_list_take(&list);
    }
    return result;
}
