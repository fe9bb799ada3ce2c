/* The settings, from one table of options (table.c). Once loaded they do not change, so any thread may read them. */
#ifndef KS_SETTINGS_SETTINGS_H
#define KS_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "peers/address.h"
#include "settings/address.h"
#include "settings/options.h"

enum palette {
    PALETTE_SHIELDS,
    PALETTE_ACCESSIBLE,
};

enum image_errors {
    IMAGE_ERRORS_STATUS,
    IMAGE_ERRORS_OK,
};

enum health_rule {
    HEALTH_TOLERANT,
    HEALTH_STRICT,
};

enum short_names {
    SHORT_NAMES_SUM,
    SHORT_NAMES_UNIQUE,
    SHORT_NAMES_OFF,
};

enum checks_writable {
    CHECKS_WRITABLE_REFUSE,
    CHECKS_WRITABLE_ALLOW,
};

enum plain_http {
    PLAIN_HTTP_REFUSE,
    PLAIN_HTTP_SEND,
};

struct settings {
    struct ks_address listen;
    int64_t listen_mode;
    int64_t threads;
    const char *kubeconfig;
    const char *context;
    char **namespaces;
    char **excluded_namespaces;
    char **other_shields;
    struct ks_peer_addresses peers; /* parsed from other_shields */
    const char *cluster;
    const char *intra_secret;
    char **hosts; /* the hosts that signed requests may be for; NULL: any */
    const char *peer_ca;
    const char *peer_certificate;
    const char *peer_key;
    int64_t peer_polls;
    const char *url;
    const char *new_secret;
    const char *site_name;
    int64_t health;        /* enum health_rule */
    int64_t short_names;   /* enum short_names */
    int64_t unknown_after; /* ms */
    int64_t watch_timeout; /* ms */
    int64_t heartbeat;     /* ms */
    int64_t relist;        /* ms; 0: never */
    int64_t plain_http;    /* enum plain_http */
    int64_t cgi_timeout;   /* ms */
    int64_t stop_timeout;  /* ms */
    int64_t object_limit;  /* bytes */
    int64_t style;         /* enum ks_badge_style */
    const char *label_color;
    int64_t palette; /* enum palette */
    const char *logos;
    int64_t cache;        /* ms */
    int64_t image_errors; /* enum image_errors */
    const char *redirect;
    const char *checks;
    int64_t checks_writable; /* enum checks_writable */
    int64_t check_interval;  /* ms */
    int64_t check_timeout;   /* ms */
    int64_t check_concurrency;
    int64_t check_memory; /* bytes */
    int64_t check_processes;
    const char *check_user;
    char **check_environment;
    const char *check_kit;
    const char *python;
    const char *prometheus;
    const char *prometheus_token;
    const char *prometheus_ca;
    int64_t log_level;  /* enum ks_log_level */
    int64_t log_format; /* enum ks_log_format */
    /* Whether the flag has set them, not the variable, so that an error names the right one. */
    struct {
        bool namespaces;
        bool other_shields;
        bool peer_ca;
        bool peer_certificate;
        bool peer_key;
        bool check_user;
    } by_flag;
    bool help;
    bool version;
};

extern const struct ks_option settings_table[];
extern const size_t settings_count;

/* KS_ERROR_INVALID names the setting, the value and what it must be. Release with settings_fini, even after an error.
 * operands: receives the index of the first argument that is not an option; NULL: there may be options only. */
int settings_load(struct settings *settings, int argc, char *const *argv, int *operands, struct ks_error *err);
void settings_fini(struct settings *settings);

#endif
