/* The words, members and rules of the document. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "badge/color.h"
#include "health/names.h"
#include "health/outcome.h"
#include "document/private.h"

const struct ks_peer_range ks_peer_count_range = {0, INT32_MAX};
const struct ks_peer_range ks_peer_age_range = {0, KS_DOCUMENT_AGE_MOST};

#define WORDS(array)                                                                                                   \
    {                                                                                                                  \
        .words = (array), .count = (int)(sizeof(array) / sizeof((array)[0]))                                           \
    }

const struct ks_peer_words ks_peer_outcomes = {.words = ks_outcome_words, .count = KS_OUTCOME_COUNT};
const struct ks_peer_words ks_peer_outcomes_1 = {.words = ks_outcome_words, .count = KS_OUTCOME_TERMINATING + 1};
_Static_assert(KS_OUTCOME_ROLLING_OUT == KS_OUTCOME_TERMINATING + 1, "outcomes of format 1 come first");

static const char *const readinesses[] = {
    [KS_READY] = "ready",
    [KS_STARTING] = "starting",
    [KS_FORBIDDEN] = "forbidden",
};
const struct ks_peer_words ks_peer_readinesses = WORDS(readinesses);

static const char *const source_states[] = {
    [KS_SOURCE_STARTING] = "starting",
    [KS_SOURCE_LIVE] = "live",
    [KS_SOURCE_AWAY] = "away",
    [KS_SOURCE_OFF] = "off",
};
const struct ks_peer_words ks_peer_source_states = WORDS(source_states);

static const char *const phases[] = {
    [KS_CUSTOM_WAITING] = "waiting",
    [KS_CUSTOM_ANSWERED] = "answered",
    [KS_CUSTOM_REFUSED] = "refused",
};
const struct ks_peer_words ks_peer_phases = WORDS(phases);

const struct ks_peer_field ks_peer_counts[KS_DOCUMENT_COUNTS] = {
    {"ready", offsetof(struct ks_service_state, ready)},
    {"total", offsetof(struct ks_service_state, total)},
    {"restarts", offsetof(struct ks_service_state, restarts)},
    {"pods", offsetof(struct ks_service_state, pods)},
    {"pods_ready", offsetof(struct ks_service_state, pods_ready)},
    {"desired", offsetof(struct ks_service_state, desired)},
};

const struct ks_peer_field ks_peer_times[KS_DOCUMENT_TIMES] = {
    {"created", offsetof(struct ks_service_state, created)},
    {"oldest", offsetof(struct ks_service_state, oldest)},
    {"newest", offsetof(struct ks_service_state, newest)},
    {"yellow_until", offsetof(struct ks_service_state, yellow_until)},
};

const struct ks_peer_tally_field ks_peer_tallies[KS_DOCUMENT_TALLIES] = {
    {"reasons", "reasons_more", offsetof(struct ks_service_state, reasons), 1},
    {"versions", "versions_more", offsetof(struct ks_service_state, versions), 1},
    {"doubts", "doubts_more", offsetof(struct ks_service_state, doubts), 2},
};

static bool is_namespace(const char *text)
{
    return ks_name_check_namespace(text, NULL) == 0;
}

static bool is_service(const char *text)
{
    return ks_name_check_service(text, NULL) == 0;
}

static bool is_check(const char *text)
{
    return ks_name_check_check(text, NULL) == 0;
}

#define LETTERS_AND_DIGITS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

static bool is_of(const char *text, const char *characters, size_t most)
{
    size_t length = strlen(text);

    return length > 0 && length <= most && strspn(text, characters) == length;
}

static bool is_kind(const char *text)
{
    return is_of(text, LETTERS_AND_DIGITS ".-", 63);
}

static bool is_instance(const char *text)
{
    return is_of(text, LETTERS_AND_DIGITS "-_", KS_DOCUMENT_INSTANCE_SIZE - 1);
}

static bool is_color(const char *text)
{
    struct ks_color color;

    return strlen(text) < KS_ANSWER_COLOR_SIZE && ks_color_parse(text, &color);
}

const struct ks_peer_rule ks_peer_namespace = {
    is_namespace, "1 to 63 lower-case letters, digits and '-', a letter or digit at each end"};
const struct ks_peer_rule ks_peer_kind = {is_kind, "1 to 63 letters, digits, '.' and '-'"};
const struct ks_peer_rule ks_peer_service = {
    is_service, "1 to 253 letters, digits, '-', '_' and '.', a letter or digit at each end"};
const struct ks_peer_rule ks_peer_check = {is_check,
                                           "1 to 63 letters, digits, '-', '_' and '.', a letter or digit at each end"};
const struct ks_peer_rule ks_peer_color = {is_color, "a color of at most 31 bytes"};
const struct ks_peer_rule ks_peer_instance = {is_instance, "1 to 32 letters, digits, '-' and '_'"};
