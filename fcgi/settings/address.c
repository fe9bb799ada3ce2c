#include "config.h"

#include "settings/address.h"

#include <string.h>

#include "base/quantity.h"

static int tcp_address(const char *text, struct ks_address *value)
{
    const char *colon = strrchr(text, ':');
    size_t length = colon ? (size_t)(colon - text) : 0;
    int64_t port;

    if (length >= 2 && text[0] == '[' && text[length - 1] == ']') {
        text++;
        length -= 2;
    } else if (length && memchr(text, ':', length)) {
        return -1;
    }
    if (length == 0 || length >= sizeof value->host || ks_quantity_integer(colon + 1, &port) || port < 1 ||
        port > UINT16_MAX) {
        return -1;
    }
    memcpy(value->host, text, length);
    value->host[length] = '\0';
    value->port = (uint16_t)port;
    value->type = KS_ADDRESS_TCP;
    return 0;
}

int ks_address_parse(const char *text, struct ks_address *value)
{
    int64_t fd;

    *value = (struct ks_address){.type = KS_ADDRESS_NONE, .fd = -1};
    if (strncmp(text, "unix:", 5) == 0) {
        size_t length = strlen(text + 5);

        /* sun_path in struct sockaddr_un has 108 bytes. */
        if (text[5] != '/' || length >= 108) {
            return -1;
        }
        memcpy(value->host, text + 5, length + 1);
        value->type = KS_ADDRESS_UNIX;
        return 0;
    }
    if (strncmp(text, "tcp:", 4) == 0) {
        return tcp_address(text + 4, value);
    }
    if (strncmp(text, "fd:", 3) == 0 && ks_quantity_integer(text + 3, &fd) == 0 && fd <= 1023) {
        value->fd = (int)fd;
        value->type = KS_ADDRESS_FD;
        return 0;
    }
    return -1;
}
