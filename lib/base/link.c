#include "config.h"

#include "base/link.h"

#include <strings.h>

bool ks_is_web_link(const char *text)
{
    return strncasecmp(text, "https://", 8) == 0 || strncasecmp(text, "http://", 7) == 0;
}
