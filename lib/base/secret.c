#include "config.h"

#include "base/secret.h"

#include <stdlib.h>
#include <string.h>

void ks_secret_free(char *text)
{
    if (text) {
        explicit_bzero(text, strlen(text));
        free(text);
    }
}
