/* Where FastCGI requests come from: unix:/path, tcp:host:port or fd:number. Pure. Threads: any. */
#ifndef KS_SETTINGS_ADDRESS_H
#define KS_SETTINGS_ADDRESS_H

#include <stdint.h>

enum ks_address_type {
    KS_ADDRESS_NONE, /* not set */
    KS_ADDRESS_UNIX,
    KS_ADDRESS_TCP,
    KS_ADDRESS_FD,
};

struct ks_address {
    enum ks_address_type type;
    char host[256]; /* or the socket's path */
    uint16_t port;
    int fd;
};

/* Returns 0, or -1 if the text is not an address. Host names are not looked up. An IPv6 address stands in brackets. */
int ks_address_parse(const char *text, struct ks_address *value);

#endif
