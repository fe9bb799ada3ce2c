#include "config.h"

#include "base/read_all.h"

#include <errno.h>
#include <unistd.h>

ssize_t ks_read_all(int fd, void *data, size_t size)
{
    size_t length = 0;

    while (length < size) {
        ssize_t count = read(fd, (char *)data + length, size - length);

        if (count == 0) {
            break;
        }
        if (count > 0) {
            length += (size_t)count;
        } else if (errno != EINTR) {
            return -1;
        }
    }
    return (ssize_t)length;
}
