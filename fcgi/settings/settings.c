#include "config.h"

#include "settings/settings.h"

#include <stdlib.h>
#include <string.h>

/* kube-shields 0.0.6 also knew INTRA_SECRET as INTRA_SHIELD_SECRET. */
static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return (!value || !value[0]) && strcmp(name, "INTRA_SECRET") == 0 ? getenv("INTRA_SHIELD_SECRET") : value;
}

static void remove_word(char **list, const char *word)
{
    for (; list && *list; list++) {
        if (strcmp(*list, word) != 0) {
            continue;
        }
        free(*list);
        for (; *list; list++) {
            list[0] = list[1];
        }
        return;
    }
}

/* "none" alone excludes nothing. It passes the check of the list, since a namespace could have that name. */
static void apply_none(struct settings *settings)
{
    char **excluded = settings->excluded_namespaces;

    if (excluded && excluded[0] && !excluded[1] && strcmp(excluded[0], "none") == 0) {
        free(excluded[0]);
        excluded[0] = NULL;
    }
}

/* A namespace that is asked for by name is not left out. One that is watched twice would be counted twice. */
static int check_namespaces(struct settings *settings, struct ks_error *err)
{
    for (char **name = settings->namespaces; name && *name; name++) {
        for (char **other = name + 1; *other; other++) {
            if (strcmp(*name, *other) == 0) {
                return ks_error_set(err, KS_ERROR_INVALID, "%s \"%s\": must be given only once",
                                    settings->by_flag.namespaces ? "--namespaces" : "SHIELD_NAMESPACES", *name);
            }
        }
        remove_word(settings->excluded_namespaces, *name);
    }
    return 0;
}

static int check_peers(struct settings *settings, struct ks_error *err)
{
    if (settings->other_shields &&
        ks_peer_addresses_parse(&settings->peers, (const char *const *)settings->other_shields, settings->cluster,
                                err)) {
        return ks_options_blame(err, settings->by_flag.other_shields ? "--other-shields" : "OTHER_SHIELDS");
    }
    /* At least one thread stays free for requests that do not wait. */
    if (settings->peer_polls >= settings->threads) {
        settings->peer_polls = settings->threads - 1;
    }
    if (!settings->peer_certificate != !settings->peer_key) {
        return ks_error_set(err, KS_ERROR_INVALID, "%s: must both be set, or neither",
                            settings->by_flag.peer_certificate || settings->by_flag.peer_key
                                ? "--peer-certificate and --peer-key"
                                : "SHIELD_PEER_CERTIFICATE and SHIELD_PEER_KEY");
    }
    return 0;
}

int settings_load(struct settings *settings, int argc, char *const *argv, int *operands, struct ks_error *err)
{
    int first;

    *settings = (struct settings){.threads = 0};
    if (ks_options_parse(settings_table, settings_count, settings, argc, argv, environment, &first, err)) {
        return -1;
    }
    if (operands) {
        *operands = first;
    } else if (first < argc && argv[first][0] == '-') {
        return ks_error_set(err, KS_ERROR_INVALID, "%.80s: unknown option; see kube-shields --help", argv[first]);
    } else if (first < argc) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "\"%.80s\": must be an option, or a command as the first word; --help lists both",
                            argv[first]);
    }
    apply_none(settings);
    return check_namespaces(settings, err) || check_peers(settings, err) ? -1 : 0;
}

void settings_fini(struct settings *settings)
{
    ks_peer_addresses_fini(&settings->peers);
    ks_options_fini(settings_table, settings_count, settings);
}
