/* Takes rights and resources away before a check runs. */
#include "run/private.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

_Noreturn static void refused(const char *what)
{
    run_end(RUN_REFUSED, "run-check: %s: %s", what, strerror(errno));
}

/* If the machine runs out of memory, the kernel kills a check before kube-shields. A /proc without this file is fine.
 * It must be written before the user changes, who may not. */
static void go_first_without_memory(void)
{
    int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

    if (fd >= 0) {
        dprintf(fd, "1000");
        close(fd);
    }
}

/* Only lowers a limit: we may have been started with less. */
static void limit(__rlimit_resource_t resource, const char *name, uint64_t soft, uint64_t hard)
{
    struct rlimit now;

    if (getrlimit(resource, &now)) {
        refused(name);
    }
    now.rlim_cur = soft < now.rlim_cur ? (rlim_t)soft : now.rlim_cur;
    now.rlim_max = hard < now.rlim_max ? (rlim_t)hard : now.rlim_max;
    if (setrlimit(resource, &now)) {
        refused(name);
    }
}

static void limit_resources(const struct run_limits *limits)
{
    limit(RLIMIT_CPU, "RLIMIT_CPU", limits->cpu, limits->cpu + 1);
    limit(RLIMIT_AS, "RLIMIT_AS", limits->memory, limits->memory);
    limit(RLIMIT_NOFILE, "RLIMIT_NOFILE", limits->files, limits->files);
    limit(RLIMIT_NPROC, "RLIMIT_NPROC", limits->processes, limits->processes);
    limit(RLIMIT_FSIZE, "RLIMIT_FSIZE", limits->file_size, limits->file_size);
    limit(RLIMIT_CORE, "RLIMIT_CORE", 0, 0);
}

/* Changes the saved ids too and drops all other groups, so that there is no way back. */
static void change_user(uid_t user, gid_t group)
{
    uid_t users[3];
    gid_t groups[3];

    if (setgroups(0, NULL)) {
        refused("setgroups");
    }
    if (setresgid(group, group, group)) {
        refused("setgid");
    }
    if (setresuid(user, user, user)) {
        refused("setuid");
    }
    if (getresuid(&users[0], &users[1], &users[2]) || getresgid(&groups[0], &groups[1], &groups[2])) {
        refused("getresuid");
    }
    for (int i = 0; i < 3; i++) {
        if (users[i] != user || groups[i] != group) {
            run_end(RUN_REFUSED, "run-check: the user did not change");
        }
    }
    if (getgroups(0, NULL) != 0 || setuid(0) == 0) {
        run_end(RUN_REFUSED, "run-check: the new user kept rights of the old one");
    }
}

void run_limits_apply(const struct run_limits *limits)
{
    closefrom(STDERR_FILENO + 1);
    go_first_without_memory();
    limit_resources(limits);
    if (limits->change_user) {
        change_user(limits->user, limits->group);
    }
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) {
        refused("no_new_privs");
    }
    /* kube-shields kills us at the deadline. If it dies before that, this signal does. */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)) {
        refused("death signal");
    }
    umask(077);
    if (chdir("/")) {
        refused("/");
    }
}
