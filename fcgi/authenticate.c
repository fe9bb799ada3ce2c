#include "config.h"

#include "authenticate.h"

#include <stdio.h>
#include <strings.h>

#include "base/clock.h"

#define REFUSALS_A_MINUTE 600

static const char *text_of(request_variable *variable, void *arg, const char *name)
{
    const char *text = variable(arg, name);

    return text ? text : "";
}

static void log_refusal(const struct app *app, enum ks_log_level level, const char *why,
                        const struct ks_auth_request *asked, const char *sender)
{
    struct app_refusals *refusals = app->refusals;
    int64_t minute = ks_clock_monotonic() / 60000;
    unsigned logged;

    if (refusals && atomic_exchange(&refusals->minute, minute) != minute) {
        atomic_store(&refusals->count, 0);
    }
    logged = refusals ? atomic_fetch_add(&refusals->count, 1) : 0;
    if (logged < REFUSALS_A_MINUTE) {
        ks_log(app->log, level, "serve", "refused a signed request: %s (%.16s %.200s from %.64s)", why, asked->method,
               asked->target, sender[0] ? sender : "an unknown address");
    } else if (logged == REFUSALS_A_MINUTE) {
        ks_log(app->log, KS_LOG_WARNING, "serve", "further refusals of this minute are not logged");
    }
}

/* Otherwise a request that was signed for one kube-shields could be replayed to another one with the same secret. */
static bool is_our_host(const struct settings *settings, const char *host)
{
    if (!settings->hosts) {
        return true;
    }
    for (char *const *ours = settings->hosts; *ours; ours++) {
        if (strcasecmp(*ours, host) == 0) {
            return true;
        }
    }
    return false;
}

void authenticate(struct request *request, request_variable *variable, void *arg)
{
    const struct app *app = request->app;
    const char *header = text_of(variable, arg, "HTTP_INTRA_SHIELD");
    const char *sender = text_of(variable, arg, "REMOTE_ADDR");
    const struct ks_auth_request asked = {.method = text_of(variable, arg, "REQUEST_METHOD"),
                                          .host = text_of(variable, arg, "HTTP_HOST"),
                                          .target = text_of(variable, arg, "REQUEST_URI")};
    char why[KS_AUTH_TEXT_SIZE];

    if (!header[0]) {
        return;
    }
    if (!app->keyring) {
        request->is_refused = true;
        log_refusal(app, KS_LOG_INFO, "INTRA_SECRET is not set", &asked, sender);
        return;
    }
    request->is_signed = ks_keyring_verify(app->keyring, &asked, header, ks_clock_wall(), &request->claim, why);
    if (request->is_signed && !is_our_host(app->settings, asked.host)) {
        snprintf(why, sizeof why, "signed for host \"%.80s\", which SHIELD_HOSTS does not name", asked.host);
        ks_keyring_claim_fini(&request->claim);
        request->is_signed = false;
    }
    if (!request->is_signed) {
        request->is_refused = true;
        log_refusal(app, KS_LOG_WARNING, why, &asked, sender);
        return;
    }
    /* Headers are not signed, so they must not choose the answer. */
    request->accept = NULL;
    request->accepts_image = false;
}

void authenticate_answer(const struct request *request, struct response *response)
{
    bool has_body = request->method != METHOD_HEAD;
    struct ks_error error;

    if (!request->is_signed) {
        return;
    }
    response->max_age = -1;
    if (ks_keyring_sign_answer(&request->claim, response->status, response->body.data,
                               has_body ? response->body.length : 0, response->signature, &error)) {
        ks_log(request->app->log, KS_LOG_ERROR, "serve", "%s: %s", request->path, error.text);
    }
}
