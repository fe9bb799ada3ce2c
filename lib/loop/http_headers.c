#include "config.h"

#include "loop/http_headers.h"

#include <string.h>
#include <strings.h>

#define VALUE_SHOWN 80 /* bytes of a value in a message */

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
        return ks_error_set(err, KS_ERROR_SYSTEM, "libcurl does not tell the header %s", name);
    }
    if (header->amount != 1) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "%zu headers %s: accepted is one", header->amount, name);
    }
    /* Of an empty value libcurl may leave the line's end. */
    *value = header->value[strspn(header->value, " \t\r\n")] ? header->value : "";
    return 0;
}

static int check_header(CURL *easy, const char *name, const char *accepted, struct ks_error *err)
{
    const char *value = "";

    if (ks_http_response_header(easy, name, &value, err)) {
        return -1;
    }
    if (value[0] && strcasecmp(value, accepted) != 0) {
        return ks_error_set(err, KS_ERROR_PROTOCOL, "%s \"%.*s\": accepted is %s", name, VALUE_SHOWN, value, accepted);
    }
    return 0;
}

int ks_http_response_check_packing(CURL *easy, struct ks_error *err)
{
    return check_header(easy, "Content-Encoding", "gzip", err) ||
                   check_header(easy, "Transfer-Encoding", "chunked", err)
               ? -1
               : 0;
}
