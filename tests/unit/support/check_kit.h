/* A folder with checks and with a run-check made by the test. */
#ifndef KS_TEST_CHECK_KIT_H
#define KS_TEST_CHECK_KIT_H

#include "support/testing.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checks/sandbox.h"

/* A run-check that skips the limits and runs the rest. */
#define KIT_RUN_CHECK "#!/bin/sh\nwhile :; do case $1 in --*) shift 2;; *) break;; esac; done\nshift\nexec \"$@\"\n"

struct kit {
    char folder[40];
    struct ks_checks_options options;
};

/* Writes an executable into the kit's folder. */
static inline void kit_write(const struct kit *kit, const char *name, const char *text)
{
    int folder = open(kit->folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int fd = openat(folder, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0700);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), strlen(text));
    close(fd);
    close(folder);
}

static inline void kit_init(struct kit *kit, const char *run_check)
{
    snprintf(kit->folder, sizeof kit->folder, "/tmp/test_check.XXXXXX");
    assert_non_null(mkdtemp(kit->folder));
    kit->options = (struct ks_checks_options){
        .kit = kit->folder,
        .python = "python3",
        .interval_ms = 30000,
        .timeout_ms = 20000,
        .concurrency = 4,
        .limits = {.memory = 1073741824, .files = 64, .processes = 256, .file_size = 1048576},
    };
    kit_write(kit, "run-check", run_check);
}

static inline void kit_fini(const struct kit *kit)
{
    DIR *folder = opendir(kit->folder);

    assert_non_null(folder);
    for (struct dirent *entry = readdir(folder); entry; entry = readdir(folder)) {
        unlinkat(dirfd(folder), entry->d_name, 0);
    }
    closedir(folder);
    assert_int_equal(rmdir(kit->folder), 0);
}

/* A check of the service "web", called "hits". */
static inline struct ks_definition kit_definition(enum ks_definition_kind kind, const char *path,
                                                  const char *const *arguments)
{
    return (struct ks_definition){.service = "web",
                                  .check = "hits",
                                  .kind = kind,
                                  .path = (char *)(uintptr_t)path,
                                  .arguments = (char **)(uintptr_t)arguments,
                                  .interval_ms = 30000,
                                  .timeout_ms = 20000};
}

#endif
