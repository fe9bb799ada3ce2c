/* Settings of checks are within their bounds, or there is one error that names a line. In any case, what was read
 * before can be looked up and released. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "catalog/conf.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_section(const struct ks_conf_section *section)
{
    size_t count = 0;

    require(section->interval_ms == 0 ||
            (section->interval_ms >= KS_CONF_INTERVAL_LEAST && section->interval_ms <= KS_CONF_INTERVAL_MOST));
    require(section->timeout_ms == 0 ||
            (section->timeout_ms >= KS_CONF_TIMEOUT_LEAST && section->timeout_ms <= KS_CONF_TIMEOUT_MOST));
    require(memchr(section->label, '\0', sizeof section->label) != NULL);
    require(memchr(section->check, '\0', sizeof section->check) != NULL);
    require(section->line >= 1);
    for (char **argument = section->arguments; argument && *argument; argument++) {
        require(strlen(*argument) < SIZE_MAX);
        count++;
    }
    require(count <= KS_CONF_ARGUMENTS_MOST);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ks_conf conf;
    struct ks_conf_section found;
    struct ks_error err = {.kind = KS_ERROR_NONE};

    if (ks_conf_parse(&conf, (const char *)data, size, &err)) {
        require(err.kind == KS_ERROR_INVALID && err.text[0]);
    } else {
        require(err.kind == KS_ERROR_NONE && conf.count >= 1 && conf.sections[0].check[0] == '\0');
        for (size_t i = 0; i < conf.count; i++) {
            check_section(&conf.sections[i]);
            ks_conf_find(&conf, conf.sections[i].check, &found);
            check_section(&found);
        }
    }
    ks_conf_find(&conf, "front", &found);
    ks_conf_fini(&conf);
    return 0;
}
