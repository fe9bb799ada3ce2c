/* The host and port of a URL. Pure. Threads: any. */
#ifndef KS_ACCESS_HOST_H
#define KS_ACCESS_HOST_H

#include <stdbool.h>
#include <stddef.h>

#define KS_HOST_SIZE 256 /* bytes of the longest host name (RFC 1035), with its NUL */
#define KS_PORT_SIZE 8

struct ks_host {
    char name[KS_HOST_SIZE]; /* in lower case, IPv6 without brackets */
    char port[KS_PORT_SIZE]; /* the scheme's if the URL has none */
};

/* An IP address; an IPv4 address that is written as IPv6 (::ffff:10.0.0.1) is IPv4. */
struct ks_ip {
    unsigned char bytes[16];
    size_t length; /* 4 or 16 */
};

/* Reads it from a URL such as https://user@host:port/prefix. False if its host or port is too long to be one. */
bool ks_host_of_url(struct ks_host *host, const char *url);

/* Reads an IP address without brackets. */
bool ks_ip_parse(struct ks_ip *ip, const char *text);

/* Whether the name of a host, in lower case, is this machine: "localhost", or an address of the loopback network. */
bool ks_host_is_loopback(const char *name);

#endif
