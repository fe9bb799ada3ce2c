/* Transfers, programs, checks and scans of a folder on a loop while memory runs out: nothing hangs. */
#include "config.h"

#include "support/scarce_memory.h"

#include "support/check_folder.h"
#include "support/check_kit.h"
#include "support/http_server.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "checks/loader.h"
#include "checks/run.h"
#include "base/clock.h"
#include "loop/http.h"
#include "access/access.h"
#include "apiserver/exec.h"
#include "base/log.h"

#define LONG_MS 20000

/* The event that a story waits for. */
struct wait {
    struct ks_loop *loop;
    bool ended;
    struct ks_error err;
};

static void end(struct wait *wait, const struct ks_error *err)
{
    wait->ended = true;
    wait->err = err ? *err : (struct ks_error){.kind = KS_ERROR_NONE};
    ks_loop_stop(wait->loop);
}

/* Runs until what was started has ended. */
static int await(struct wait *wait, struct ks_error *err)
{
    if (!wait->ended && ks_loop_run(wait->loop, ks_clock_monotonic() + LONG_MS, err)) {
        return -1;
    }
    if (!wait->ended) {
        return ks_error_set(err, KS_ERROR_TIMEOUT, "it never ends");
    }
    if (wait->err.kind != KS_ERROR_NONE) {
        *err = wait->err;
        return -1;
    }
    return 0;
}

static int with_loop(int (*start)(struct wait *wait, void *arg, struct ks_error *err), void *arg, struct ks_error *err)
{
    struct wait wait = {.ended = false};
    int outcome;

    if (ks_loop_new(&wait.loop, err)) {
        return -1;
    }
    outcome = start(&wait, arg, err);
    ks_loop_free(wait.loop);
    return outcome;
}

/* ---- a program ---- */

static void on_program(void *arg, const struct ks_process_end *ended)
{
    end(arg, ended->err);
}

static int start_program(struct wait *wait, void *arg, struct ks_error *err)
{
    static char *const environment[] = {NULL};
    char *const arguments[] = {(char *)"/bin/sh", (char *)"-c", arg, NULL};
    const struct ks_process_options options = {.arguments = arguments,
                                               .environment = environment,
                                               .timeout_ms = LONG_MS,
                                               .output_ceiling = 65536,
                                               .error_ceiling = 65536};
    struct ks_process *process;

    return ks_process_start(&process, wait->loop, &options, on_program, wait, err) ? -1 : await(wait, err);
}

static int run_program(void *arg, struct ks_error *err)
{
    return with_loop(start_program, arg, err);
}

static void a_program_is_run(void **state)
{
    (void)state;
    scarce_tell("program", run_program, (char *)"echo out; echo err >&2");
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

/* ---- a credential plugin ---- */

static void on_credential(void *arg, struct ks_kube_exec_answer *answer, const struct ks_error *err)
{
    if (!err) {
        ks_kube_exec_answer_fini(answer);
    }
    end(arg, err);
}

static int start_plugin(struct wait *wait, void *arg, struct ks_error *err)
{
    struct ks_kube_exec_run *run;

    return ks_kube_exec_start(&run, wait->loop, arg, on_credential, wait, err) ? -1 : await(wait, err);
}

static int run_plugin(void *arg, struct ks_error *err)
{
    return with_loop(start_plugin, arg, err);
}

static void a_credential_plugin_is_run(void **state)
{
    char *arguments[] = {
        (char *)"/bin/sh", (char *)"-c",
        (char *)"echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
                "\"status\":{\"token\":\"abc\",\"clientCertificateData\":\"C\",\"clientKeyData\":\"K\"}}'",
        NULL};
    char *environment[] = {(char *)"A=b", NULL};
    struct ks_access config = {.server = (char *)"https://h",
                               .exec = {.api_version = (char *)"client.authentication.k8s.io/v1",
                                        .arguments = arguments,
                                        .environment = environment,
                                        .provide_cluster_info = true}};

    (void)state;
    scarce_tell("plugin", run_plugin, &config);
}

/* ---- a transfer ---- */

static int on_response(void *arg, int status, const char *content_type, struct ks_error *err)
{
    (void)arg, (void)content_type;
    return status == 200 ? 0 : ks_error_set(err, KS_ERROR_PROTOCOL, "status %d", status);
}

static int on_data(void *arg, const void *data, size_t length, struct ks_error *err)
{
    (void)arg, (void)data, (void)length, (void)err;
    return 0;
}

static void on_transferred(void *arg, const struct ks_error *err)
{
    end(arg, err);
}

static int start_transfer(struct wait *wait, void *arg, struct ks_error *err)
{
    static const char *const headers[] = {"X-Word: one", NULL};
    const struct ks_http_server server = {.url = arg};
    const struct ks_http_request request = {.path = "/",
                                            .headers = headers,
                                            .total_timeout_ms = LONG_MS,
                                            .compressed = true,
                                            .response = on_response,
                                            .data = on_data,
                                            .done = on_transferred,
                                            .arg = wait};
    struct ks_http_transfer *transfer;

    return ks_http_start(&transfer, wait->loop, &server, &request, err) ? -1 : await(wait, err);
}

static int run_transfer(void *arg, struct ks_error *err)
{
    return with_loop(start_transfer, arg, err);
}

static bool say_words(void *arg, const char *request, struct ks_buf *answer)
{
    (void)arg, (void)request;
    ks_buf_literal(answer, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nwords");
    return false;
}

static void a_transfer_is_made(void **state)
{
    struct http_server server;

    (void)state;
    http_server_start(&server, say_words, NULL);
    scarce_tell("transfer", run_transfer, server.url);
    http_server_stop(&server);
}

/* ---- a check ---- */

static void on_answer(void *arg, struct ks_answer *answer, int64_t took_ms)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};

    (void)took_ms;
    if (answer->failed) {
        ks_error_set(&error, strcmp(answer->message, "out of memory") == 0 ? KS_ERROR_MEMORY : KS_ERROR_PROTOCOL, "%s",
                     answer->reason);
    } else if (strcmp(answer->message, "5") != 0 || strcmp(answer->color, "green") != 0) {
        ks_error_set(&error, KS_ERROR_PROTOCOL, "it answers %s, %s", answer->message, answer->color);
    }
    ks_answer_fini(answer);
    end(arg, error.kind == KS_ERROR_NONE ? NULL : &error);
}

static int start_check(struct wait *wait, void *arg, struct ks_error *err)
{
    struct ks_run *run;

    return ks_run_start(&run, wait->loop, arg, on_answer, wait, err) ? -1 : await(wait, err);
}

static int run_check(void *arg, struct ks_error *err)
{
    return with_loop(start_check, arg, err);
}

static void a_check_is_run(void **state)
{
    struct kit kit;
    char path[64];
    const struct ks_definition definition = kit_definition(KS_DEFINITION_PROGRAM, path, NULL);
    struct ks_run_job job = {.options = &kit.options, .definition = &definition, .namespaces = "shop"};

    (void)state;
    kit_init(&kit, KIT_RUN_CHECK);
    snprintf(path, sizeof path, "%s/hits", kit.folder);
    kit_write(&kit, "hits", "#!/bin/sh\necho '{\"message\":\"5\",\"color\":\"green\",\"more\":[1]}'; echo said >&2\n");
    scarce_tell("JSON", run_check, &job);
    kit_write(&kit, "hits", "#!/bin/sh\necho '5|a=1;2;3'; echo said >&2\n");
    scarce_tell("plugin", run_check, &job);
    kit_fini(&kit);
}

/* ---- a folder of checks ---- */

struct scanned {
    struct ks_checks_options options;
    bool once;
    struct ks_log log; /* in memory */
};

static const char *const found[] = {"cron/late", "queue/depth", "web/hits", "web/misses"};

static bool is_said(const struct scanned *scanned, const char *words)
{
    char text[4096];
    ssize_t length = pread(scanned->log.fd, text, sizeof text - 1, 0);

    text[length > 0 ? length : 0] = '\0';
    return strstr(text, words);
}

static int on_loaded(void *arg, struct ks_catalog *catalog)
{
    struct ks_error error = {.kind = KS_ERROR_NONE};

    for (size_t i = 0; i < catalog->refusal_count; i++) {
        ks_error_set(&error, KS_ERROR_INVALID, "%s: %s", catalog->refusals[i].file, catalog->refusals[i].reason);
    }
    if (error.kind == KS_ERROR_NONE && catalog->count != COUNT(found)) {
        ks_error_set(&error, KS_ERROR_INVALID, "%zu checks", catalog->count);
    }
    ks_catalog_fini(catalog);
    end(arg, error.kind == KS_ERROR_NONE ? NULL : &error);
    return 0;
}

/* Runs until a catalog comes, or the log says why not. */
static int await_catalog(struct wait *wait, const struct scanned *scanned, struct ks_error *err)
{
    int64_t deadline = ks_clock_monotonic() + LONG_MS;

    while (!wait->ended && !is_said(scanned, "out of memory") && ks_clock_monotonic() < deadline) {
        if (ks_loop_run(wait->loop, ks_clock_monotonic() + 20, err)) {
            return -1;
        }
    }
    return wait->ended || !is_said(scanned, "out of memory") ? await(wait, err) : ks_error_memory(err);
}

static int start_scan(struct wait *wait, void *arg, struct ks_error *err)
{
    const struct scanned *scanned = arg;
    struct ks_loader *loader;
    int outcome;

    if (ftruncate(scanned->log.fd, 0) || lseek(scanned->log.fd, 0, SEEK_SET) ||
        ks_loader_new(&loader, wait->loop, &scanned->options, on_loaded, wait, err)) {
        return -1;
    }
    ks_loader_start(loader, scanned->once);
    outcome = await_catalog(wait, scanned, err);
    ks_loader_free(loader);
    return outcome;
}

static int run_scan(void *arg, struct ks_error *err)
{
    return with_loop(start_scan, arg, err);
}

static void a_folder_is_scanned(void **state)
{
    static const struct file files[] = {
        {"cron/", 0755, NULL},
        {"cron/late", 0755, "#!/bin/sh\n"},
        {"queue.promql", 0644, "depth: up\n    green\n"},
        {"web.py", 0644, "echo hits\necho misses\n"},
        {"web.conf", 0644, "[hits]\nlabel = H\n"},
    };
    struct folder folder, kit;
    struct scanned scanned;

    (void)state;
    folder_init(&folder);
    folder_init(&kit);
    for (size_t i = 0; i < COUNT(files); i++) {
        folder_put(&folder, &files[i]);
    }
    folder_put(&kit, &(struct file){"run-check", 0755, "#!/bin/sh\nfor file; do :; done\n. \"$file\"\n"});
    scanned.log = (struct ks_log){.fd = memfd_create("log", MFD_CLOEXEC), .level = KS_LOG_ERROR};
    assert_true(scanned.log.fd >= 0);
    scanned.options = (struct ks_checks_options){.folder = folder.path,
                                                 .kit = kit.path,
                                                 .python = "python3",
                                                 .interval_ms = 30000,
                                                 .timeout_ms = LONG_MS,
                                                 .log = &scanned.log};
    scanned.once = false;
    scarce_tell("watched", run_scan, &scanned);
    scanned.once = true;
    scarce_tell("scanned once", run_scan, &scanned);
    close(scanned.log.fd);
    folder_fini(&folder);
    folder_fini(&kit);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_is_run),    cmocka_unit_test(a_credential_plugin_is_run),
        cmocka_unit_test(a_transfer_is_made),  cmocka_unit_test(a_check_is_run),
        cmocka_unit_test(a_folder_is_scanned),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
