/* A file is either a module with checks, sorted and well named, or one error. The input's first byte chooses: the rest
 * is the file itself, or is laid over a good module in pieces of an offset (2 bytes), a length and its bytes. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "support/check_module_image.h"
#include "catalog/module.h"
#include "health/names.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void scan(const void *data, size_t size)
{
    struct ks_module module;
    struct ks_error err = {.kind = KS_ERROR_NONE};
    char *copy = malloc(size ? size : 1);

    require(copy != NULL);
    if (size) {
        memcpy(copy, data, size);
    }
    if (ks_module_scan(&module, copy, size, &err)) {
        require(err.kind == KS_ERROR_INVALID && err.text[0] && module.count == 0 && !module.checks);
    } else {
        require(err.kind == KS_ERROR_NONE && module.count > 0);
    }
    for (size_t i = 0; i < module.count; i++) {
        require(ks_name_check_check(module.checks[i], NULL) == 0);
        require(i == 0 || strcmp(module.checks[i - 1], module.checks[i]) < 0);
    }
    ks_module_fini(&module);
    free(copy);
}

static void scan_changed(const uint8_t *data, size_t size)
{
    struct module_image image;

    module_image_init(&image);
    module_image_add(&image, "hits", FUNCTION);
    module_image_add(&image, "misses", FUNCTION);
    module_image_add(&image, MARK("hits"), OBJECT);
    module_image_add(&image, ABI_SYMBOL_NAME, OBJECT);
    while (size > 3) {
        size_t offset = (size_t)(data[0] | data[1] << 8) % sizeof image;
        size_t length = data[2];

        data += 3;
        size -= 3;
        length = length < size ? length : size;
        length = length < sizeof image - offset ? length : sizeof image - offset;
        memcpy((unsigned char *)&image + offset, data, length);
        data += length;
        size -= length;
    }
    scan(&image, sizeof image);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0 && data[0] & 1) {
        scan_changed(data + 1, size - 1);
    } else if (size > 0) {
        scan(data + 1, size - 1);
    }
    return 0;
}
