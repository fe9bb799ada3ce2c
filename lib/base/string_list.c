#include "config.h"

#include "base/string_list.h"

#include <stdlib.h>

void ks_string_list_free(char **strings)
{
    for (char **string = strings; string && *string; string++) {
        free(*string);
    }
    free(strings);
}
