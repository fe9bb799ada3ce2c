/* The input is NUL-terminated strings, alternately an argument and the value of a variable. Afterwards every option has
 * a value that its row of the table allows, or there is an error. */
#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "health/names.h"
#include "settings/address.h"
#include "settings/options.h"

#define TEXTS_MOST 16

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct settings {
    bool loud;
    const char *name;
    int64_t count, wait, room, mode, color;
    char **words;
    struct ks_address address;
};

static const char *const colors[] = {"red", "green", "blue", NULL};

#define AT(member) .offset = offsetof(struct settings, member)

static const struct ks_option table[] = {
    {.flag = "l", .type = KS_OPTION_SWITCH, AT(loud), .help = "x"},
    {.flag = "n", .environment = "0", .type = KS_OPTION_TEXT, .value = "N", AT(name), .help = "x"},
    {.flag = "c", .environment = "1", .type = KS_OPTION_INTEGER, .value = "N", .most = 99, AT(count), .help = "x"},
    {.flag = "d", .environment = "2", .type = KS_OPTION_DURATION, .value = "N", .most = 99999, AT(wait), .help = "x"},
    {.flag = "s", .environment = "3", .type = KS_OPTION_SIZE, .value = "N", .most = 1 << 20, AT(room), .help = "x"},
    {.flag = "m",
     .environment = "4",
     .type = KS_OPTION_MODE,
     .value = "N",
     .default_text = "0600",
     AT(mode),
     .help = "x"},
    {.flag = "w", .environment = "5", .type = KS_OPTION_WORD, .value = "N", .words = colors, AT(color), .help = "x"},
    {.flag = "v",
     .environment = "6",
     .type = KS_OPTION_LIST,
     .value = "N",
     .check = ks_name_check_namespace,
     AT(words),
     .help = "x"},
    {.flag = "a", .environment = "7", .type = KS_OPTION_ADDRESS, .value = "N", AT(address), .help = "x"},
};
#define COUNT (sizeof table / sizeof table[0])

static const char *variables[TEXTS_MOST];

static const char *environment(const char *name)
{
    return variables[name[0] - '0'];
}

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check(const struct settings *settings)
{
    require(settings->count >= 0 && settings->count <= 99);
    require(settings->wait >= 0 && settings->wait <= 99999);
    require(settings->room >= 0 && settings->room <= 1 << 20);
    require(settings->mode >= 0600 && settings->mode <= 0777);
    require(settings->color >= 0 && settings->color < 3);
    require(!settings->name || strlen(settings->name) < SIZE_MAX);
    require(!settings->words || settings->words[0]);
    for (char **word = settings->words; word && *word; word++) {
        require(ks_name_check_namespace(*word, NULL) == 0);
    }
    require(memchr(settings->address.host, '\0', sizeof settings->address.host) != NULL);
    require(settings->address.type != KS_ADDRESS_UNIX || settings->address.host[0] == '/');
    require(settings->address.type != KS_ADDRESS_TCP || (settings->address.host[0] && settings->address.port));
    require(settings->address.type != KS_ADDRESS_FD || settings->address.fd >= 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct settings settings = {.loud = false};
    struct ks_error err = {.kind = KS_ERROR_NONE};
    char *argv[TEXTS_MOST + 2] = {(char *)"program"};
    char *text = malloc(size + 1);
    size_t at = 0;
    int argc = 1;
    int operands = -1;

    require(text != NULL);
    if (size) {
        memcpy(text, data, size);
    }
    text[size] = '\0';
    memset(variables, 0, sizeof variables);
    for (int i = 0; i < TEXTS_MOST && at < size; i++) {
        if (i % 2) {
            variables[i / 2] = text + at;
        } else {
            argv[argc++] = text + at;
        }
        at += strlen(text + at) + 1;
    }
    if (ks_options_parse(table, COUNT, &settings, argc, argv, environment, &operands, &err)) {
        require(err.kind == KS_ERROR_INVALID && err.text[0]);
    } else {
        require(err.kind == KS_ERROR_NONE && operands >= 1 && operands <= argc);
        check(&settings);
    }
    ks_options_fini(table, COUNT, &settings);
    free(text);
    return 0;
}
