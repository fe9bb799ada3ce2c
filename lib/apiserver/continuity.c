#include "config.h"

#include "apiserver/continuity.h"

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
