/* Arrays on the heap: growth and search. Pure. Threads: any. */
#ifndef KS_BASE_ARRAY_H
#define KS_BASE_ARRAY_H

#include <stddef.h>

/* Makes room for one more element and returns the array, which may have moved. `count` elements of `size` bytes are in
 * use; the capacity is the next power of two, so nobody has to store it. NULL if out of memory: the old array is still
 * valid then. */
void *ks_array_grow(void *array, size_t count, size_t size);

/* As bsearch's: negative, 0 or positive if the key sorts before, with or after the element. */
typedef int ks_array_compare(const void *key, const void *element);

/* Index of the first element of a sorted array that does not sort before the key; `count` if all do. */
size_t ks_array_lower_bound(const void *key, const void *array, size_t count, size_t size, ks_array_compare *compare);

#endif
