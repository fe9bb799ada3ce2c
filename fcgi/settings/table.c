/* The table of settings. */
#include "config.h"

#include <stddef.h>
#include <string.h>

#include "badge/color.h"
#include "health/names.h"
#include "settings/settings.h"

#define SECOND        1000
#define MINUTE        (60 * SECOND)
#define HOUR          (60 * MINUTE)

#define URL_MOST      256
#define LOGOS_FILE    DATADIR "/kube-shields/logos.txt"
#define CHECKS_FOLDER "/etc/kube-shields/checks"
#define CHECK_KIT     LIBEXECDIR "/kube-shields"

static const char *const log_levels[] = {"error", "warning", "info", "debug", NULL};
static const char *const log_formats[] = {"text", "json", NULL};

static const char *const styles[] = {"flat", "flat-square", "plastic", "for-the-badge", "social", NULL};
static const char *const palettes[] = {"shields", "accessible", NULL};
static const char *const image_errors[] = {"status", "ok", NULL};
static const char *const checks_writable[] = {"refuse", "allow", NULL};

static int check_color(const char *text, struct ks_error *err)
{
    struct ks_color color;

    if (ks_color_parse(text, &color)) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": " KS_COLOR_ACCEPTED, text);
}

static int check_url(const char *text, struct ks_error *err)
{
    size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : strncmp(text, "http://", 7) == 0 ? 7 : 0;
    size_t length = strlen(text);
    bool accepted = scheme && length > scheme && length < URL_MOST && text[length - 1] != '/';

    for (const char *byte = text; *byte; byte++) {
        accepted = accepted && *byte > ' ' && *byte < 0x7f && !strchr("?#\"<>\\", *byte);
    }
    if (accepted) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "\"%.80s\": accepted is http:// or https:// and a host, without a slash at the end", text);
}

/* What a Host header has. */
static int check_host(const char *text, struct ks_error *err)
{
    static const char accepted[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:[]";

    if (text[strspn(text, accepted)] == '\0') {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": accepted is a host or host:port, as in the Host header",
                        text);
}

/* A name of a variable that checks may be given. */
static int check_variable(const char *text, struct ks_error *err)
{
    static const char *const ours[] = {
        "PATH", "LANG", "HOME", "KUBE_SHIELDS_SERVICE", "KUBE_SHIELDS_CHECK", "KUBE_SHIELDS_NAMESPACES"};
    size_t length = strlen(text);

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (strcmp(text, ours[i]) == 0) {
            return ks_error_set(err, KS_ERROR_INVALID, "\"%s\": checks have one of their own, accepted are other names",
                                text);
        }
    }
    if (length > 0 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == length &&
        !strchr("0123456789", text[0])) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": accepted are letters, digits and '_', no digit first", text);
}

#define AT(member) .offset = offsetof(struct settings, member)

const struct ks_option settings_table[] = {
    {.flag = "listen",
     .environment = "SHIELD_LISTEN",
     .type = KS_OPTION_ADDRESS,
     .value = "ADDRESS",
     AT(listen),
     .help = "Where FastCGI requests come from: unix:/path, tcp:host:port or fd:number; without it descriptor 0 where "
             "that is a listening socket, else unix:/run/kube-shields/fastcgi.sock"},
    {.flag = "listen-mode",
     .environment = "SHIELD_LISTEN_MODE",
     .type = KS_OPTION_MODE,
     .value = "MODE",
     .default_text = "0660",
     AT(listen_mode),
     .help = "Permissions of the Unix socket, in octal"},
    {.flag = "threads",
     .environment = "SHIELD_THREADS",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "32",
     .least = 1,
     .most = 1024,
     AT(threads),
     .help = "Threads that answer; a kept connection occupies one, so more than the proxy's workers times its "
             "keepalive, and --peer-polls besides"},
    {.flag = "kubeconfig",
     .environment = "KUBECONFIG",
     .type = KS_OPTION_TEXT,
     .value = "FILES",
     AT(kubeconfig),
     .help = "Kubeconfig files, separated by ':'; without them the Pod's service account, else ~/.kube/config"},
    {.flag = "context",
     .environment = "SHIELD_CONTEXT",
     .type = KS_OPTION_TEXT,
     .value = "NAME",
     AT(context),
     .help = "The kubeconfig's context; without it the current one"},
    {.flag = "namespaces",
     .environment = "SHIELD_NAMESPACES",
     .type = KS_OPTION_LIST,
     .value = "NAMES",
     .check = ks_name_check_namespace,
     AT(namespaces),
     .help = "Watch these namespaces only, blank-separated; then a Role in each is enough"},
    {.flag = "exclude-namespaces",
     .environment = "SHIELD_EXCLUDE_NAMESPACES",
     .type = KS_OPTION_LIST,
     .value = "NAMES",
     .default_text = "kube-system",
     .check = ks_name_check_namespace,
     AT(excluded_namespaces),
     .help = "Leave these namespaces out; \"none\" for no exclusion"},
    {.flag = "other-shields",
     .environment = "OTHER_SHIELDS",
     .type = KS_OPTION_LIST,
     .value = "PEERS",
     AT(other_shields),
     .help =
         "Makes every page public, and names the kube-shields of other clusters that are shown too: host, host:port, "
         "https://host/prefix or name=URL, blank-separated; \"None\" for a single cluster. Without it only the "
         "probes, and requests that are signed with the shared secret, are answered"},
    {.flag = "cluster",
     .environment = "SHIELD_CLUSTER",
     .type = KS_OPTION_TEXT,
     .value = "NAME",
     .default_text = "local",
     .check = ks_name_check_cluster,
     AT(cluster),
     .help = "The name of our own cluster among the others"},
    {.flag = "intra-secret",
     .environment = "INTRA_SECRET",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(intra_secret),
     .help = "The secret that all shields share: a key a line, the first in use, the others still accepted; read again "
             "when it changes. INTRA_SHIELD_SECRET is heeded, too"},
    {.flag = "hosts",
     .environment = "SHIELD_HOSTS",
     .type = KS_OPTION_LIST,
     .value = "HOSTS",
     .check = check_host,
     AT(hosts),
     .help =
         "The hosts that signed requests may be for, as others call us: host, or host:port where the port is not the "
         "scheme's own, blank-separated. Without it what was signed for another shield with the same secret is "
         "answered, too"},
    {.flag = "peer-ca",
     .environment = "SHIELD_PEER_CA",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(peer_ca),
     .help = "A file with the certificates that other shields are verified by, instead of the system's"},
    {.flag = "peer-certificate",
     .environment = "SHIELD_PEER_CERTIFICATE",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(peer_certificate),
     .help = "A client certificate that is shown to other shields"},
    {.flag = "peer-key",
     .environment = "SHIELD_PEER_KEY",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(peer_key),
     .help = "The key of the client certificate"},
    {.flag = "peer-polls",
     .environment = "SHIELD_PEER_POLLS",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "8",
     .least = 0,
     .most = 1024,
     AT(peer_polls),
     .help = "The most threads that wait for news on behalf of other shields; at least one of --threads never does"},
    {.flag = "site-name",
     .environment = "SHIELD_SITE_NAME",
     .type = KS_OPTION_TEXT,
     .value = "NAME",
     .default_text = "kube-shields",
     AT(site_name),
     .help = "The title of the page"},
    {.flag = "unknown-after",
     .environment = "SHIELD_UNKNOWN_AFTER",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5m",
     .least = 1,
     .most = 24 * HOUR,
     AT(unknown_after),
     .help = "How long last known values are shown while the API server is away; then they are unknown"},
    {.flag = "watch-timeout",
     .environment = "SHIELD_WATCH_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5m",
     .least = SECOND,
     .most = HOUR,
     AT(watch_timeout),
     .help = "A watch is renewed after one to two times this"},
    {.flag = "heartbeat",
     .environment = "SHIELD_HEARTBEAT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "10s",
     .least = 100,
     .most = HOUR,
     AT(heartbeat),
     .help = "How often the API server is asked for a sign of life; one missed, and its watches begin anew"},
    {.flag = "cgi-timeout",
     .environment = "SHIELD_CGI_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5s",
     .least = 100,
     .most = 10 * MINUTE,
     AT(cgi_timeout),
     .help = "As a CGI program: the deadline for collecting what a request needs"},
    {.flag = "stop-timeout",
     .environment = "SHIELD_STOP_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5s",
     .least = 100,
     .most = 10 * MINUTE,
     AT(stop_timeout),
     .help = "How long requests may take to end after SIGTERM"},
    {.flag = "object-limit",
     .environment = "SHIELD_OBJECT_LIMIT",
     .type = KS_OPTION_SIZE,
     .value = "SIZE",
     .default_text = "8Mi",
     .least = 4096,
     .most = 1 << 30,
     AT(object_limit),
     .help = "The largest object that is accepted from the API server"},
    {.flag = "style",
     .environment = "SHIELD_STYLE",
     .type = KS_OPTION_WORD,
     .value = "STYLE",
     .default_text = "flat",
     .words = styles,
     AT(style),
     .help = "The style of shields that ask for none: flat, flat-square, plastic, for-the-badge or social"},
    {.flag = "label-color",
     .environment = "SHIELD_LABEL_COLOR",
     .type = KS_OPTION_TEXT,
     .value = "COLOR",
     .check = check_color,
     AT(label_color),
     .help = "The color of the left part of shields that ask for none"},
    {.flag = "palette",
     .environment = "SHIELD_PALETTE",
     .type = KS_OPTION_WORD,
     .value = "PALETTE",
     .default_text = "shields",
     .words = palettes,
     AT(palette),
     .help =
         "What named colors look like: as everywhere (shields), or with a contrast of 4.5:1 and apart for the color "
         "blind (accessible)"},
    {.flag = "logos",
     .environment = "SHIELD_LOGOS",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     .default_text = LOGOS_FILE,
     AT(logos),
     .help = "Where named logos are; without the file there are none"},
    {.flag = "cache",
     .environment = "SHIELD_CACHE",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5s",
     .least = 0,
     .most = 24 * HOUR,
     AT(cache),
     .help = "How long others may keep a shield; a red one, or an error, at most one second"},
    {.flag = "image-errors",
     .environment = "SHIELD_IMAGE_ERRORS",
     .type = KS_OPTION_WORD,
     .value = "HOW",
     .default_text = "status",
     .words = image_errors,
     AT(image_errors),
     .help = "The status of shields that say an error: their own (status), or 200 for image proxies that drop others "
             "(ok)"},
    {.flag = "redirect",
     .environment = "SHIELD_REDIRECT",
     .type = KS_OPTION_TEXT,
     .value = "URL",
     .check = check_url,
     AT(redirect),
     .help = "Draw nothing, but redirect to the badge server there, as the ancestor did to https://img.shields.io"},
    {.flag = "checks",
     .environment = "SHIELD_CHECKS_DIR",
     .type = KS_OPTION_TEXT,
     .value = "FOLDER",
     .default_text = CHECKS_FOLDER,
     AT(checks),
     .help = "Where custom checks are; kube-shields-checks(7) tells how to make them"},
    {.flag = "checks-writable",
     .environment = "SHIELD_CHECKS_WRITABLE",
     .type = KS_OPTION_WORD,
     .value = "HOW",
     .default_text = "refuse",
     .words = checks_writable,
     AT(checks_writable),
     .help = "Checks that everybody may write to: refuse or allow them; allow is for an emptyDir that a sidecar fills"},
    {.flag = "check-interval",
     .environment = "SHIELD_CHECK_INTERVAL",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "30s",
     .least = SECOND,
     .most = 24 * HOUR,
     AT(check_interval),
     .help = "How often a custom check runs that says nothing itself"},
    {.flag = "check-timeout",
     .environment = "SHIELD_CHECK_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "10s",
     .least = 100,
     .most = 10 * MINUTE,
     AT(check_timeout),
     .help = "How long a run may take; then it is killed with all that it started"},
    {.flag = "check-concurrency",
     .environment = "SHIELD_CHECK_CONCURRENCY",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "4",
     .least = 1,
     .most = 64,
     AT(check_concurrency),
     .help = "The most custom checks that run at once"},
    {.flag = "check-memory",
     .environment = "SHIELD_CHECK_MEMORY",
     .type = KS_OPTION_SIZE,
     .value = "SIZE",
     .default_text = "512Mi",
     .least = 16 << 20,
     .most = INT64_C(1) << 40,
     AT(check_memory),
     .help = "The most address space of a process of a check"},
    {.flag = "check-processes",
     .environment = "SHIELD_CHECK_PROCESSES",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "1024",
     .least = 1,
     .most = 1 << 20,
     AT(check_processes),
     .help =
         "The most processes and threads that the checks' user may have, others' on the same machine included, when "
         "a check starts one"},
    {.flag = "check-user",
     .environment = "SHIELD_CHECK_USER",
     .type = KS_OPTION_TEXT,
     .value = "USER",
     .default_text = "nobody",
     AT(check_user),
     .help = "Whom checks run as where kube-shields runs as root; elsewhere they run as it does"},
    {.flag = "check-environment",
     .environment = "SHIELD_CHECK_ENVIRONMENT",
     .type = KS_OPTION_LIST,
     .value = "NAMES",
     .check = check_variable,
     AT(check_environment),
     .help = "Environment variables that checks are given besides their own, blank-separated"},
    {.flag = "check-kit",
     .environment = "SHIELD_CHECK_KIT",
     .type = KS_OPTION_TEXT,
     .value = "FOLDER",
     .default_text = CHECK_KIT,
     AT(check_kit),
     .help = "Where run-check and run-python.py are"},
    {.flag = "python",
     .environment = "SHIELD_PYTHON",
     .type = KS_OPTION_TEXT,
     .value = "PROGRAM",
     .default_text = "python3",
     AT(python),
     .help = "What runs checks that are written in Python"},
    {.flag = "prometheus",
     .environment = "SHIELD_PROMETHEUS",
     .type = KS_OPTION_TEXT,
     .value = "URL",
     .check = check_url,
     AT(prometheus),
     .help = "Who answers the queries of checks for Prometheus"},
    {.flag = "prometheus-token",
     .environment = "SHIELD_PROMETHEUS_TOKEN",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(prometheus_token),
     .help = "A file with a bearer token for it; read at every query"},
    {.flag = "prometheus-ca",
     .environment = "SHIELD_PROMETHEUS_CA",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(prometheus_ca),
     .help = "A file with the certificates that it is verified by, instead of the system's"},
    {.flag = "log-level",
     .environment = "SHIELD_LOG_LEVEL",
     .type = KS_OPTION_WORD,
     .value = "LEVEL",
     .default_text = "info",
     .words = log_levels,
     AT(log_level),
     .help = "Log lines of this weight and more: error, warning, info or debug"},
    {.flag = "log-format",
     .environment = "SHIELD_LOG_FORMAT",
     .type = KS_OPTION_WORD,
     .value = "FORMAT",
     .default_text = "text",
     .words = log_formats,
     AT(log_format),
     .help = "Log lines as text or json"},
    {.flag = "url",
     .type = KS_OPTION_TEXT,
     .value = "URL",
     .default_text = "http://127.0.0.1:8080",
     AT(url),
     .help = "Of the command get: the kube-shields that is asked"},
    {.flag = "new-secret",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(new_secret),
     .help = "Write a new shared secret to FILE, which must not be there yet, and exit"},
    {.flag = "help", .type = KS_OPTION_SWITCH, AT(help), .help = "Print this and exit"},
    {.flag = "version", .type = KS_OPTION_SWITCH, AT(version), .help = "Print the version and exit"},
};

const size_t settings_count = sizeof settings_table / sizeof settings_table[0];
