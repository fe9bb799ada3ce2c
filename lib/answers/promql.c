/* Copies and releases queries. */
#include "config.h"

#include "answers/promql.h"

#include <stdlib.h>
#include <string.h>

void ks_promql_check_fini(struct ks_promql_check *check)
{
    free(check->query);
    free(check->format);
    *check = (struct ks_promql_check){.query = NULL};
}

int ks_promql_check_copy(struct ks_promql_check *copy, const struct ks_promql_check *check, struct ks_error *err)
{
    *copy = *check;
    copy->query = strdup(check->query);
    copy->format = strdup(check->format);
    if (!copy->query || !copy->format) {
        ks_promql_check_fini(copy);
        return ks_error_memory(err);
    }
    return 0;
}
