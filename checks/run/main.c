/* run-check: limits its own rights and resources, then runs one custom check. Only kube-shields calls it; its command
 * line may change with any version. */
#include "run/private.h"

#include <inttypes.h>
#include <string.h>

enum option {
    OPTION_MEMORY,
    OPTION_FILES,
    OPTION_PROCESSES,
    OPTION_FILE_SIZE,
    OPTION_CPU,
    OPTION_USER,
    OPTION_GROUP,
    OPTIONS,
};

/* The hard limit of CPU time is one second higher. The highest user and group number means "none". */
static const struct {
    const char *flag;
    uint64_t most;
    bool needed;
} options[OPTIONS] = {
    [OPTION_MEMORY] = {"--memory", INT64_MAX, true},
    [OPTION_FILES] = {"--files", INT64_MAX, true},
    [OPTION_PROCESSES] = {"--processes", INT64_MAX, true},
    [OPTION_FILE_SIZE] = {"--file-size", INT64_MAX, true},
    [OPTION_CPU] = {"--cpu", INT32_MAX, true},
    [OPTION_USER] = {"--user", UINT32_MAX - 1, false},
    [OPTION_GROUP] = {"--group", UINT32_MAX - 1, false},
};

/* Digits only: no sign, no space, no other base. */
static uint64_t parse_number(const char *flag, const char *text, uint64_t most)
{
    uint64_t number = 0;
    const char *at = text ? text : "";

    for (; *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');

        if (number > (most - digit) / 10) {
            break;
        }
        number = number * 10 + digit;
    }
    if (*at || number == 0) {
        run_end(RUN_REFUSED, "run-check: %s \"%s\": must be a whole number from 1 to %" PRIu64, flag, text ? text : "",
                most);
    }
    return number;
}

static enum option find_option(const char *flag)
{
    for (int i = 0; i < OPTIONS; i++) {
        if (strcmp(flag, options[i].flag) == 0) {
            return (enum option)i;
        }
    }
    run_end(RUN_REFUSED, "run-check: %s: must be --memory, --files, --processes, --file-size, --cpu, --user or --group",
            flag);
}

/* Returns the arguments after the options. */
static char **parse_options(struct run_limits *limits, char **arguments)
{
    uint64_t numbers[OPTIONS] = {0};

    for (; *arguments && strncmp(*arguments, "--", 2) == 0; arguments += 2) {
        enum option option = find_option(*arguments);

        if (numbers[option] > 0) {
            run_end(RUN_REFUSED, "run-check: %s is given twice", options[option].flag);
        }
        numbers[option] = parse_number(options[option].flag, arguments[1], options[option].most);
    }
    for (int i = 0; i < OPTIONS; i++) {
        if (options[i].needed && numbers[i] == 0) {
            run_end(RUN_REFUSED, "run-check: %s is missing", options[i].flag);
        }
    }
    if ((numbers[OPTION_USER] > 0) != (numbers[OPTION_GROUP] > 0)) {
        run_end(RUN_REFUSED, "run-check: --user and --group must be given together");
    }
    *limits = (struct run_limits){
        .memory = numbers[OPTION_MEMORY],
        .files = numbers[OPTION_FILES],
        .processes = numbers[OPTION_PROCESSES],
        .file_size = numbers[OPTION_FILE_SIZE],
        .cpu = numbers[OPTION_CPU],
        .change_user = numbers[OPTION_USER] > 0,
        .user = (uid_t)numbers[OPTION_USER],
        .group = (gid_t)numbers[OPTION_GROUP],
    };
    return arguments;
}

static const char *check_path(const char *path, bool may_be_looked_up)
{
    if (!path || !*path || (*path != '/' && (!may_be_looked_up || strchr(path, '/')))) {
        run_end(RUN_REFUSED, "run-check: path \"%s\": must be absolute", path ? path : "");
    }
    return path;
}

int main(int count, char **arguments)
{
    struct run_limits limits;
    char **rest = parse_options(&limits, count > 0 ? arguments + 1 : arguments);

    if (*rest && strcmp(*rest, "program") == 0) {
        check_path(rest[1], true);
        run_limits_apply(&limits);
        run_program(rest + 1);
    }
    if (*rest && strcmp(*rest, "module") == 0) {
        check_path(rest[1], false);
        if (!rest[2] || !*rest[2] || *rest[2] == '_') {
            run_end(RUN_REFUSED, "run-check: function \"%s\": must be a name that does not begin with '_'",
                    rest[2] ? rest[2] : "");
        }
        run_limits_apply(&limits);
        run_module(rest[1], rest[2], rest + 3);
    }
    run_end(RUN_REFUSED, "run-check: \"%s\": must be program or module", *rest ? *rest : "");
}
