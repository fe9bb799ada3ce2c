#include "config.h"

#include "apiserver/file_changes.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "base/file_stamp.h"

int ks_file_changes_take(struct ks_file_changes *changes, char *const *paths, struct ks_error *err)
{
    struct ks_file_changes taken = {.count = 0};

    while (paths && paths[taken.count]) {
        taken.count++;
    }
    taken.stamps = calloc(taken.count + 1, sizeof *taken.stamps);
    if (!taken.stamps) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < taken.count; i++) {
        taken.stamps[i] = ks_file_stamp_at(paths[i]);
    }
    ks_file_changes_fini(changes);
    *changes = taken;
    return 0;
}

void ks_file_changes_fini(struct ks_file_changes *changes)
{
    free(changes->stamps);
    *changes = (struct ks_file_changes){.count = 0};
}

bool ks_file_changes_seen(const struct ks_file_changes *changes, char *const *paths)
{
    for (size_t i = 0; i < changes->count; i++) {
        struct stat status;

        if (stat(paths[i], &status) == 0 && S_ISREG(status.st_mode) && ks_file_stamp(&status) != changes->stamps[i]) {
            return true;
        }
    }
    return false;
}
