#include "config.h"

#include "base/trim.h"

#include <string.h>

size_t ks_trimmed_length(const char *text, size_t length, const char *spaces)
{
    while (length > 0 && text[length - 1] && strchr(spaces, text[length - 1])) {
        length--;
    }
    return length;
}

char *ks_trim(char *text, const char *spaces)
{
    text += strspn(text, spaces);
    text[ks_trimmed_length(text, strlen(text), spaces)] = '\0';
    return text;
}
