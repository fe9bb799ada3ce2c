#include "config.h"

#include "settings/checks.h"

#include <errno.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/escape.h"

#define FILES_MOST     256
#define FILE_SIZE_MOST (64 << 20)

static bool may(const struct __user_cap_data_struct *data, unsigned capability)
{
    return data[capability / 32].effective & (1U << capability % 32);
}

/* Running a check as another user takes three capabilities, the last one to kill it. A container may have dropped any
 * of them. */
static bool may_change_user(void)
{
    struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
    struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

    return syscall(SYS_capget, &header, data) == 0 && may(data, CAP_SETUID) && may(data, CAP_SETGID) &&
           may(data, CAP_KILL);
}

static int find_user(struct ks_checks_options *options, const struct settings *settings, struct ks_error *err)
{
    const char *name = settings->check_user;
    const struct passwd *user;
    char *end;
    unsigned long number = strtoul(name, &end, 10);

    if (!may_change_user()) {
        return 0;
    }
    errno = 0;
    user = getpwnam(name);
    if (user) {
        options->user = user->pw_uid;
        options->group = user->pw_gid;
    } else if (*name >= '0' && *name <= '9' && !*end && number <= UINT32_MAX - 1) {
        options->user = (uid_t)number;
        options->group = (gid_t)number;
    }
    if (options->user && options->group) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "%s \"%.80s\": must be the name or number of a user who is not root, nor in "
                        "root's group",
                        settings->by_flag.check_user ? "--check-user" : "SHIELD_CHECK_USER", name);
}

/* Otherwise /proc would show our environment, memory and descriptors to checks that run as the same user. The price is
 * that there are no core dumps, so this is done only if it is needed. */
static void hide_us(void)
{
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
}

int checks_options(struct ks_checks_options *options, const struct settings *settings, const struct ks_log *log,
                   struct ks_error *err)
{
    *options = (struct ks_checks_options){
        .folder = settings->checks,
        .allow_writable = settings->checks_writable == CHECKS_WRITABLE_ALLOW,
        .kit = settings->check_kit,
        .python = settings->python,
        .environment = (const char *const *)settings->check_environment,
        .prometheus = settings->prometheus,
        .prometheus_token = settings->prometheus_token,
        .prometheus_ca = settings->prometheus_ca,
        .interval_ms = settings->check_interval,
        .timeout_ms = settings->check_timeout,
        .concurrency = (size_t)settings->check_concurrency,
        .limits = {.memory = settings->check_memory,
                   .files = FILES_MOST,
                   .processes = settings->check_processes,
                   .file_size = FILE_SIZE_MOST},
        .log = log,
    };
    options->user_name = settings->check_user;
    if (find_user(options, settings, err)) {
        return -1;
    }
    if (!options->user) {
        hide_us();
    }
    return 0;
}

void checks_put_path(struct ks_buf *out, const char *folder, const struct ks_refusal *refusal)
{
    ks_buf_line(out, folder);
    if (refusal->file[0]) {
        ks_buf_literal(out, "/");
    }
    ks_buf_line(out, refusal->file);
}
