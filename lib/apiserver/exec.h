/* Exec credential plugins: runs the program that a kubeconfig names, and reads the ExecCredential that it prints.
 * Source: Kubernetes, client.authentication.k8s.io/v1 and v1beta1. Threads: the loop's. */
#ifndef KS_APISERVER_EXEC_H
#define KS_APISERVER_EXEC_H

#include <stdint.h>

#include "base/error.h"
#include "access/access.h"
#include "loop/loop.h"

/* A plugin's answer. All strings are owned, and NULL if absent. expires: Unix seconds, 0: never. */
struct ks_kube_exec_answer {
    char *token;
    char *certificate; /* PEM */
    char *key;         /* PEM */
    int64_t expires;
};

void ks_kube_exec_answer_fini(struct ks_kube_exec_answer *answer);

/* Reads an ExecCredential. KS_ERROR_PROTOCOL says what is missing or wrong, and quotes nothing. */
int ks_kube_exec_parse(struct ks_kube_exec_answer *answer, const char *text, size_t length, struct ks_error *err);

/* Called at the end. If err is NULL, the answer is handed over. */
typedef void ks_kube_exec_done(void *arg, struct ks_kube_exec_answer *answer, const struct ks_error *err);

struct ks_kube_exec_run;

/* Starts the plugin. The configuration is borrowed until `done` is called or the run is cancelled. */
int ks_kube_exec_start(struct ks_kube_exec_run **run, struct ks_loop *loop, const struct ks_access *config,
                       ks_kube_exec_done *done, void *arg, struct ks_error *err);
/* Kills the plugin. NULL is fine. */
void ks_kube_exec_cancel(struct ks_kube_exec_run *run);

#endif
