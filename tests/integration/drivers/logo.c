/* Draws named logos for tests/integration/test_logos.py: logo FILE, where logos.mjs wrote FILE. Each line of standard
 * input has name, color, style, and "auto" or "", separated by tabs. Each line of standard output has the logo's width
 * and its data: URI, or "error: …". */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "badge/logo.h"

#define OUTPUT_CEILING ((size_t)1 << 20)

static const char *next_field(char **rest)
{
    const char *field = strsep(rest, "\t\n");

    return field ? field : "";
}

static void draw(const struct ks_logos *logos, char *line, struct ks_buf *out)
{
    const char *name = next_field(&line);
    const char *color = next_field(&line);
    enum ks_badge_style style = KS_BADGE_FLAT;
    struct ks_error err;
    bool auto_size;
    int width;

    (void)ks_badge_style_parse(next_field(&line), &style);
    auto_size = strcmp(next_field(&line), "auto") == 0;
    if (ks_logo_data_uri(logos, name, color, style, auto_size, out, &width, &err)) {
        printf("error: %s\n", err.text);
    } else {
        printf("%d %s\n", width, out->data);
    }
}

int main(int argc, char **argv)
{
    char *line = NULL;
    size_t size = 0;
    struct ks_logos *logos;
    struct ks_error err;
    struct ks_buf out;

    if (argc != 2 || ks_logos_open(&logos, argv[1], &err)) {
        fprintf(stderr, "%s\n", argc == 2 ? err.text : "usage: logo FILE");
        return 1;
    }
    ks_buf_init(&out, OUTPUT_CEILING);
    while (getline(&line, &size, stdin) > 0) {
        ks_buf_reset(&out);
        draw(logos, line, &out);
    }
    ks_buf_fini(&out);
    free(line);
    ks_logos_close(logos);
    return 0;
}
