/* Keeps a catalog of a folder of checks up to date: at once if something in the folder changes (by inotify, also behind
 * the symbolic link of a mounted ConfigMap), every minute for what inotify does not see, and every second while there
 * is no folder.
 * Threads: the loop's. */
#ifndef KS_CHECKS_LOADER_H
#define KS_CHECKS_LOADER_H

#include "catalog/catalog.h"
#include "loop/loop.h"

struct ks_loader;

/* Gets a catalog after the start and after every change; with `once`, none after the first complete one. If Python
 * files take more than a second to list, a catalog with their former functions comes first; if they had none, it is
 * partial. The callee owns the catalog. Return -1 if it cannot be used: the next one then comes even if nothing has
 * changed. Must neither free nor start the loader. */
typedef int ks_loader_loaded(void *arg, struct ks_catalog *catalog);

int ks_loader_new(struct ks_loader **loader, struct ks_loop *loop, const struct ks_checks_options *options,
                  ks_loader_loaded *loaded, void *arg, struct ks_error *err);
void ks_loader_free(struct ks_loader *loader);

/* Starts, or starts again, soon. With `once`, watches nothing. */
void ks_loader_start(struct ks_loader *loader, bool once);
/* Sets which services are wanted, called with the argument of `loaded`. Python files of other services are neither
 * listed nor in the catalog. */
void ks_loader_select(struct ks_loader *loader, bool (*is_wanted)(void *arg, const char *service));
/* Ends the time of `once`: if no complete catalog has been handed over, hands over one with what is known by now. */
void ks_loader_expire(struct ks_loader *loader);

#endif
