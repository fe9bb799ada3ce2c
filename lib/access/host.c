#include "config.h"

#include "access/host.h"

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

bool ks_host_of_url(struct ks_host *host, const char *url)
{
    bool is_https = strncasecmp(url, "https://", strlen("https://")) == 0;
    const char *scheme = strstr(url, "://");
    const char *name = scheme ? scheme + 3 : url;
    const char *end = name + strcspn(name, "/?#");
    const char *at = memrchr(name, '@', (size_t)(end - name));
    const char *port;
    size_t length;

    name = at ? at + 1 : name;
    length = name[0] == '[' ? strcspn(++name, "]") : strcspn(name, ":/?#");
    if (!copy(host->name, sizeof host->name, name, length)) {
        return false;
    }
    port = name + length;
    port += *port == ']';
    length = *port == ':' ? (size_t)(end - ++port) : 0;
    if (length == 0) {
        snprintf(host->port, sizeof host->port, "%s", is_https ? "443" : "80");
        return true;
    }
    return copy(host->port, sizeof host->port, port, length);
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

bool ks_host_is_loopback(const char *name)
{
    static const unsigned char one[16] = {[15] = 1};
    struct ks_ip ip;

    if (strcmp(name, "localhost") == 0) {
        return true;
    }
    if (!ks_ip_parse(&ip, name)) {
        return false;
    }
    return ip.length == 4 ? ip.bytes[0] == 127 : memcmp(ip.bytes, one, sizeof one) == 0;
}
