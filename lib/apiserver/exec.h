/* Exec credential plugins: the program that a kubeconfig names, and the ExecCredential that it prints.
 * Source: Kubernetes, client.authentication.k8s.io/v1 and v1beta1. Threads: the loop's. */
#ifndef KS_KUBE_EXEC_H
#define KS_KUBE_EXEC_H

#include <stdint.h>

#include "base/error.h"
#include "apiserver/access.h"
#include "loop/loop.h"

/* What a plugin answered; all owned, NULL where absent. expires: Unix seconds, 0 for never. */
struct ks_kube_exec_answer {
    char *token;
    char *certificate; /* PEM */
    char *key;         /* PEM */
    int64_t expires;
};

void ks_kube_exec_answer_fini(struct ks_kube_exec_answer *answer);

/* Reads an ExecCredential. KS_ERROR_PROTOCOL says what it lacks, never what it holds. */
int ks_kube_exec_parse(struct ks_kube_exec_answer *answer, const char *text, size_t length, struct ks_error *err);

/* The answer is handed over where err is NULL. */
typedef void ks_kube_exec_done(void *arg, struct ks_kube_exec_answer *answer, const struct ks_error *err);

struct ks_kube_exec_run;

int ks_kube_exec_start(struct ks_kube_exec_run **run, struct ks_loop *loop, const struct ks_kube_config *config,
                       ks_kube_exec_done *done, void *arg, struct ks_error *err);
void ks_kube_exec_cancel(struct ks_kube_exec_run *run);

#endif
