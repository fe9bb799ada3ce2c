/* Shared by the document's reader and writer: words, members and their limits. Threads: any. */
#ifndef KS_DOCUMENT_PRIVATE_H
#define KS_DOCUMENT_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "answers/answer.h"
#include "health/health.h"
#include "document/document.h"
#include "document/text.h"
#include "document/value.h"

/* Bytes, without the NUL. */
#define KS_DOCUMENT_TALLY_MOST   (KS_VERSION_SIZE - 1)
#define KS_DOCUMENT_LABEL_MOST   (KS_RESULT_LABEL_SIZE - 1)
#define KS_DOCUMENT_MESSAGE_MOST (KS_RESULT_MESSAGE_SIZE - 1)
#define KS_DOCUMENT_REASON_MOST  (2 * KS_ERROR_TEXT_SIZE - 1)
#define KS_DOCUMENT_MISTAKE_MOST (KS_ERROR_TEXT_SIZE - 1)
#define KS_DOCUMENT_RAW_MOST     ((size_t)1 << 20)

#define KS_DOCUMENT_TIME_MOST    INT64_C(253402300799)     /* 9999-12-31T23:59:59Z in Unix seconds */
#define KS_DOCUMENT_AGE_MOST     INT64_C(3155760000000)    /* 100 years in ms */
#define KS_DOCUMENT_VERSION_MOST INT64_C(9007199254740991) /* the largest that a double holds exactly */

extern const struct ks_peer_range ks_peer_count_range;
extern const struct ks_peer_range ks_peer_age_range;

/* The words for the enums. */
extern const struct ks_peer_words ks_peer_outcomes;
extern const struct ks_peer_words ks_peer_outcomes_1; /* of format 1 */
extern const struct ks_peer_words ks_peer_readinesses;
extern const struct ks_peer_words ks_peer_source_states;
extern const struct ks_peer_words ks_peer_phases;

/* The numbers in a struct ks_service_state. */
struct ks_peer_field {
    const char *name;
    size_t offset;
};
#define KS_DOCUMENT_COUNTS 6
#define KS_DOCUMENT_TIMES  4
extern const struct ks_peer_field ks_peer_counts[KS_DOCUMENT_COUNTS]; /* int32_t */
extern const struct ks_peer_field ks_peer_times[KS_DOCUMENT_TIMES];   /* int64_t, Unix seconds */

/* The tallies in a struct ks_service_state: counted texts, and how many had no room. */
struct ks_peer_tally_field {
    const char *name;
    const char *more;
    size_t offset;
    int format; /* that brought it */
};
#define KS_DOCUMENT_TALLIES 3
extern const struct ks_peer_tally_field ks_peer_tallies[KS_DOCUMENT_TALLIES];

/* The kinds that a service was judged without, as words; others are skipped. */
#define KS_DOCUMENT_KINDS_MOST 64

extern const struct ks_peer_rule ks_peer_namespace;
extern const struct ks_peer_rule ks_peer_kind;
extern const struct ks_peer_rule ks_peer_service;
extern const struct ks_peer_rule ks_peer_check;
extern const struct ks_peer_rule ks_peer_color;
extern const struct ks_peer_rule ks_peer_instance;

/* The names in a document, to find duplicates. A service that came and went twice between two versions may be gone
 * twice. */
struct ks_peer_keys {
    struct ks_buf text; /* NUL-terminated, one after the other; each begins with '-' if it is gone, otherwise '+' */
    size_t count;
};
void ks_peer_keys_init(struct ks_peer_keys *keys);
void ks_peer_keys_fini(struct ks_peer_keys *keys);
/* three may be NULL. */
void ks_peer_keys_add(struct ks_peer_keys *keys, bool gone, const char *one, const char *two, const char *three);
/* KS_ERROR_PROTOCOL names a duplicate; or KS_ERROR_MEMORY. */
int ks_peer_keys_check(const struct ks_peer_keys *keys, const char *what, struct ks_error *err);

/* Makes format 1 of a state: what has no words there is shown as the nearest that is not greener (downgrade.c). */
void ks_peer_downgrade(struct ks_service_state *state, int64_t *age_ms);
void ks_peer_downgrade_nodes(struct ks_nodes_state *nodes);

/* Reads the elements of the lists. reader NULL: they are only validated, and their names remembered. */
struct ks_peer_reading {
    int format;
    const struct ks_peer_reader *reader;
    struct ks_peer_keys services; /* including those that are gone */
    struct ks_peer_keys checks;
    size_t gone; /* services and checks */
};
int ks_peer_read_service(void *reading, struct json_object *element, struct ks_error *err);
int ks_peer_read_gone(void *reading, struct json_object *element, struct ks_error *err);
int ks_peer_read_custom(void *reading, struct json_object *element, struct ks_error *err);
int ks_peer_read_custom_gone(void *reading, struct json_object *element, struct ks_error *err);

#endif
