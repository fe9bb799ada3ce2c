/* The document of which other kube-shields keep a copy: docs/protocol.md, "Services". This is the only page that waits:
 * as long as the request asks for, and on a limited number of threads. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "document/document.h"
#include "pages/page.h"

#define WAIT_SECONDS_MOST 30

/* The version in `since`, or 0 if there is none, or if it comes from another process. */
static uint64_t version_of(const struct request *request)
{
    const char *since = ks_url_parameter(&request->url, "since");
    size_t length = strlen(request->app->instance);
    const char *number;
    char *end;
    uint64_t version;

    if (!since || strncmp(since, request->app->instance, length) != 0 || since[length] != '.') {
        return 0;
    }
    number = since + length + 1;
    version = strtoull(number, &end, 10);
    return *number >= '0' && *number <= '9' && !*end ? version : 0;
}

static int64_t wait_of(const struct request *request)
{
    const char *wait = ks_url_parameter(&request->url, "wait");
    long seconds = wait ? strtol(wait, NULL, 10) : 0;

    seconds = seconds < WAIT_SECONDS_MOST ? seconds : WAIT_SECONDS_MOST;
    return seconds > 0 ? (int64_t)seconds * 1000 : 0;
}

/* The newest format that the reader knows. One that does not say so knows only the first. */
static int64_t format_of(const struct request *request)
{
    const char *format = ks_url_parameter(&request->url, "format");
    long number = format ? strtol(format, NULL, 10) : 1;

    return number > 1 ? number : 1;
}

/* A thread that waits cannot answer anybody else, so if too many wait already, this one answers at once. */
static void wait_for_news(const struct request *request, uint64_t since)
{
    const struct app *app = request->app;
    int64_t wait = since ? wait_of(request) : 0;

    if (!wait || !app->polls) {
        return;
    }
    if (atomic_fetch_add(app->polls, 1) < app->settings->peer_polls) {
        ks_store_wait(app->store, since, ks_clock_monotonic() + wait);
    }
    atomic_fetch_sub(app->polls, 1);
}

void page_services_full(const struct request *request, struct response *response)
{
    uint64_t since = version_of(request);

    response->content_type = "application/json";
    wait_for_news(request, since);
    ks_peer_document_write(&response->body, request->app->store, request->app->instance, since, format_of(request));
}
