#include "config.h"

#include "access/proxy.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "access/host.h"
#include "base/trim.h"

#define ENTRY_SIZE (KS_HOST_SIZE + KS_PORT_SIZE + 4) /* "*.", brackets and the colon */

/* The server that a list's entries are compared with. */
struct target {
    struct ks_host host;
    struct ks_ip ip;
    bool is_ip;
};

/* The rest of a URL after its scheme; NULL if it has none that we support. */
static const char *after_scheme(const char *url)
{
    static const char *const schemes[] = {"http://", "https://", "socks5://", "socks5h://"};

    for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
        if (strncasecmp(url, schemes[i], strlen(schemes[i])) == 0) {
            return url + strlen(schemes[i]);
        }
    }
    return NULL;
}

bool ks_proxy_is_url(const char *text)
{
    const char *host = after_scheme(text);

    if (!host || !host[0] || strchr("/:", host[0])) {
        return false;
    }
    for (const char *byte = text; *byte; byte++) {
        if ((unsigned char)*byte <= ' ' || *byte == 0x7f) {
            return false;
        }
    }
    return true;
}

/* ---- NO_PROXY ---- */

/* Reads "10.0.0.0/8". False if it is not a network; *matches says whether the target is in it. */
static bool match_network(char *entry, const struct target *target, bool *matches)
{
    char *slash = strchr(entry, '/');
    size_t digits = slash ? strspn(slash + 1, "0123456789") : 0;
    unsigned long bits = digits ? strtoul(slash + 1, NULL, 10) : 0;
    struct ks_ip network;
    bool is_network;

    *matches = false;
    if (digits == 0 || digits > 3 || slash[1 + digits]) {
        return false;
    }
    *slash = '\0';
    is_network = ks_ip_parse(&network, entry) && bits <= 8 * network.length;
    *slash = '/';
    if (!is_network || !target->is_ip || target->ip.length != network.length) {
        return is_network;
    }
    *matches = memcmp(network.bytes, target->ip.bytes, bits / 8) == 0 &&
               (bits % 8 == 0 || (network.bytes[bits / 8] ^ target->ip.bytes[bits / 8]) >> (8 - bits % 8) == 0);
    return true;
}

/* Splits "host:port" and "[::1]:port" in place. Returns the host; *port is "" if there is none. */
static char *split_port(char *entry, const char **port)
{
    char *colon = strrchr(entry, ':');
    size_t bracket;

    *port = "";
    if (!colon) {
        return entry;
    }
    if (entry[0] == '[') {
        bracket = strcspn(entry, "]");
        if (entry + bracket + 1 != colon) {
            return entry;
        }
        entry[bracket] = '\0';
        entry++;
    } else if (strchr(entry, ':') != colon) { /* IPv6 without brackets has no port */
        return entry;
    }
    *colon = '\0';
    *port = colon + 1;
    return entry;
}

/* "example.org" is also for its subdomains, ".example.org" and "*.example.org" are only for these. */
static bool match_domain(const char *domain, const char *host)
{
    size_t length = strlen(host);
    size_t suffix;

    if (strncmp(domain, "*.", 2) == 0) {
        domain++;
    }
    suffix = strlen(domain);
    if (domain[0] != '.' && strcmp(domain, host) == 0) {
        return true;
    }
    return length >= suffix && strcmp(host + length - suffix, domain) == 0 &&
           (domain[0] == '.' || (length > suffix && host[length - suffix - 1] == '.'));
}

static bool match(char *entry, const struct target *target)
{
    struct ks_ip ip;
    const char *port;
    char *host;
    bool matches;

    if (match_network(entry, target, &matches)) {
        return matches;
    }
    host = split_port(entry, &port);
    if (!host[0] || (port[0] && strcmp(port, target->host.port) != 0)) {
        return false;
    }
    if (ks_ip_parse(&ip, host)) {
        return target->is_ip && ip.length == target->ip.length && memcmp(ip.bytes, target->ip.bytes, ip.length) == 0;
    }
    return !target->is_ip && match_domain(host, target->host.name);
}

static bool is_on_list(const char *list, const struct target *target)
{
    char memory[ENTRY_SIZE];
    bool found = false;

    while (list && *list && !found) {
        size_t length = strcspn(list, ",");

        /* What is longer than any host names none. */
        if (length < sizeof memory) {
            char *entry;

            for (size_t i = 0; i < length; i++) {
                memory[i] = (char)(list[i] >= 'A' && list[i] <= 'Z' ? list[i] - 'A' + 'a' : list[i]);
            }
            memory[length] = '\0';
            entry = ks_trim(memory, KS_SPACES);
            found = strcmp(entry, "*") == 0 || match(entry, target);
        }
        list += length + (list[length] == ',');
    }
    return found;
}

bool ks_proxy_is_exempt(const char *no_proxy, const char *server)
{
    struct target target;

    if (!ks_host_of_url(&target.host, server)) {
        return false;
    }
    target.is_ip = ks_ip_parse(&target.ip, target.host.name);
    return ks_host_is_loopback(target.host.name) || is_on_list(no_proxy, &target);
}

/* ---- the choice ---- */

int ks_proxy_choose(char **proxy, const char *server, const struct ks_access_source *source, struct ks_error *err)
{
    bool is_https = strncasecmp(server, "https://", strlen("https://")) == 0;
    const char *value = is_https ? source->https_proxy : source->http_proxy;
    char *url;

    *proxy = NULL;
    if (!value || !value[0] || ks_proxy_is_exempt(source->no_proxy, server)) {
        return 0;
    }
    if (asprintf(&url, "%s%s", strstr(value, "://") ? "" : "http://", value) < 0) {
        return ks_error_memory(err);
    }
    if (!ks_proxy_is_url(url)) {
        free(url);
        return ks_error_set(err, KS_ERROR_INVALID, "%s: " KS_PROXY_RULE, is_https ? "HTTPS_PROXY" : "HTTP_PROXY");
    }
    *proxy = url;
    return 0;
}

int ks_proxy_fill(struct ks_access *config, const struct ks_access_source *source, struct ks_error *err)
{
    if (config->proxy) {
        return 0;
    }
    if (ks_proxy_choose(&config->proxy, config->server, source, err)) {
        return -1;
    }
    config->is_proxy_ours = config->proxy != NULL;
    return 0;
}
