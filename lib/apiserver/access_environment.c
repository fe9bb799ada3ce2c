#include "config.h"

#include <stdlib.h>

#include "apiserver/access.h"

static const char *either(const char *name, const char *other)
{
    const char *value = getenv(name);

    return value && value[0] ? value : getenv(other);
}

void ks_access_source_read_proxies(struct ks_access_source *source)
{
    source->https_proxy = either("HTTPS_PROXY", "https_proxy");
    source->no_proxy = either("NO_PROXY", "no_proxy");
    /* In a CGI program HTTP_PROXY is the header "Proxy" of whoever sent the request ("httpoxy"). */
    source->http_proxy = getenv("REQUEST_METHOD") ? NULL : either("HTTP_PROXY", "http_proxy");
}
