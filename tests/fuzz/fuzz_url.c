/* A target is either parsed, completely within its storage, or gives one error that quotes it. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_text(const struct ks_url *url, const char *text)
{
    require(text >= url->storage && text < url->storage + sizeof url->storage);
    require(memchr(text, '\0', sizeof url->storage - (size_t)(text - url->storage)) != NULL);
}

static void check_url(const struct ks_url *url)
{
    for (size_t i = 0; i < url->segment_count && i < KS_URL_SEGMENTS; i++) {
        check_text(url, url->segments[i]);
        require(url->segments[i][0] && strcmp(url->segments[i], ".") != 0 && strcmp(url->segments[i], "..") != 0);
    }
    require(url->parameter_count <= KS_URL_PARAMETERS);
    for (size_t i = 0; i < url->parameter_count; i++) {
        check_text(url, url->parameters[i].name);
        check_text(url, url->parameters[i].value);
        require(ks_url_parameter(url, url->parameters[i].name) != NULL);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ks_url url;
    struct ks_error err = {.kind = KS_ERROR_NONE};
    char *target = malloc(size + 1);

    require(target != NULL);
    if (size) {
        memcpy(target, data, size);
    }
    target[size] = '\0';
    if (ks_url_parse(&url, target, &err)) {
        require(err.kind == KS_ERROR_INVALID && err.text[0]);
    } else {
        require(err.kind == KS_ERROR_NONE && target[0] == '/' && strlen(target) < KS_URL_SIZE);
        check_url(&url);
    }
    free(target);
    return 0;
}
