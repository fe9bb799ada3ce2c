/* Paths of files in a test's folder. */
#ifndef KS_TEST_IN_FOLDER_H
#define KS_TEST_IN_FOLDER_H

#include "support/testing.h"

/* folder/name. Valid until the fourth call after this one. */
static inline const char *in_folder(const char *folder, const char *name)
{
    static char paths[4][256];
    static size_t next;
    char *path = paths[next++ % COUNT(paths)];

    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

#endif
