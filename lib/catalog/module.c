/* Finds the checks of a C module. */
#include "config.h"

#include "catalog/module.h"

#include <stdlib.h>
#include <string.h>

#include "catalog/module_private.h"
#include "health/names.h"

#define KUBE_SHIELDS_CHECK_HOST
#include "kube-shields-check.h"

#define ABI_NAME    "_kube_shields_check_abi"
#define MARK_PREFIX "_kube_shields_check_is_"
#define CHECKS_MOST 1000

/* Borrowed from the file; sorted and unique. */
struct names {
    const char **names;
    size_t count;
};

static int check_abi(const struct ks_module_symbols *symbols, struct ks_error *err)
{
    struct ks_module_symbol symbol;
    unsigned abi;

    for (size_t i = 0; i < symbols->count; i++) {
        if (ks_module_symbols_get(symbols, i, &symbol, err)) {
            return -1;
        }
        if (symbol.type != KS_MODULE_OBJECT || strcmp(symbol.name, ABI_NAME) != 0) {
            continue;
        }
        if (!ks_module_symbols_value(symbols, &symbol, &abi, sizeof abi)) {
            return ks_module_broken(err, ABI_NAME " has no value");
        }
        if (abi != KUBE_SHIELDS_CHECK_ABI) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "built for ABI %u of kube-shields-check.h, must be %d: compile it again", abi,
                                KUBE_SHIELDS_CHECK_ABI);
        }
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "no " ABI_NAME ": include <kube-shields-check.h>");
}

static int compare(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void sort_once(struct names *names)
{
    size_t kept = 0;

    qsort(names->names, names->count, sizeof names->names[0], compare);
    for (size_t i = 0; i < names->count; i++) {
        if (kept == 0 || strcmp(names->names[i], names->names[kept - 1]) != 0) {
            names->names[kept++] = names->names[i];
        }
    }
    names->count = kept;
}

/* The name of a check that a symbol stands for, as a function or as a mark; otherwise NULL. */
static const char *check_name(const struct ks_module_symbol *symbol, bool marked)
{
    if (marked) {
        return symbol->type == KS_MODULE_OBJECT && strncmp(symbol->name, MARK_PREFIX, strlen(MARK_PREFIX)) == 0
                   ? symbol->name + strlen(MARK_PREFIX)
                   : NULL;
    }
    return symbol->type == KS_MODULE_FUNCTION && ks_name_check_check(symbol->name, NULL) == 0 ? symbol->name : NULL;
}

static int collect(struct names *names, const struct ks_module_symbols *symbols, bool marked, struct ks_error *err)
{
    struct ks_module_symbol symbol;

    names->names = calloc(symbols->count + 1, sizeof names->names[0]);
    if (!names->names) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < symbols->count; i++) {
        if (ks_module_symbols_get(symbols, i, &symbol, err)) {
            return -1;
        }
        names->names[names->count] = check_name(&symbol, marked);
        names->count += names->names[names->count] != NULL;
    }
    sort_once(names);
    return 0;
}

static int check_marks(const struct names *marks, const struct names *functions, struct ks_error *err)
{
    for (size_t i = 0; i < marks->count; i++) {
        if (ks_name_check_check(marks->names[i], err)) {
            return ks_error_wrap(err, "KUBE_SHIELDS_CHECK");
        }
        if (!bsearch(&marks->names[i], functions->names, functions->count, sizeof functions->names[0], compare)) {
            return ks_error_set(err, KS_ERROR_INVALID, "KUBE_SHIELDS_CHECK(%s): no function %s is exported",
                                marks->names[i], marks->names[i]);
        }
    }
    return 0;
}

static int keep(struct ks_module *module, const struct names *names, struct ks_error *err)
{
    if (names->count == 0) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "no check: it exports no function with a check's name (in C++ only those marked with "
                            "KUBE_SHIELDS_CHECK have one)");
    }
    if (names->count > CHECKS_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "%zu checks, must be at most %d: mark the checks with KUBE_SHIELDS_CHECK", names->count,
                            CHECKS_MOST);
    }
    module->checks = calloc(names->count, sizeof module->checks[0]);
    if (!module->checks) {
        return ks_error_memory(err);
    }
    module->count = names->count;
    for (size_t i = 0; i < names->count; i++) {
        memcpy(module->checks[i], names->names[i], strlen(names->names[i]));
    }
    return 0;
}

int ks_module_scan(struct ks_module *module, const void *data, size_t length, struct ks_error *err)
{
    struct ks_module_symbols symbols;
    struct names functions = {.names = NULL};
    struct names marks = {.names = NULL};
    int status = -1;

    *module = (struct ks_module){.checks = NULL};
    if (ks_module_symbols_open(&symbols, data, length, err) || check_abi(&symbols, err)) {
        return -1;
    }
    if (collect(&functions, &symbols, false, err) == 0 && collect(&marks, &symbols, true, err) == 0 &&
        check_marks(&marks, &functions, err) == 0) {
        status = keep(module, marks.count > 0 ? &marks : &functions, err);
    }
    free(functions.names);
    free(marks.names);
    return status;
}

void ks_module_fini(struct ks_module *module)
{
    free(module->checks);
    *module = (struct ks_module){.checks = NULL};
}
