/* The table of settings: flag, variable, type, range, default, help. man/kube-shields.8.in documents each; a test
 * compares the two. */
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
static const char *const health_rules[] = {"tolerant", "strict", NULL};
static const char *const short_names[] = {"sum", "unique", "off", NULL};
static const char *const checks_writable[] = {"refuse", "allow", NULL};
static const char *const plain_http[] = {"refuse", "send", NULL};

static int check_color(const char *text, struct ks_error *err)
{
    struct ks_color color;

    if (ks_color_parse(text, &color)) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": " KS_COLOR_RULE, text);
}

static int check_url(const char *text, struct ks_error *err)
{
    size_t scheme = strncmp(text, "https://", 8) == 0 ? 8 : strncmp(text, "http://", 7) == 0 ? 7 : 0;
    size_t length = strlen(text);
    bool is_valid = scheme && length > scheme && length < URL_MOST && text[length - 1] != '/';

    for (const char *byte = text; *byte; byte++) {
        is_valid = is_valid && *byte > ' ' && *byte < 0x7f && !strchr("?#\"<>\\", *byte);
    }
    if (is_valid) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID,
                        "\"%.80s\": must be http:// or https:// and a host, without a slash at the end", text);
}

/* The hosts that a Host header can name. */
static int check_host(const char *text, struct ks_error *err)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:[]";

    if (text[strspn(text, allowed)] == '\0') {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be a host or host:port, as in the Host header", text);
}

/* A variable that may be passed to checks. */
static int check_variable(const char *text, struct ks_error *err)
{
    static const char *const ours[] = {
        "PATH", "LANG", "HOME", "KUBE_SHIELDS_SERVICE", "KUBE_SHIELDS_CHECK", "KUBE_SHIELDS_NAMESPACES"};
    size_t length = strlen(text);

    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (strcmp(text, ours[i]) == 0) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "\"%s\": must be another name, since checks get this variable from us", text);
        }
    }
    if (length > 0 && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_") == length &&
        !strchr("0123456789", text[0])) {
        return 0;
    }
    return ks_error_set(err, KS_ERROR_INVALID, "\"%.80s\": must be letters, digits and '_', and not begin with a digit",
                        text);
}

#define AT(member) .offset = offsetof(struct settings, member)
/* For a setting that is checked after all have been read. */
#define BY_FLAG(member) .by_flag = offsetof(struct settings, by_flag.member)

const struct ks_option settings_table[] = {
    {.flag = "listen",
     .environment = "SHIELD_LISTEN",
     .type = KS_OPTION_ADDRESS,
     .value = "ADDRESS",
     AT(listen),
     .help = "Where to listen for FastCGI requests: unix:/path, tcp:host:port or fd:number. The default is descriptor "
             "0 if that is a listening socket, otherwise unix:/run/kube-shields/fastcgi.sock"},
    {.flag = "listen-mode",
     .environment = "SHIELD_LISTEN_MODE",
     .type = KS_OPTION_MODE,
     .value = "MODE",
     .default_text = "0660",
     AT(listen_mode),
     .help = "The permissions of the Unix socket, in octal"},
    {.flag = "threads",
     .environment = "SHIELD_THREADS",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "32",
     .least = 1,
     .most = 1024,
     AT(threads),
     .help =
         "Threads that answer requests. Each connection that is kept open occupies one, so set more than the proxy's "
         "workers times its keepalive, plus --peer-polls"},
    {.flag = "kubeconfig",
     .environment = "KUBECONFIG",
     .type = KS_OPTION_TEXT,
     .value = "FILES",
     AT(kubeconfig),
     .help = "Kubeconfig files, separated by ':'. The default is the Pod's service account, otherwise ~/.kube/config"},
    {.flag = "context",
     .environment = "SHIELD_CONTEXT",
     .type = KS_OPTION_TEXT,
     .value = "NAME",
     AT(context),
     .help = "The context in the kubeconfig. The default is the current context"},
    {.flag = "namespaces",
     .environment = "SHIELD_NAMESPACES",
     .type = KS_OPTION_LIST,
     .value = "NAMES",
     .check = ks_name_check_namespace,
     AT(namespaces),
     BY_FLAG(namespaces),
     .help = "Watch only these namespaces, space-separated. A Role in each of them is then enough"},
    {.flag = "exclude-namespaces",
     .environment = "SHIELD_EXCLUDE_NAMESPACES",
     .type = KS_OPTION_LIST,
     .value = "NAMES",
     .default_text = "kube-system",
     .check = ks_name_check_namespace,
     AT(excluded_namespaces),
     .help = "Leave out these namespaces, space-separated; \"none\" means that no namespace is left out"},
    {.flag = "other-shields",
     .environment = "OTHER_SHIELDS",
     .type = KS_OPTION_LIST,
     .value = "PEERS",
     AT(other_shields),
     BY_FLAG(other_shields),
     .help =
         "Make every page public, and show the clusters of these other kube-shields, too: host, host:port, "
         "https://host/prefix or name=URL, space-separated; \"None\" if there is only one cluster. If not set, only "
         "probes and requests signed with the shared secret are answered"},
    {.flag = "cluster",
     .environment = "SHIELD_CLUSTER",
     .type = KS_OPTION_TEXT,
     .value = "NAME",
     .default_text = "local",
     .check = ks_name_check_cluster,
     AT(cluster),
     .help = "The name of this cluster among the others"},
    {.flag = "intra-secret",
     .environment = "INTRA_SECRET",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(intra_secret),
     .help = "The file with the secret that all kube-shields share: one key per line. The first key signs; all of them "
             "verify. The file is read again when it changes. INTRA_SHIELD_SECRET works, too"},
    {.flag = "hosts",
     .environment = "SHIELD_HOSTS",
     .type = KS_OPTION_LIST,
     .value = "HOSTS",
     .check = check_host,
     AT(hosts),
     .help =
         "The names by which other kube-shields reach this one, space-separated: host, or host:port if the port is not "
         "the default of the scheme. Requests signed for another host are refused. If not set, requests signed for "
         "any host are answered"},
    {.flag = "peer-ca",
     .environment = "SHIELD_PEER_CA",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(peer_ca),
     BY_FLAG(peer_ca),
     .help = "A file with CA certificates to verify other kube-shields with, instead of the system's"},
    {.flag = "peer-certificate",
     .environment = "SHIELD_PEER_CERTIFICATE",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(peer_certificate),
     BY_FLAG(peer_certificate),
     .help = "A file with the client certificate to present to other kube-shields"},
    {.flag = "peer-key",
     .environment = "SHIELD_PEER_KEY",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(peer_key),
     BY_FLAG(peer_key),
     .help = "A file with the key of the client certificate"},
    {.flag = "peer-polls",
     .environment = "SHIELD_PEER_POLLS",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "8",
     .least = 0,
     .most = 1024,
     AT(peer_polls),
     .help =
         "How many threads may wait for news on behalf of other kube-shields. At least one of --threads never waits"},
    {.flag = "site-name",
     .environment = "SHIELD_SITE_NAME",
     .type = KS_OPTION_TEXT,
     .value = "NAME",
     .default_text = "kube-shields",
     AT(site_name),
     .help = "The title of the page"},
    {.flag = "health",
     .environment = "SHIELD_HEALTH",
     .type = KS_OPTION_WORD,
     .value = "RULE",
     .default_text = "tolerant",
     .words = health_rules,
     AT(health),
     .help = "What a rollout looks like: yellow while no more pods are missing than its controller allows (tolerant), "
             "or red if any is, as everything else (strict)"},
    {.flag = "short-names",
     .environment = "SHIELD_SHORT_NAMES",
     .type = KS_OPTION_WORD,
     .value = "HOW",
     .default_text = "sum",
     .words = short_names,
     AT(short_names),
     .help =
         "What /_/SERVICE/CHECK/, which names no namespace, shows if several have the service: all of them added up "
         "(sum), or that it is ambiguous (unique). With off it is never found, except for custom checks"},
    {.flag = "unknown-after",
     .environment = "SHIELD_UNKNOWN_AFTER",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5m",
     .least = 1,
     .most = 24 * HOUR,
     AT(unknown_after),
     .help = "How long to show the last known values while the API server or another cluster is away. After that they "
             "are unknown"},
    {.flag = "watch-timeout",
     .environment = "SHIELD_WATCH_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5m",
     .least = SECOND,
     .most = HOUR,
     AT(watch_timeout),
     .help = "Renew each watch after one to two times this duration"},
    {.flag = "relist",
     .environment = "SHIELD_RELIST",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "30m",
     .least = 0,
     .most = 24 * HOUR,
     AT(relist),
     .help = "List everything again beside the watches after one to two times this duration, and log what they had not "
             "told. 0: never"},
    {.flag = "plain-http",
     .environment = "SHIELD_PLAIN_HTTP",
     .type = KS_OPTION_WORD,
     .value = "HOW",
     .default_text = "refuse",
     .words = plain_http,
     AT(plain_http),
     .help = "Credentials for an API server on another host, if its URL begins with http://: refuse or send them"},
    {.flag = "heartbeat",
     .environment = "SHIELD_HEARTBEAT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "10s",
     .least = 100,
     .most = HOUR,
     AT(heartbeat),
     .help = "How often to ask the API server for a sign of life. Without one, what is known grows old"},
    {.flag = "cgi-timeout",
     .environment = "SHIELD_CGI_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5s",
     .least = 100,
     .most = 10 * MINUTE,
     AT(cgi_timeout),
     .help = "As a CGI program: how long to collect what a request needs"},
    {.flag = "stop-timeout",
     .environment = "SHIELD_STOP_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5s",
     .least = 100,
     .most = 10 * MINUTE,
     AT(stop_timeout),
     .help = "How long to wait for requests to end after SIGTERM"},
    {.flag = "object-limit",
     .environment = "SHIELD_OBJECT_LIMIT",
     .type = KS_OPTION_SIZE,
     .value = "SIZE",
     .default_text = "8Mi",
     .least = 4096,
     .most = 1 << 30,
     AT(object_limit),
     .help = "The largest object to accept from the API server"},
    {.flag = "style",
     .environment = "SHIELD_STYLE",
     .type = KS_OPTION_WORD,
     .value = "STYLE",
     .default_text = "flat",
     .words = styles,
     AT(style),
     .help = "The style of shields whose URL does not set one: flat, flat-square, plastic, for-the-badge or social"},
    {.flag = "label-color",
     .environment = "SHIELD_LABEL_COLOR",
     .type = KS_OPTION_TEXT,
     .value = "COLOR",
     .check = check_color,
     AT(label_color),
     .help = "The color of the left part of shields whose URL does not set one"},
    {.flag = "palette",
     .environment = "SHIELD_PALETTE",
     .type = KS_OPTION_WORD,
     .value = "PALETTE",
     .default_text = "shields",
     .words = palettes,
     AT(palette),
     .help = "How named colors look: as on shields.io (shields), or with a contrast of 4.5:1 and such that color-blind "
             "people can tell them apart (accessible)"},
    {.flag = "logos",
     .environment = "SHIELD_LOGOS",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     .default_text = LOGOS_FILE,
     AT(logos),
     .help = "The file with named logos. Without it there are none"},
    {.flag = "cache",
     .environment = "SHIELD_CACHE",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "5s",
     .least = 0,
     .most = 24 * HOUR,
     AT(cache),
     .help = "How long caches may keep a shield. A red one, or an error, at most one second"},
    {.flag = "image-errors",
     .environment = "SHIELD_IMAGE_ERRORS",
     .type = KS_OPTION_WORD,
     .value = "HOW",
     .default_text = "status",
     .words = image_errors,
     AT(image_errors),
     .help = "The HTTP status of error shields: the real one (status), or 200 for image proxies that drop any other "
             "(ok)"},
    {.flag = "redirect",
     .environment = "SHIELD_REDIRECT",
     .type = KS_OPTION_TEXT,
     .value = "URL",
     .check = check_url,
     AT(redirect),
     .help = "Instead of drawing shields, redirect to the badge server at URL, as kube-shields 0.0.6 did to "
             "https://img.shields.io"},
    {.flag = "checks",
     .environment = "SHIELD_CHECKS_DIR",
     .type = KS_OPTION_TEXT,
     .value = "FOLDER",
     .default_text = CHECKS_FOLDER,
     AT(checks),
     .help = "The folder with custom checks; see kube-shields-checks(7)"},
    {.flag = "checks-writable",
     .environment = "SHIELD_CHECKS_WRITABLE",
     .type = KS_OPTION_WORD,
     .value = "HOW",
     .default_text = "refuse",
     .words = checks_writable,
     AT(checks_writable),
     .help =
         "Checks that everybody may write to: refuse or allow them. Use allow for an emptyDir that a sidecar fills"},
    {.flag = "check-interval",
     .environment = "SHIELD_CHECK_INTERVAL",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "30s",
     .least = SECOND,
     .most = 24 * HOUR,
     AT(check_interval),
     .help = "How often a custom check runs, unless it sets its own interval"},
    {.flag = "check-timeout",
     .environment = "SHIELD_CHECK_TIMEOUT",
     .type = KS_OPTION_DURATION,
     .value = "DURATION",
     .default_text = "10s",
     .least = 100,
     .most = 10 * MINUTE,
     AT(check_timeout),
     .help = "How long a run may take. Then it is killed, with every process that it started"},
    {.flag = "check-concurrency",
     .environment = "SHIELD_CHECK_CONCURRENCY",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "4",
     .least = 1,
     .most = 64,
     AT(check_concurrency),
     .help = "How many custom checks may run at once"},
    {.flag = "check-memory",
     .environment = "SHIELD_CHECK_MEMORY",
     .type = KS_OPTION_SIZE,
     .value = "SIZE",
     .default_text = "512Mi",
     .least = 16 << 20,
     .most = INT64_C(1) << 40,
     AT(check_memory),
     .help = "How much address space each process of a check may have"},
    {.flag = "check-processes",
     .environment = "SHIELD_CHECK_PROCESSES",
     .type = KS_OPTION_INTEGER,
     .value = "NUMBER",
     .default_text = "1024",
     .least = 1,
     .most = 1 << 20,
     AT(check_processes),
     .help =
         "How many processes and threads the checks' user may have when a check starts another one, including those "
         "of anybody else on the same machine who runs as that user"},
    {.flag = "check-user",
     .environment = "SHIELD_CHECK_USER",
     .type = KS_OPTION_TEXT,
     .value = "USER",
     .default_text = "nobody",
     AT(check_user),
     BY_FLAG(check_user),
     .help =
         "If kube-shields runs as root: the user to run checks as. Otherwise checks run as the user of kube-shields"},
    {.flag = "check-environment",
     .environment = "SHIELD_CHECK_ENVIRONMENT",
     .type = KS_OPTION_LIST,
     .value = "NAMES",
     .check = check_variable,
     AT(check_environment),
     .help = "Environment variables to pass to checks besides those that they always get, space-separated"},
    {.flag = "check-kit",
     .environment = "SHIELD_CHECK_KIT",
     .type = KS_OPTION_TEXT,
     .value = "FOLDER",
     .default_text = CHECK_KIT,
     AT(check_kit),
     .help = "The folder with run-check and run-python.py"},
    {.flag = "python",
     .environment = "SHIELD_PYTHON",
     .type = KS_OPTION_TEXT,
     .value = "PROGRAM",
     .default_text = "python3",
     AT(python),
     .help = "The program that runs checks written in Python"},
    {.flag = "prometheus",
     .environment = "SHIELD_PROMETHEUS",
     .type = KS_OPTION_TEXT,
     .value = "URL",
     .check = check_url,
     AT(prometheus),
     .help = "The Prometheus server that answers the queries of checks"},
    {.flag = "prometheus-token",
     .environment = "SHIELD_PROMETHEUS_TOKEN",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(prometheus_token),
     .help = "A file with a bearer token for Prometheus. It is read for every query"},
    {.flag = "prometheus-ca",
     .environment = "SHIELD_PROMETHEUS_CA",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(prometheus_ca),
     .help = "A file with CA certificates to verify Prometheus with, instead of the system's"},
    {.flag = "log-level",
     .environment = "SHIELD_LOG_LEVEL",
     .type = KS_OPTION_WORD,
     .value = "LEVEL",
     .default_text = "info",
     .words = log_levels,
     AT(log_level),
     .help = "The least severe lines to log: error, warning, info or debug"},
    {.flag = "log-format",
     .environment = "SHIELD_LOG_FORMAT",
     .type = KS_OPTION_WORD,
     .value = "FORMAT",
     .default_text = "text",
     .words = log_formats,
     AT(log_format),
     .help = "How to write log lines: text or json"},
    {.flag = "url",
     .type = KS_OPTION_TEXT,
     .value = "URL",
     .default_text = "http://127.0.0.1:8080",
     AT(url),
     .help = "For the command get: the kube-shields to ask"},
    {.flag = "new-secret",
     .type = KS_OPTION_TEXT,
     .value = "FILE",
     AT(new_secret),
     .help = "Write a new shared secret to FILE, which must not exist yet, and exit"},
    {.flag = "help", .type = KS_OPTION_SWITCH, AT(help), .help = "Print this and exit"},
    {.flag = "version", .type = KS_OPTION_SWITCH, AT(version), .help = "Print the version and exit"},
};

const size_t settings_count = sizeof settings_table / sizeof settings_table[0];
