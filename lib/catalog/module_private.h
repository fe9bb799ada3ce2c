/* The dynamic symbols of a shared object, as the dynamic loader finds them. Private to module*.c. Pure. Threads:
 * any. */
#ifndef KS_CATALOG_MODULE_PRIVATE_H
#define KS_CATALOG_MODULE_PRIVATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

struct ks_module_piece {
    const unsigned char *data;
    size_t length;
};

/* Borrows the file. */
struct ks_module_symbols {
    struct ks_module_piece file;
    struct ks_module_piece segments; /* the program headers; what they load is in the file */
    struct ks_module_piece table;
    struct ks_module_piece strings; /* ends with a NUL */
    size_t count;
};

struct ks_module_symbol {
    enum {
        KS_MODULE_OTHER, /* not exported, or of another type */
        KS_MODULE_FUNCTION,
        KS_MODULE_OBJECT,
    } type;
    const char *name; /* "" if it is too long to be a check's */
    uint64_t address;
    uint64_t size;
};

/* KS_ERROR_INVALID: not an ELF file, built for another machine, not a shared object, no dynamic symbols, or broken. */
int ks_module_symbols_open(struct ks_module_symbols *symbols, const void *data, size_t length, struct ks_error *err);

/* The symbol at an index below count. */
int ks_module_symbols_get(const struct ks_module_symbols *symbols, size_t index, struct ks_module_symbol *symbol,
                          struct ks_error *err);

/* Copies the initial value of an object; false if its size differs or the file does not contain it. */
bool ks_module_symbols_value(const struct ks_module_symbols *symbols, const struct ks_module_symbol *symbol,
                             void *value, size_t size);

/* Sets KS_ERROR_INVALID and returns -1. */
int ks_module_broken(struct ks_error *err, const char *how);

#endif
