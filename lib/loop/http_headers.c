#include "config.h"

#include "loop/http_headers.h"

#include <string.h>
#include <strings.h>

#include "base/trim.h"

#define VALUE_SHOWN 80 /* bytes of a value in an error */

int ks_http_response_header(CURL *easy, const char *name, const char **value, struct ks_error *err)
{
    struct curl_header *header = NULL;

    switch (curl_easy_header(easy, name, 0, CURLH_HEADER, -1, &header)) {
    case CURLHE_OK:
        break;
    case CURLHE_MISSING:
    case CURLHE_NOHEADERS:
        *value = "";
        return 0;
    case CURLHE_OUT_OF_MEMORY:
        return ks_error_memory(err);
    default:
        return ks_error_set(err, KS_ERROR_SYSTEM, "libcurl cannot give the header %s", name);
    }
    if (header->amount != 1) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "%zu headers %s: must be one", header->amount, name);
    }
    /* libcurl may leave the end of the line in an empty value. */
    *value = header->value[strspn(header->value, KS_SPACES)] ? header->value : "";
    return 0;
}

static int check_header(CURL *easy, const char *name, const char *wanted, struct ks_error *err)
{
    const char *value = "";

    if (ks_http_response_header(easy, name, &value, err)) {
        return -1;
    }
    if (value[0] && strcasecmp(value, wanted) != 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "%s \"%.*s\": must be %s", name, VALUE_SHOWN, value, wanted);
    }
    return 0;
}

int ks_http_response_check_encoding(CURL *easy, struct ks_error *err)
{
    return check_header(easy, "Content-Encoding", "gzip", err) ||
                   check_header(easy, "Transfer-Encoding", "chunked", err)
               ? -1
               : 0;
}
