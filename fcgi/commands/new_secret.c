/* --new-secret: writes a new shared secret. */
#include "config.h"

#include "auth/secret_file.h"
#include "commands/command.h"

int command_new_secret(const struct settings *settings)
{
    struct ks_error error;

    if (ks_secret_file_create(settings->new_secret, &error)) {
        command_complain("--new-secret", error.text);
        return 1;
    }
    return 0;
}
