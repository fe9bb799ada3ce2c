/* Finds or runs checks once, for the command line. */
#include "config.h"

#include "checks/oneshot.h"

#include <string.h>

#include "checks/loader.h"
#include "checks/run.h"
#include "loop/loop.h"
#include "loop/process.h"

struct finding {
    struct ks_loop *loop;
    const char *service;
    struct ks_catalog *catalog;
};

static int on_loaded(void *arg, struct ks_catalog *catalog)
{
    struct finding *finding = arg;

    if (catalog->is_partial) {
        ks_catalog_fini(catalog);
        return 0;
    }
    *finding->catalog = *catalog;
    ks_loop_stop(finding->loop);
    return 0;
}

static bool is_wanted(void *arg, const char *service)
{
    const struct finding *finding = arg;

    return !finding->service || strcmp(finding->service, service) == 0;
}

/* Makes a loop that also ends the processes that checks leave behind. */
static int loop_new(struct ks_loop **loop, struct ks_error *err)
{
    if (ks_loop_new(loop, err)) {
        return -1;
    }
    if (ks_process_adopt(*loop, err)) {
        ks_loop_free(*loop);
        return -1;
    }
    return 0;
}

int ks_oneshot_find(struct ks_catalog *catalog, const struct ks_checks_options *options, const char *service,
                    struct ks_error *err)
{
    struct finding finding = {.catalog = catalog, .service = service};
    struct ks_loader *loader = NULL;
    int outcome;

    *catalog = (struct ks_catalog){.count = 0};
    if (loop_new(&finding.loop, err)) {
        return -1;
    }
    outcome = ks_loader_new(&loader, finding.loop, options, on_loaded, &finding, err);
    if (outcome == 0) {
        ks_loader_select(loader, is_wanted);
        ks_loader_start(loader, true);
        outcome = ks_loop_run(finding.loop, -1, err);
    }
    ks_loader_free(loader);
    ks_loop_free(finding.loop);
    return outcome;
}

struct running {
    struct ks_loop *loop;
    struct ks_run *run;
    struct ks_answer *answer;
    int64_t *took_ms;
};

static void on_answer(void *arg, struct ks_answer *answer, int64_t took_ms)
{
    struct running *running = arg;

    running->run = NULL;
    *running->answer = *answer;
    *running->took_ms = took_ms;
    ks_loop_stop(running->loop);
}

int ks_oneshot_run(struct ks_answer *answer, int64_t *took_ms, const struct ks_checks_options *options,
                   const struct ks_definition *definition, struct ks_error *err)
{
    const struct ks_run_job job = {.options = options, .definition = definition, .namespaces = ""};
    struct running running = {.answer = answer, .took_ms = took_ms};
    int outcome;

    ks_answer_init(answer);
    if (loop_new(&running.loop, err)) {
        return -1;
    }
    outcome = ks_run_start(&running.run, running.loop, &job, on_answer, &running, err);
    if (outcome == 0) {
        outcome = ks_loop_run(running.loop, -1, err);
    }
    ks_run_cancel(running.run);
    ks_loop_free(running.loop);
    return outcome;
}
