/* get: sends one signed request. */
#include "config.h"

#include <stdio.h>

#include "auth/keyring.h"
#include "commands/command.h"
#include "peers/get.h"

#define TIMEOUT_MS   30000
#define BODY_CEILING (64 * 1024 * 1024)

static int fail(const char *text)
{
    command_complain("get", text);
    return 1;
}

static int get(const struct settings *settings, struct ks_keyring *keyring, const char *target)
{
    struct ks_peer_address address;
    struct ks_peer_get get = {.address = &address,
                              .target = target,
                              .ca = settings->peer_ca,
                              .certificate = settings->peer_certificate,
                              .key = settings->peer_key,
                              .timeout_ms = TIMEOUT_MS,
                              .keyring = keyring};
    struct ks_buf body KS_CLEANUP_BUF;
    struct ks_error error;
    int status = 0;

    ks_buf_init(&body, BODY_CEILING);
    if (ks_peer_address_parse_one(&address, settings->url, &error)) {
        ks_options_blame(&error, "--url");
        return fail(error.text);
    }
    if (ks_peer_get(&get, &status, &body, &error)) {
        return fail(error.text);
    }
    fwrite(body.data, 1, body.length, stdout); /* main checks for errors */
    if (status < 200 || status > 299) {
        ks_error_set(&error, KS_ERROR_PROTOCOL, "status %d", status);
        return fail(error.text);
    }
    return 0;
}

int command_get(const struct settings *settings, const struct ks_log *log, int count, char *const *operands)
{
    struct ks_keyring *keyring;
    struct ks_error error;
    int status;

    if (count == 0) {
        command_complain("get", "needs a path after the options: kube-shields get --url https://host /services/");
        return COMMAND_USAGE;
    }
    if (count > 1 || operands[0][0] != '/') {
        ks_error_set(&error, KS_ERROR_INVALID,
                     count > 1 ? "unexpected operand \"%.80s\"" : "path \"%.80s\": must begin with '/'",
                     operands[count > 1]);
        command_complain("get", error.text);
        return COMMAND_USAGE;
    }
    if (!settings->intra_secret) {
        return fail("INTRA_SECRET is not set: it must be the file with the secret that both kube-shields share");
    }
    if (ks_keyring_new(&keyring, settings->intra_secret, false, log, &error)) {
        return fail(error.text);
    }
    status = get(settings, keyring, operands[0]);
    ks_keyring_free(keyring);
    return status;
}
