/* Counts the open descriptors of the test, to see that none is left behind. */
#ifndef KS_TEST_OPEN_DESCRIPTORS_H
#define KS_TEST_OPEN_DESCRIPTORS_H

#include "support/testing.h"

#include <dirent.h>

static inline int open_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    assert_non_null(folder);
    while (readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count;
}

#endif
