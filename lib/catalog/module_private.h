/* The dynamic symbols of a shared object, as the loader finds them. Private to check_module*.c. Threads: any. */
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
        KS_MODULE_OTHER, /* nothing that others may find by its name, or nothing that we look for */
        KS_MODULE_FUNCTION,
        KS_MODULE_OBJECT,
    } type;
    const char *name; /* "" where it is longer than any that is wanted */
    uint64_t address;
    uint64_t size;
};

/* KS_ERROR_INVALID: no ELF file, of another machine than ours, no shared object, no dynamic symbols, or broken. */
int ks_module_symbols_open(struct ks_module_symbols *symbols, const void *data, size_t length, struct ks_error *err);

/* The index-th, below count. */
int ks_module_symbols_get(const struct ks_module_symbols *symbols, size_t index, struct ks_module_symbol *symbol,
                          struct ks_error *err);

/* Copies what an object is at first; false where its size is another or the file has nothing there. */
bool ks_module_symbols_value(const struct ks_module_symbols *symbols, const struct ks_module_symbol *symbol,
                             void *value, size_t size);

/* KS_ERROR_INVALID. */
int ks_module_broken(struct ks_error *err, const char *how);

#endif
