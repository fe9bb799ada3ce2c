/* Runs a program that we do not trust, on the loop: it has its own session and process group and bounded output, and
 * the whole group is killed at its deadline. Threads: the loop's. */
#ifndef KS_LOOP_PROCESS_H
#define KS_LOOP_PROCESS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "loop/loop.h"

struct ks_process_options {
    char *const *arguments;   /* the program first, looked up in PATH if it has no slash; NULL-terminated */
    char *const *environment; /* all of it: ours is not inherited */
    int64_t timeout_ms;
    size_t output_ceiling;  /* most bytes of standard output; more is an error */
    size_t error_ceiling;   /* the same of standard error. 0: 4096 are kept, the rest is dropped */
    bool keeps_last_errors; /* of the 4096: the end of standard error instead of its beginning */
};

/* How a process ended. */
struct ks_process_end {
    const struct ks_buf *output;
    const struct ks_buf *errors; /* standard error, its beginning, or its end */
    int exit_code;               /* -1 if it did not exit by itself */
    int signal;                  /* that killed it; 0 if none did, or if we killed it */
    const struct ks_error *err;  /* NULL if it exited with 0; otherwise how it failed, with the first line of its
                                    standard error: KS_ERROR_TIMEOUT, KS_ERROR_LIMIT, KS_ERROR_PROTOCOL, or
                                    KS_ERROR_MEMORY if we ran out of memory */
};

typedef void ks_process_done(void *arg, const struct ks_process_end *end);

struct ks_process;

/* Starts a process. It belongs to the loop until `done` is called or it is cancelled. Its standard input is empty, and
 * it inherits no descriptor but its standard streams. */
int ks_process_start(struct ks_process **process, struct ks_loop *loop, const struct ks_process_options *options,
                     ks_process_done *done, void *arg, struct ks_error *err);
/* Kills the process and its group, and frees. NULL is fine. */
void ks_process_cancel(struct ks_process *process);

/* Adopts orphans: processes that leave their group outlive it, and init would adopt them. After this call they become
 * children of this program, and the loop kills those that belong to the group of no running process: within a second
 * after any process ended, and when the loop is freed. Children that the program has before the call (a shell's that
 * became this program) are spared, and not waited for.
 *
 * The kernel knows one adopter per program, whatever its threads and loops. So from then on run processes on one loop
 * at a time, the one that adopts, and start no children in other ways: they would be taken for orphans. Calling it
 * again for the same loop does nothing. Returns 0, or -1 and nothing is adopted: KS_ERROR_SYSTEM if /proc does not show
 * our processes, KS_ERROR_LIMIT if there are too many children already, or KS_ERROR_MEMORY. */
int ks_process_adopt(struct ks_loop *loop, struct ks_error *err);

#endif
