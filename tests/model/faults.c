#include "config.h"

#include "model/faults.h"

#include <stdio.h>
#include <string.h>

#include "model/text.h"

#define JSON  "application/json"
#define AFTER "Retry-After: 1\r\n"

const struct model_wrong model_wrongs[MODEL_WRONGS] = {
    {"401", 401, JSON, "", "Unauthorized", ""},
    {"403", 403, JSON, "", "Forbidden", ""},
    {"404", 404, JSON, "", "NotFound", ""},
    {"404 of a proxy", 404, "text/html", "", NULL, "<html>nothing here</html>"},
    {"410", 410, JSON, "", "Expired", ""},
    {"429", 429, JSON, AFTER, "TooManyRequests", ""},
    {"500", 500, JSON, "", "InternalError", ""},
    {"503", 503, JSON, "", "ServiceUnavailable", ""},
    {"503 with Retry-After", 503, JSON, AFTER, "ServiceUnavailable", ""},
    {"503 of a proxy", 503, "text/html", "", NULL, "<html>try again</html>"},
    {"a login page", 200, "text/html", "", NULL, "<html>who are you?</html>"},
    {"a Status with 200", 200, JSON, "", "InternalError", ""},
    {"words", 200, JSON, "", NULL, "these are words"},
    {"a redirect", 302, "text/html", "Location: /login\r\n", NULL, "<html>there</html>"},
};

void model_wrong_put(struct ks_buf *out, const struct model_wrong *wrong)
{
    struct ks_buf body KS_CLEANUP_BUF;

    ks_buf_init(&body, 4096);
    if (wrong->reason) {
        model_text_status(&body, wrong->status == 200 ? 500 : wrong->status, wrong->reason, wrong->name, "");
    } else {
        ks_buf_bytes(&body, wrong->body, strlen(wrong->body));
    }
    ks_buf_printf(out, "HTTP/1.1 %d %s\r\nContent-Type: %s\r\n%sContent-Length: %zu\r\n\r\n%s", wrong->status,
                  wrong->name, wrong->type, wrong->header, body.length, body.data);
}
