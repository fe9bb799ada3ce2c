/* Any file is either refused or can be searched; every logo found is base64 of one svg element; an image that passes
 * the check is one data: URI without anything that could end an attribute. */
#include "config.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/base64.h"
#include "badge/logo.h"

#define HEADER  "kube-shields logos 1 simple-icons 1\n"
#define CEILING ((size_t)1 << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(int truth)
{
    if (!truth) {
        abort();
    }
}

static void check_svg(const char *uri)
{
    static const char prefix[] = "data:image/svg+xml;base64,";
    size_t length;
    char *svg;
    size_t tags = 0;

    require(strncmp(uri, prefix, strlen(prefix)) == 0);
    uri += strlen(prefix);
    require(ks_base64_decode(uri, strlen(uri), &svg, &length, NULL) == 0 && strlen(svg) == length);
    for (size_t i = 0; i < length; i++) {
        tags += svg[i] == '<';
    }
    require(strncmp(svg, "<svg fill=\"", 11) == 0 && strcmp(svg + length - 9, "\"/></svg>") == 0 && tags == 5);
    free(svg);
}

static void check_names(const struct ks_logos *logos, const char *name, const char *color)
{
    for (int round = 0; round < 4; round++) {
        KS_CLEANUP_BUF struct ks_buf out;
        int width = 0;

        ks_buf_init(&out, CEILING);
        if (ks_logo_data_uri(logos, name, color, round & 1 ? KS_BADGE_SOCIAL : KS_BADGE_FLAT, round & 2, &out, &width,
                             NULL) == 0) {
            require(width > 0);
            check_svg(out.data);
        } else {
            require(out.length == 0);
        }
    }
}

static void check_image(const char *text)
{
    KS_CLEANUP_BUF struct ks_buf out;

    ks_buf_init(&out, CEILING);
    if (ks_logo_check_data_uri(text, NULL)) {
        return;
    }
    require(ks_logo_is_data_uri(text));
    ks_buf_logo_data_uri(&out, text);
    require(strncmp(out.data, "data:image/", 11) == 0 && strpbrk(out.data, "\"'<>& \t\r\n") == NULL);
    require(ks_logo_check_data_uri(out.data, NULL) == 0);
}

static void check_file(const uint8_t *data, size_t size, const char *name, const char *color)
{
    char path[64];
    struct ks_logos *logos;
    int file = memfd_create("logos", 0);

    require(file >= 0 && write(file, HEADER, strlen(HEADER)) == (ssize_t)strlen(HEADER));
    require(write(file, data, size) == (ssize_t)size);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (ks_logos_open(&logos, path, NULL) == 0) {
        check_names(logos, name, color);
        ks_logos_close(logos);
    }
    close(file);
}

/* A name, a color, then the file after its header, separated by NULs; the name is also tried as an image. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = malloc(size + 1);
    const char *color;
    size_t rest;

    require(text != NULL);
    memcpy(text, data, size);
    text[size] = '\0';
    color = text + strlen(text) + (strlen(text) < size);
    rest = (size_t)(color - text) + strlen(color);
    rest += rest < size;
    check_image(text);
    check_file(data + rest, size - rest, text, color);
    free(text);
    return 0;
}
