#include "config.h"

#include "apiserver/address.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

static bool copy(char *to, size_t size, const char *text, size_t length)
{
    if (length >= size) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        to[i] = (char)(text[i] >= 'A' && text[i] <= 'Z' ? text[i] - 'A' + 'a' : text[i]);
    }
    to[length] = '\0';
    return true;
}

bool ks_address_split(struct ks_address *address, const char *url)
{
    const char *scheme = strstr(url, "://");
    const char *host = scheme ? scheme + 3 : url;
    const char *end = host + strcspn(host, "/?#");
    const char *user = memrchr(host, '@', (size_t)(end - host));
    const char *port;
    size_t length;

    address->is_https = strncasecmp(url, "https://", strlen("https://")) == 0;
    host = user ? user + 1 : host;
    length = host[0] == '[' ? strcspn(++host, "]") : strcspn(host, ":/?#");
    if (!copy(address->host, sizeof address->host, host, length)) {
        return false;
    }
    port = host + length;
    port += *port == ']';
    length = *port == ':' ? (size_t)(end - ++port) : 0;
    if (length == 0) {
        snprintf(address->port, sizeof address->port, "%s", address->is_https ? "443" : "80");
        return true;
    }
    return copy(address->port, sizeof address->port, port, length);
}

bool ks_ip_parse(struct ks_ip *ip, const char *text)
{
    static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};

    if (inet_pton(AF_INET, text, ip->bytes) == 1) {
        ip->length = 4;
        return true;
    }
    if (inet_pton(AF_INET6, text, ip->bytes) != 1) {
        return false;
    }
    ip->length = 16;
    if (memcmp(ip->bytes, mapped, sizeof mapped) == 0) {
        memmove(ip->bytes, ip->bytes + sizeof mapped, 4);
        ip->length = 4;
    }
    return true;
}

bool ks_host_is_loopback(const char *host)
{
    static const unsigned char one[16] = {[15] = 1};
    struct ks_ip ip;

    if (strcmp(host, "localhost") == 0) {
        return true;
    }
    if (!ks_ip_parse(&ip, host)) {
        return false;
    }
    return ip.length == 4 ? ip.bytes[0] == 127 : memcmp(ip.bytes, one, sizeof one) == 0;
}
