/* Runs a program of somebody else's on the loop: own process group, output by pipe and bounded, killed as a whole at
 * its deadline. Threads: the loop's. */
#ifndef KS_PROCESS_H
#define KS_PROCESS_H

#include <stddef.h>
#include <stdint.h>

#include "buf.h"
#include "error.h"
#include "loop.h"

struct ks_process_options {
    char *const *arguments;   /* the program first, looked up in PATH where it has no slash; NULL-terminated */
    char *const *environment; /* the whole of it */
    int64_t timeout_ms;
    size_t output_ceiling; /* most bytes of standard output; more is an error */
};

/* err is NULL where it exited with 0; else it says how it failed, with the first line of its standard error. */
typedef void ks_process_done(void *arg, const struct ks_buf *output, const struct ks_error *err);

struct ks_process;

/* The process belongs to the loop until done is called or it is cancelled. Descriptors other than its standard
 * streams are closed in it; its standard input is empty. */
int ks_process_start(struct ks_process **process, struct ks_loop *loop, const struct ks_process_options *options,
                     ks_process_done *done, void *arg, struct ks_error *err);
/* Kills it. NULL is fine. */
void ks_process_cancel(struct ks_process *process);

#endif
