/* The checks that a C module exports, read from its file without running any of it.
 * Source: System V ABI, "Object Files" and "Dynamic Linking" (ELF-64 and ELF-32). Pure. Threads: any. */
#ifndef KS_CATALOG_MODULE_H
#define KS_CATALOG_MODULE_H

#include <stddef.h>

#include "answers/answer.h"
#include "health/names.h"

struct ks_module {
    char (*checks)[KS_CHECK_NAME_SIZE]; /* sorted; owned */
    size_t count;
};

/* Finds functions (STT_FUNC, defined, global or weak, not hidden) whose names are valid for checks and do not begin
 * with
 * '_'. If the module marks checks (KUBE_SHIELDS_CHECK in kube-shields-check.h), finds only those.
 * KS_ERROR_INVALID says what is wrong and what to do: not an ELF file, not a shared object, built for another machine,
 * no dynamic symbols, no `_kube_shields_check_abi` ("include <kube-shields-check.h>"), an ABI other than
 * KUBE_SHIELDS_CHECK_ABI, no check, or broken. Trusts no offset in the file. */
int ks_module_scan(struct ks_module *module, const void *data, size_t length, struct ks_error *err);
void ks_module_fini(struct ks_module *module);

#endif
