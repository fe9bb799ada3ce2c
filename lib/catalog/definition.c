/* Names and releases definitions. */
#include "config.h"

#include "catalog/definition.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/string_list.h"

/* How the file of a service is named; programs are in a folder. */
static const struct {
    const char *name;
    const char *suffix;
} kinds[] = {
    [KS_DEFINITION_MODULE] = {"C module", ".so"},
    [KS_DEFINITION_PYTHON] = {"Python", ".py"},
    [KS_DEFINITION_PROGRAM] = {"program", "/"},
    [KS_DEFINITION_PROMETHEUS] = {"Prometheus", ".promql"},
};

const char *ks_definition_kind_name(enum ks_definition_kind kind)
{
    return kinds[kind].name;
}

void ks_definition_file(const struct ks_definition *definition, char file[static KS_ERROR_TEXT_SIZE])
{
    snprintf(file, KS_ERROR_TEXT_SIZE, "%s%s%s", definition->service, kinds[definition->kind].suffix,
             definition->kind == KS_DEFINITION_PROGRAM ? definition->check : "");
}

void ks_definition_fini(struct ks_definition *definition)
{
    free(definition->path);
    ks_string_list_free(definition->arguments);
    ks_promql_check_fini(&definition->query);
    *definition = (struct ks_definition){.path = NULL};
}

void ks_refusals_free(struct ks_refusal *refusals, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        free(refusals[i].file);
    }
    free(refusals);
}
