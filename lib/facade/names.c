/* Words for the numbers in public headers, and the library's version. */
#include "config.h"

#include <kubeshields/kubeshields.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *name_of(const char *const *names, size_t count, unsigned number)
{
    return number < count && names[number] ? names[number] : "unknown";
}

const char *ks_error_kind_name(enum ks_error_kind kind)
{
    static const char *const names[] = {
        [KS_ERROR_NONE] = "none",
        [KS_ERROR_INVALID] = "invalid",
        [KS_ERROR_NOT_FOUND] = "not found",
        [KS_ERROR_UNAUTHORIZED] = "unauthorized",
        [KS_ERROR_FORBIDDEN] = "forbidden",
        [KS_ERROR_GONE] = "gone",
        [KS_ERROR_NOT_ACCEPTABLE] = "not acceptable",
        [KS_ERROR_UNAVAILABLE] = "unavailable",
        [KS_ERROR_TIMEOUT] = "timeout",
        [KS_ERROR_NETWORK] = "network",
        [KS_ERROR_PROTOCOL] = "protocol",
        [KS_ERROR_LIMIT] = "limit",
        [KS_ERROR_MEMORY] = "memory",
        [KS_ERROR_SYSTEM] = "system",
    };

    return name_of(names, COUNT(names), (unsigned)kind);
}

const char *ks_log_level_name(enum ks_log_level level)
{
    static const char *const names[] = {
        [KS_LOG_ERROR] = "error", [KS_LOG_WARNING] = "warning", [KS_LOG_INFO] = "info", [KS_LOG_DEBUG] = "debug"};

    return name_of(names, COUNT(names), (unsigned)level);
}

const char *ks_cluster_state_name(enum ks_cluster_state state)
{
    static const char *const names[] = {
        [KS_CLUSTER_STARTING] = "starting",
        [KS_CLUSTER_READY] = "ready",
        [KS_CLUSTER_FORBIDDEN] = "forbidden",
        [KS_CLUSTER_FAILED] = "failed",
    };

    return name_of(names, COUNT(names), (unsigned)state);
}

const char *ks_change_name(enum ks_change change)
{
    static const char *const names[] = {
        [KS_CHANGE_RESET] = "reset",
        [KS_CHANGE_SERVICE] = "service",
        [KS_CHANGE_GONE] = "gone",
        [KS_CHANGE_CLUSTER] = "cluster",
    };

    return name_of(names, COUNT(names), (unsigned)change);
}

const char *ks_library_version(void)
{
    return PACKAGE_VERSION;
}
