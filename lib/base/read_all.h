/* Reading a descriptor to its end. Threads: any. */
#ifndef KS_BASE_READ_ALL_H
#define KS_BASE_READ_ALL_H

#include <stddef.h>
#include <sys/types.h>

/* Reads up to the end or `size` bytes, and goes on after signals. Returns the number of bytes, or -1 with errno. */
ssize_t ks_read_all(int fd, void *data, size_t size);

#endif
