#include "config.h"

#include "settings/text.h"

#include <stdbool.h>
#include <string.h>

#include "badge/color.h"

#define URL_MOST 256

int setting_check_color(const char *text, struct ks_error *err)
{
    struct ks_color color;

    if (ks_color_parse(text, &color)) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": " KS_COLOR_RULE, text);
}

int setting_check_url(const char *text, struct ks_error *err)
{
    size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : strncmp(text, "http://", 7) == 0 ? 7 : 0;
    size_t length = strlen(text);
    bool is_valid = scheme && length > scheme && length < URL_MOST && text[length - 1] != '/';

    for (const char *byte = text; *byte; byte++) {
        is_valid = is_valid && *byte > ' ' && *byte < 0x7f && !strchr("?#\"<>\\", *byte);
    }
    if (is_valid) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "\"%.80s\": must be http:// or https:// and a host, without a slash at the end", text);
}

int setting_check_host(const char *text, struct ks_error *err)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:[]";

    if (text[strspn(text, allowed)] == '\0') {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be a host or host:port, as in the Host header", text);
}

int setting_check_variable(const char *text, struct ks_error *err)
{
    static const char *const ours[] = {
        "PATH", "LANG", "HOME", "KUBE_SHIELDS_SERVICE", "KUBE_SHIELDS_CHECK", "KUBE_SHIELDS_NAMESPACES"};
    size_t length = strlen(text);

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (strcmp(text, ours[i]) == 0) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "\"%s\": must be another name, since checks get this variable from us", text);
        }
    }
    if (length > 0 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == length &&
        !strchr("0123456789", text[0])) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be letters, digits and '_', and not begin with a digit",
                        text);
}
