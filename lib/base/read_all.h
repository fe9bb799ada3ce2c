/* Reading a descriptor to its end. Threads: any. */
#ifndef KS_READ_ALL_H
#define KS_READ_ALL_H

#include <stddef.h>
#include <sys/types.h>

/* Reads until the end or `size` bytes, whatever signals come between; returns how many, or -1 with errno. */
ssize_t ks_read_all(int fd, void *data, size_t size);

#endif
