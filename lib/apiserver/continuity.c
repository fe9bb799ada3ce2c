#include "config.h"

#include "apiserver/continuity.h"

#include <stdlib.h>
#include <string.h>

static bool is_number(const char *text)
{
    return text && text[0] >= '1' && text[0] <= '9' && !text[strspn(text, "0123456789")];
}

bool ks_version_is_before(const char *theirs, const char *ours)
{
    size_t length, other;

    if (!is_number(theirs) || !is_number(ours)) {
        return false;
    }
    length = strlen(theirs);
    other = strlen(ours);
    return length < other || (length == other && strcmp(theirs, ours) < 0);
}

void ks_history_drop(struct ks_history *history)
{
    free(history->offered);
    history->offered = NULL;
    history->is_back = false;
}

void ks_history_fini(struct ks_history *history)
{
    ks_history_drop(history);
    free(history->told);
    history->told = NULL;
}

int ks_history_offer(struct ks_history *history, const char *version, struct ks_error *err)
{
    ks_history_drop(history);
    history->offered = strdup(version);
    if (!history->offered) {
        return ks_error_memory(err);
    }
    history->is_back = ks_version_is_before(version, history->told);
    if (history->is_back) {
        return ks_error_set(err, KS_ERROR_GONE, "version %s is before %s, which we had", version, history->told);
    }
    return 0;
}

void ks_history_take(struct ks_history *history)
{
    free(history->told);
    history->told = history->offered;
    history->offered = NULL;
    history->is_back = false;
}
