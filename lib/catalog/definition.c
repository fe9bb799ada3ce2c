#include "config.h"

#include "catalog/definition.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/string_list.h"

/* How the file of a service is named, by sort; a program's is in a folder. */
static const struct {
    const char *name;
    const char *suffix;
} sorts[] = {
    [KS_CHECK_MODULE] = {"C module", ".so"},
    [KS_CHECK_PYTHON] = {"Python", ".py"},
    [KS_CHECK_PROGRAM] = {"program", "/"},
    [KS_CHECK_PROMETHEUS] = {"Prometheus", ".promql"},
};

const char *ks_check_sort_name(enum ks_check_sort sort)
{
    return sorts[sort].name;
}

void ks_check_definition_file(const struct ks_check_definition *definition, char file[static KS_ERROR_TEXT_SIZE])
{
    snprintf(file, KS_ERROR_TEXT_SIZE, "%s%s%s", definition->service, sorts[definition->sort].suffix,
             definition->sort == KS_CHECK_PROGRAM ? definition->check : "");
}

void ks_check_definition_fini(struct ks_check_definition *definition)
{
    free(definition->path);
    ks_string_list_free(definition->arguments);
    ks_promql_check_fini(&definition->query);
    *definition = (struct ks_check_definition){.path = NULL};
}

void ks_check_refusals_free(struct ks_check_refusal *refusals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(refusals[i].file);
    }
    free(refusals);
}
