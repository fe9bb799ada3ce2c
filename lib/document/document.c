/* Reads a document: validates all of it, then calls the reader. */
#include "config.h"

#include "document/document.h"

#include <string.h>

#include "document/private.h"

static const struct ks_peer_range version_range = {0, KS_DOCUMENT_VERSION_MOST};

/* In the order of the reader's calls. */
enum list {
    LIST_SERVICES,
    LIST_GONE,
    LIST_CUSTOM,
    LIST_CUSTOM_GONE,
    LIST_COUNT,
};

static const struct {
    struct ks_peer_list list;
    ks_peer_element_reader *read;
} lists[LIST_COUNT] = {
    [LIST_SERVICES] = {{"services", KS_DOCUMENT_SERVICES_MOST}, ks_peer_read_service},
    [LIST_GONE] = {{"gone", KS_DOCUMENT_SERVICES_MOST}, ks_peer_read_gone},
    [LIST_CUSTOM] = {{"custom", KS_DOCUMENT_SERVICES_MOST}, ks_peer_read_custom},
    [LIST_CUSTOM_GONE] = {{"custom_gone", KS_DOCUMENT_SERVICES_MOST}, ks_peer_read_custom_gone},
};

static const char *const head_members[] = {"format", "instance", "version", "full", "readiness", "nodes"};

/* A document that is being validated. */
struct validation {
    struct ks_peer_text text;
    struct json_object *head;  /* owned: the members that are not lists */
    size_t begins[LIST_COUNT]; /* bytes before the list, or 0 */
    struct ks_peer_reading reading;
};

static bool is_head_member(const char *name)
{
    for (size_t i = 0; i < sizeof head_members / sizeof head_members[0]; i++) {
        if (strcmp(head_members[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static int refuse_twice(const char *name, struct ks_error *err)
{
    return ks_error_set(err, KS_ERROR_PROTOCOL, "%s is given twice: must be given once", name);
}

static int read_head_member(struct validation *validation, const char *name, struct ks_error *err)
{
    struct json_object *value;

    if (json_object_object_get_ex(validation->head, name, NULL)) {
        return refuse_twice(name, err);
    }
    if (ks_peer_text_value(&validation->text, &value, err)) {
        return ks_error_wrap(err, "%s", name);
    }
    if (json_object_object_add(validation->head, name, value)) {
        json_object_put(value);
        return ks_error_memory(err);
    }
    return 0;
}

static int read_member(void *arg, const char *name, struct ks_error *err)
{
    struct validation *validation = arg;

    for (int i = 0; i < LIST_COUNT; i++) {
        if (strcmp(lists[i].list.name, name) == 0) {
            if (validation->begins[i]) {
                return refuse_twice(name, err);
            }
            validation->begins[i] = validation->text.at;
            return ks_peer_text_skip(&validation->text, err);
        }
    }
    return is_head_member(name) ? read_head_member(validation, name, err) : ks_peer_text_skip(&validation->text, err);
}

/* How many nodes are short of what; a pressure that we do not know is skipped. */
static int read_pressures(struct ks_nodes_state *nodes, struct json_object *pressures, struct ks_error *err)
{
    if (pressures && !json_object_is_type(pressures, json_type_object)) {
        return ks_peer_refuse("pressures", pressures, "an object", err);
    }
    for (int i = 0; i < KS_PRESSURE_COUNT; i++) {
        int64_t number = 0;

        if (ks_peer_number(pressures, ks_pressure_name((enum ks_pressure)i), &ks_peer_count_range, &number, err)) {
            return ks_error_wrap(err, "pressures");
        }
        nodes->pressures[i] = (int32_t)number;
    }
    return 0;
}

static int read_nodes(struct ks_peer_document *document, struct json_object *nodes, struct ks_error *err)
{
    const struct {
        const char *name;
        int32_t *count;
    } counts[] = {
        {"total", &document->nodes.total},
        {"ready", &document->nodes.ready},
        {"cordoned", &document->nodes.cordoned},
    };
    int state = KS_SOURCE_OFF;

    if (nodes && !json_object_is_type(nodes, json_type_object)) {
        return ks_peer_refuse(NULL, nodes, "an object", err);
    }
    if (ks_peer_word(nodes, "state", &ks_peer_source_states, &state, err)) {
        return -1;
    }
    document->nodes_state = (enum ks_source_state)state;
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        int64_t number = 0;

        if (ks_peer_number(nodes, counts[i].name, &ks_peer_count_range, &number, err)) {
            return -1;
        }
        *counts[i].count = (int32_t)number;
    }
    if (document->format > 1 && read_pressures(&document->nodes, ks_peer_member(nodes, "pressures"), err)) {
        return -1;
    }
    document->nodes_age_ms = -1;
    return ks_peer_number(nodes, "age_ms", &ks_peer_age_range, &document->nodes_age_ms, err);
}

/* A document of a format that we do not know may mean something else. */
static int read_format(struct ks_peer_document *document, struct json_object *head, struct ks_error *err)
{
    struct json_object *value = ks_peer_member(head, "format");
    int64_t format = json_object_is_type(value, json_type_int) ? json_object_get_int64(value) : 0;

    document->format = 1;
    if (!value) {
        return 0;
    }
    if (format < 1 || format > KS_DOCUMENT_FORMAT) {
        return ks_peer_refuse("format", value, "1 or 2", err);
    }
    document->format = (int)format;
    return 0;
}

static int read_head(struct ks_peer_document *document, struct json_object *head, struct ks_error *err)
{
    const char *instance;
    int64_t version = -1;
    int readiness = KS_READY;

    *document = (struct ks_peer_document){.version = 0};
    if (read_format(document, head, err) || ks_peer_ruled(head, "instance", &ks_peer_instance, &instance, err) ||
        ks_peer_number(head, "version", &version_range, &version, err) ||
        ks_peer_flag(head, "full", &document->full, err) ||
        ks_peer_word(head, "readiness", &ks_peer_readinesses, &readiness, err)) {
        return -1;
    }
    if (version < 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "version null: must be a whole number");
    }
    memcpy(document->instance, instance, strlen(instance) + 1);
    document->version = (uint64_t)version;
    document->readiness = (enum ks_readiness)readiness;
    if (read_nodes(document, ks_peer_member(head, "nodes"), err)) {
        return ks_error_wrap(err, "nodes");
    }
    return 0;
}

/* Members come in any order, and the format says what an element may have: so lists are read after all of the head. */
static int read_lists(struct validation *validation, struct ks_error *err)
{
    for (int i = 0; i < LIST_COUNT; i++) {
        validation->text.at = validation->begins[i];
        if (validation->begins[i] &&
            ks_peer_text_list(&validation->text, &lists[i].list, lists[i].read, &validation->reading, err)) {
            return -1;
        }
    }
    return 0;
}

/* Validates the whole document before the reader sees any of it. */
static int validate(struct validation *validation, struct ks_peer_document *document, struct ks_error *err)
{
    if (ks_peer_text_read(&validation->text, read_member, validation, err) ||
        read_head(document, validation->head, err)) {
        return -1;
    }
    validation->reading.format = document->format;
    if (read_lists(validation, err)) {
        return -1;
    }
    if (document->full && validation->reading.gone) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "full true, but %zu gone: must be one or the other",
                            validation->reading.gone);
    }
    if (ks_peer_keys_check(&validation->reading.services, "service", err)) {
        return -1;
    }
    return ks_peer_keys_check(&validation->reading.checks, "check", err);
}

/* Parses the lists a second time, so that only one element at a time is more than text. */
static int report(struct validation *validation, const struct ks_peer_document *document,
                  const struct ks_peer_reader *reader, struct ks_error *err)
{
    validation->reading.reader = reader;
    if (reader->head(reader->arg, document, err)) {
        return -1;
    }
    return read_lists(validation, err);
}

int ks_peer_document_read(const char *json, size_t length, const struct ks_peer_reader *reader, struct ks_error *err)
{
    struct validation validation = {.head = json_object_new_object()};
    struct ks_peer_document document;
    int result = -1;

    ks_peer_keys_init(&validation.reading.services);
    ks_peer_keys_init(&validation.reading.checks);
    if (!validation.head) {
        ks_error_memory(err);
    } else if (ks_peer_text_open(&validation.text, json, length, err) == 0 &&
               validate(&validation, &document, err) == 0) {
        result = report(&validation, &document, reader, err);
    }
    ks_peer_text_close(&validation.text);
    ks_peer_keys_fini(&validation.reading.services);
    ks_peer_keys_fini(&validation.reading.checks);
    json_object_put(validation.head);
    return result;
}
