#include "config.h"

#include "guard.h"

enum guard_verdict guard_judge(enum guard guard, const struct request *request)
{
    if (request->is_refused) {
        return GUARD_FORBIDDEN;
    }
    if (guard == GUARD_EVERYBODY || (guard == GUARD_INTERNAL && request->internal)) {
        return GUARD_PASS;
    }
    if (!request->app->is_public && !request->is_signed) {
        return GUARD_FORBIDDEN;
    }
    return guard == GUARD_PUBLIC ? GUARD_PASS : GUARD_NOT_FOUND;
}
