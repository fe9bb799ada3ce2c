#include "config.h"

#include "access/kubeconfig_scalar.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define NUMBER_MOST 64 /* characters; what is longer is text */
#define TAG         "tag:yaml.org,2002:"

/* libyaml gives every scalar without a tag the tag of a text. */
static bool is_plain(const yaml_node_t *node)
{
    return node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && strcmp((const char *)node->tag, TAG "str") == 0;
}

/* Whether a scalar may have a type: because it is plain, or because its tag says so. */
static bool may_be(const yaml_node_t *node, const char *tag)
{
    return node->type == YAML_SCALAR_NODE && (is_plain(node) || strcmp((const char *)node->tag, tag) == 0);
}

static bool is_word(const yaml_node_t *node, const char *const *words)
{
    const char *text = (const char *)node->data.scalar.value;

    if (strlen(text) != node->data.scalar.length) {
        return false;
    }
    while (*words && strcmp(*words, text) != 0) {
        words++;
    }
    return *words != NULL;
}

bool ks_kubeconfig_is_null(const yaml_node_t *node)
{
    static const char *const words[] = {"", "~", "null", "Null", "NULL", NULL};

    return may_be(node, TAG "null") && is_word(node, words);
}

bool ks_kubeconfig_is_bool(const yaml_node_t *node, bool *value)
{
    static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes", "YES", "y", "Y", "on", "On", "ON", NULL};
    static const char *const no[] = {"false", "False", "FALSE", "no", "No", "NO", "n", "N", "off", "Off", "OFF", NULL};

    if (!may_be(node, TAG "bool")) {
        return false;
    }
    *value = is_word(node, yes);
    return *value || is_word(node, no);
}

bool ks_kubeconfig_is_endless(const yaml_node_t *node)
{
    static const char *const words[] = {".inf",  ".Inf",  ".INF", "+.inf", "+.Inf", "+.INF", "-.inf",
                                        "-.Inf", "-.INF", ".nan", ".NaN",  ".NAN",  NULL};

    return may_be(node, TAG "float") && is_word(node, words);
}

/* ---- numbers ---- */

/* Copies a number without its underscores. False if it is too long to be one. */
static bool without_underscores(char to[static NUMBER_MOST], const yaml_node_t *node)
{
    size_t length = 0;

    if (node->data.scalar.length >= NUMBER_MOST || node->data.scalar.value[0] == '_') {
        return false;
    }
    for (size_t i = 0; i < node->data.scalar.length; i++) {
        if (node->data.scalar.value[i] != '_') {
            to[length++] = (char)node->data.scalar.value[i];
        }
    }
    to[length] = '\0';
    return true;
}

static const char *digits_of(int base)
{
    return base == 16 ? "0123456789abcdefABCDEF" : base == 10 ? "0123456789" : base == 8 ? "01234567" : "01";
}

/* Takes the prefix of a whole number off: 0x, 0o, 0b, or 0 alone, which means octal too. */
static int take_base(const char **text)
{
    const char *digits = *text;

    if (digits[0] != '0' || !digits[1]) {
        return 10;
    }
    if (strchr("xXoObB", digits[1])) {
        *text += 2;
        return strchr("xX", digits[1]) ? 16 : strchr("oO", digits[1]) ? 8 : 2;
    }
    *text += 1;
    return 8;
}

static bool put_whole(struct ks_buf *out, const char *text)
{
    bool is_negative = text[0] == '-';
    unsigned long long number;
    int base;

    text += text[0] == '-' || text[0] == '+';
    base = take_base(&text);
    if (!text[0] || text[strspn(text, digits_of(base))]) {
        return false;
    }
    errno = 0;
    number = strtoull(text, NULL, base);
    if (errno) {
        return false;
    }
    ks_buf_printf(out, "%s%llu", is_negative && number ? "-" : "", number);
    return true;
}

/* Writes a fraction as it stands, but with a digit before its point and after it, as JSON wants it. */
static bool put_fraction(struct ks_buf *out, const char *text)
{
    static const char digits[] = "0123456789";
    bool is_negative = text[0] == '-';
    size_t whole, fraction = 0, exponent = 0;
    const char *rest;

    text += text[0] == '-' || text[0] == '+';
    whole = strspn(text, digits);
    rest = text + whole;
    if (*rest == '.') {
        fraction = strspn(++rest, digits);
        rest += fraction;
    }
    if (*rest == 'e' || *rest == 'E') {
        size_t sign = strchr("+-", rest[1]) && rest[1];

        exponent = 1 + sign + strspn(rest + 1 + sign, digits);
        if (exponent == 1 + sign) {
            return false;
        }
    }
    if (rest[exponent] || whole + fraction == 0) {
        return false;
    }
    for (; whole > 1 && *text == '0'; whole--) {
        text++;
    }
    ks_buf_printf(out, "%s%.*s", is_negative ? "-" : "", whole ? (int)whole : 1, whole ? text : "0");
    if (fraction) {
        ks_buf_printf(out, ".%.*s", (int)fraction, rest - fraction);
    }
    ks_buf_printf(out, "%.*s", (int)exponent, rest);
    return true;
}

bool ks_kubeconfig_number(struct ks_buf *out, const yaml_node_t *node)
{
    char text[NUMBER_MOST];

    if (!(may_be(node, TAG "int") || may_be(node, TAG "float")) || !without_underscores(text, node)) {
        return false;
    }
    return put_whole(out, text) || put_fraction(out, text);
}
