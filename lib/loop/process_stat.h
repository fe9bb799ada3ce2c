/* What /proc says about the children of this process. Private to lib/loop. Threads: any. */
#ifndef KS_LOOP_PROCESS_STAT_H
#define KS_LOOP_PROCESS_STAT_H

#include <stdbool.h>
#include <sys/types.h>

/* The fields of /proc/N/stat that we need. Source: proc_pid_stat(5). */
struct ks_process_stat {
    pid_t pid;
    pid_t parent;
    pid_t group;
};

/* Reads one line of /proc/N/stat. The command's name, in parentheses, may hold anything: parentheses and spaces too.
 * Returns false if the text is not such a line. */
bool ks_process_stat_parse(struct ks_process_stat *stat, const char *text);

/* Calls `visit` for each child of this process, dead ones that are not reaped included, the newest first. Returns 0,
 * or -1 if /proc cannot be read (errno says why) or belongs to another PID namespace (errno is 0). */
int ks_process_visit_children(void (*visit)(void *arg, const struct ks_process_stat *child), void *arg);

#endif
