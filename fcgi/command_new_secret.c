#include "config.h"

#include <stdio.h>

#include "command.h"
#include "secret_file.h"

int command_new_secret(const struct settings *settings)
{
    struct ks_error error;

    if (ks_secret_file_create(settings->new_secret, &error)) {
        fprintf(stderr, "%s: --new-secret: %s\n", PACKAGE_NAME, error.text);
        return 1;
    }
    return 0;
}
