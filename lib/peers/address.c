/* Parses the addresses of peers, word by word. */
#include "config.h"

#include "peers/address.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/url.h"

#define ACCEPTED      "must be [NAME=]HOST, HOST:PORT or http[s]://HOST[:PORT][/PREFIX]"
#define HOST_MOST     253 /* bytes, the limit of DNS */
#define LABEL_MOST    63
#define PORT_DIGITS   5
#define PORT_MOST     65535
#define WORD_SHOWN    100 /* bytes of a word in an error */
#define IMPLIED_HTTPS 443
#define IMPLIED_HTTP  80

/* The parts of a word. */
struct parts {
    const char *authority;
    size_t authority_length;
    const char *path; /* what follows the authority */
    bool is_url;      /* has a scheme */
    bool is_plain;    /* http */
    char host[HOST_MOST + 3];
    unsigned port; /* 0: the one that the scheme implies */
};

static bool is_of(char c, const char *others)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c && strchr(others, c));
}

/* Removes "name=" from the word. A '=' after a '/' belongs to the URL. */
static int take_name(struct ks_peer_address *peer, const char **word, struct ks_error *err)
{
    size_t length = strcspn(*word, "=/");

    if ((*word)[length] != '=') {
        return 0;
    }
    if (length == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "an empty name: " ACCEPTED);
    }
    if (length >= sizeof peer->name) {
        return ks_error_set(err, KS_ERROR_INVALID, "a name of %zu bytes: must be at most %zu", length,
                            sizeof peer->name - 1);
    }
    for (size_t i = 0; i < length; i++) {
        if (!is_of((*word)[i], "-_.:[]")) {
            return ks_error_set(err, KS_ERROR_INVALID,
                                "its name must be letters, digits, '-', '_', '.', ':' and brackets");
        }
    }
    memcpy(peer->name, *word, length);
    peer->name[length] = '\0';
    *word += length + 1;
    return 0;
}

static int take_scheme(struct parts *parts, const char **word, struct ks_error *err)
{
    const char *colon = strstr(*word, "://");
    size_t length = colon ? (size_t)(colon - *word) : 0;

    if (!colon) {
        return 0;
    }
    parts->is_url = true;
    parts->is_plain = length == 4 && strncasecmp(*word, "http", length) == 0;
    if (!parts->is_plain && (length != 5 || strncasecmp(*word, "https", length) != 0)) {
        return ks_error_set(err, KS_ERROR_INVALID, "its scheme must be https or http");
    }
    *word = colon + 3;
    return 0;
}

static int take_authority(struct parts *parts, const char *word, struct ks_error *err)
{
    parts->authority = word;
    parts->authority_length = strcspn(word, "/?#");
    parts->path = word + parts->authority_length;
    if (memchr(parts->authority, '@', parts->authority_length)) {
        return ks_error_set(err, KS_ERROR_INVALID, "a user: " ACCEPTED);
    }
    if (strpbrk(parts->path, "?#")) {
        return ks_error_set(err, KS_ERROR_INVALID, "a query or a fragment: " ACCEPTED);
    }
    if (!parts->is_url && parts->path[0]) {
        return ks_error_set(err, KS_ERROR_INVALID, "a path, but no scheme: " ACCEPTED);
    }
    if (parts->authority_length == 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "no host: " ACCEPTED);
    }
    return 0;
}

static int refuse_host(struct ks_error *err)
{
    return ks_error_set(err, KS_ERROR_INVALID,
                        "its host must be a DNS name, an IPv4 address, or an IPv6 address in brackets");
}

/* In the canonical form (RFC 5952), so that one address is not taken for two. */
static int read_address(struct parts *parts, const char *text, size_t length, struct ks_error *err)
{
    char copy[INET6_ADDRSTRLEN];
    char canonical[INET6_ADDRSTRLEN];
    struct in6_addr address;

    if (length >= sizeof copy) {
        return refuse_host(err);
    }
    memcpy(copy, text, length);
    copy[length] = '\0';
    if (inet_pton(AF_INET6, copy, &address) != 1 || !inet_ntop(AF_INET6, &address, canonical, sizeof canonical)) {
        return refuse_host(err);
    }
    snprintf(parts->host, sizeof parts->host, "[%s]", canonical);
    return 0;
}

static int read_name(struct parts *parts, const char *text, size_t length, struct ks_error *err)
{
    size_t label = 0;

    if (length > HOST_MOST) {
        return refuse_host(err);
    }
    for (size_t i = 0; i < length; i++) {
        bool is_dot = text[i] == '.';

        if (!is_of(text[i], "-_.") || (is_dot && label == 0) || label > LABEL_MOST) {
            return refuse_host(err);
        }
        label = is_dot ? 0 : label + 1;
        parts->host[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] + 'a' - 'A' : text[i]);
    }
    parts->host[length] = '\0';
    return label == 0 || label > LABEL_MOST ? refuse_host(err) : 0;
}

static int read_port(struct parts *parts, const char *text, size_t length, struct ks_error *err)
{
    unsigned port = 0;

    for (size_t i = 0; i < length && length <= PORT_DIGITS; i++) {
        if (text[i] < '0' || text[i] > '9') {
            port = 0;
            break;
        }
        port = port * 10 + (unsigned)(text[i] - '0');
    }
    if (port < 1 || port > PORT_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "its port must be a whole number from 1 to %d", PORT_MOST);
    }
    parts->port = port == (parts->is_plain ? IMPLIED_HTTP : IMPLIED_HTTPS) ? 0 : port;
    return 0;
}

static int read_authority(struct parts *parts, struct ks_error *err)
{
    const char *text = parts->authority;
    const char *end = text + parts->authority_length;
    const char *bracket = *text == '[' ? memchr(text, ']', parts->authority_length) : NULL;
    const char *host_end = bracket ? bracket + 1 : memchr(text, ':', parts->authority_length);

    host_end = host_end ? host_end : end;
    if (!bracket && host_end < end && memchr(host_end + 1, ':', (size_t)(end - host_end - 1))) {
        return refuse_host(err);
    }
    if (bracket ? read_address(parts, text + 1, (size_t)(bracket - text - 1), err)
                : read_name(parts, text, (size_t)(host_end - text), err)) {
        return -1;
    }
    if (host_end == end) {
        return 0;
    }
    return *host_end == ':' ? read_port(parts, host_end + 1, (size_t)(end - host_end - 1), err) : refuse_host(err);
}

/* Without the slash at its end. "." and ".." are refused: libcurl and proxies would change them, and so what is
 * signed. */
static int read_prefix(struct ks_peer_address *peer, const struct parts *parts, struct ks_error *err)
{
    struct ks_url url;
    size_t length = strlen(parts->path);

    if (length && ks_url_parse(&url, parts->path, err)) {
        return -1;
    }
    length -= length && url.trailing_slash;
    if (length >= sizeof peer->prefix) {
        return ks_error_set(err, KS_ERROR_INVALID, "a prefix of %zu bytes: must be at most %zu", length,
                            sizeof peer->prefix - 1);
    }
    memcpy(peer->prefix, parts->path, length);
    peer->prefix[length] = '\0';
    return 0;
}

static int put_together(struct ks_peer_address *peer, const struct parts *parts, struct ks_error *err)
{
    char port[PORT_DIGITS + 2] = "";
    int length;

    if (parts->port) {
        snprintf(port, sizeof port, ":%u", parts->port % (PORT_MOST + 1));
    }
    snprintf(peer->host, sizeof peer->host, "%s%s", parts->host, port);
    length = snprintf(peer->url, sizeof peer->url, "%s://%s%s", parts->is_plain ? "http" : "https", peer->host,
                      peer->prefix);
    if (length < 0 || (size_t)length >= sizeof peer->url) {
        return ks_error_set(err, KS_ERROR_INVALID, "a URL of %d bytes: must be at most %zu", length,
                            sizeof peer->url - 1);
    }
    if (peer->name[0]) {
        return 0;
    }
    if (strlen(peer->host) >= sizeof peer->name) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "its host is too long for a name, more than %zu bytes: put NAME= before it",
                            sizeof peer->name - 1);
    }
    memcpy(peer->name, peer->host, strlen(peer->host) + 1);
    return 0;
}

static int parse_word(struct ks_peer_address *peer, const char *word, struct ks_error *err)
{
    struct parts parts = {.is_url = false};

    if (strcasecmp(word, "None") == 0) {
        return strcmp(word, "None") == 0
                   ? ks_error_set(err, KS_ERROR_INVALID, "no peers, but there are other words: must be alone")
                   : ks_error_set(err, KS_ERROR_INVALID, "must be None, for no peers");
    }
    return take_name(peer, &word, err) || take_scheme(&parts, &word, err) || take_authority(&parts, word, err) ||
                   read_authority(&parts, err) || read_prefix(peer, &parts, err) || put_together(peer, &parts, err)
               ? -1
               : 0;
}

static int check_unique(const struct ks_peer_addresses *addresses, const struct ks_peer_address *peer, const char *own,
                        struct ks_error *err)
{
    if (own && strcmp(own, peer->name) == 0) {
        return ks_error_set(err, KS_ERROR_INVALID,
                            "%s is this cluster's own name: leave it out, or put another NAME= before it", peer->name);
    }
    for (size_t i = 0; i < addresses->count; i++) {
        const struct ks_peer_address *other = &addresses->peers[i];

        if (strcmp(other->url, peer->url) == 0) {
            return ks_error_set(err, KS_ERROR_INVALID, "%s is given twice: must be given once", peer->url);
        }
        if (strcmp(other->name, peer->name) == 0) {
            return ks_error_set(err, KS_ERROR_INVALID, "the name %s is taken by %s: put another NAME= before it",
                                peer->name, other->url);
        }
    }
    return 0;
}

/* Quotes the word, but not what comes before an '@': it may be a password. */
static int blame(const char *word, struct ks_error *err)
{
    const char *at = strrchr(word, '@');

    return ks_error_wrap(err, "\"%s%.*s\"", at ? "..." : "", WORD_SHOWN, at ? at : word);
}

int ks_peer_addresses_parse(struct ks_peer_addresses *addresses, const char *const *words, const char *own,
                            struct ks_error *err)
{
    size_t count = 0;

    *addresses = (struct ks_peer_addresses){.count = 0};
    while (words && words[count]) {
        count++;
    }
    if (count == 0 || (count == 1 && strcmp(words[0], "None") == 0)) {
        return 0;
    }
    if (count > KS_PEERS_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "%zu words: must be at most %d", count, KS_PEERS_MOST);
    }
    addresses->peers = calloc(count, sizeof *addresses->peers);
    if (!addresses->peers) {
        return ks_error_memory(err);
    }
    for (size_t i = 0; i < count; i++) {
        struct ks_peer_address *peer = &addresses->peers[i];

        if (parse_word(peer, words[i], err) || check_unique(addresses, peer, own, err)) {
            return blame(words[i], err);
        }
        addresses->count++;
    }
    return 0;
}

int ks_peer_address_parse_one(struct ks_peer_address *peer, const char *word, struct ks_error *err)
{
    int outcome;

    *peer = (struct ks_peer_address){.name = ""};
    outcome = strcasecmp(word, "None") == 0
                  ? ks_error_set(err, KS_ERROR_INVALID, "must be https:// or http:// and a host")
                  : parse_word(peer, word, err);
    return outcome ? blame(word, err) : 0;
}

void ks_peer_addresses_fini(struct ks_peer_addresses *addresses)
{
    free(addresses->peers);
    *addresses = (struct ks_peer_addresses){.count = 0};
}
