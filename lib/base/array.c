#include "config.h"

#include "base/array.h"

#include <stdlib.h>

void *ks_array_grow(void *array, size_t count, size_t size)
{
    /* Between powers of two there is room. */
    if (count > 0 && (count & (count - 1))) {
        return array;
    }
    return reallocarray(array, count ? 2 * count : 1, size);
}

size_t ks_array_lower_bound(const void *key, const void *array, size_t count, size_t size, ks_array_compare *compare)
{
    size_t low = 0;
    size_t high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (compare(key, (const char *)array + middle * size) > 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}
