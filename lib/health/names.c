#include "config.h"

#include "health/names.h"

#include <stdbool.h>
#include <string.h>

static const char letters_and_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
static const char name_characters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";

static int check(const char *what, const char *name, size_t most, bool whole, struct ks_error *err)
{
    size_t length = strlen(name);
    bool accepted = length > 0 && length <= most && strspn(name, name_characters) == length &&
                    strchr(letters_and_digits, name[0]) && (!whole || strchr(letters_and_digits, name[length - 1]));

    if (accepted) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "%s\"%.80s\": must be letters, digits, '-', '_' and '.', with a letter or digit at each end, "
                        "at most %zu bytes",
                        what, name, most);
}

int ks_name_check_service(const char *name, struct ks_error *err)
{
    return check("service ", name, KS_NAME_SIZE - 1, true, err);
}

int ks_name_check_prefix(const char *name, struct ks_error *err)
{
    return check("service ", name, KS_NAME_SIZE - 1, false, err);
}

int ks_name_check_check(const char *name, struct ks_error *err)
{
    return check("check ", name, 63, true, err);
}

int ks_name_check_cluster(const char *name, struct ks_error *err)
{
    return check("", name, 63, true, err);
}

int ks_name_check_namespace(const char *name, struct ks_error *err)
{
    size_t length = strlen(name);
    bool accepted = length > 0 && length < KS_NAMESPACE_SIZE && name[0] != '-' && name[length - 1] != '-' &&
                    strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") == length;

    if (accepted) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "namespace \"%.80s\": must be lower-case letters, digits and '-', with a letter or digit at "
                        "each end, at most %d bytes",
                        name, KS_NAMESPACE_SIZE - 1);
}
