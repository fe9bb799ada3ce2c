/* Keeps a catalog of a folder of checks: at once, when something in it changes (inotify, also through the symbolic
 * link of a mounted ConfigMap), and every minute, where inotify does not reach; every second while there is no folder.
 * Threads: the loop's. */
#ifndef KS_CHECKS_LOADER_H
#define KS_CHECKS_LOADER_H

#include "catalog/catalog.h"
#include "loop/loop.h"

struct ks_loader;

/* A catalog: after the start, then after every change; with `once` none after the first that is complete. Where Python
 * files take more than a second to tell their functions, one comes first that has the functions that they had before;
 * where they had none, it is partial. It is the callee's to keep or release. -1: it could not be taken, and the next
 * one is handed over even where nothing has changed. It must neither free nor start the loader. */
typedef int ks_loader_loaded(void *arg, struct ks_catalog *catalog);

int ks_loader_new(struct ks_loader **loader, struct ks_loop *loop, const struct ks_checks_options *options,
                  ks_loader_loaded *loaded, void *arg, struct ks_error *err);
void ks_loader_free(struct ks_loader *loader);

/* Begins, or begins anew, soon. With `once`, nothing is watched. */
void ks_loader_start(struct ks_loader *loader, bool once);
/* Whether anybody wants to know the checks of a service, with the argument of `loaded`: Python files of others are not
 * asked for their functions, and not in the catalog. */
void ks_loader_select(struct ks_loader *loader, bool (*is_wanted)(void *arg, const char *service));
/* With `once`, the time is over: where no complete catalog was handed over, one is, with what is known by now. */
void ks_loader_expire(struct ks_loader *loader);

#endif
