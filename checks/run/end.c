/* How run-check ends without an answer: one line on standard error, and an exit code. */
#include "run/private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LINE_SIZE 4096

size_t run_utf8(const char *text, bool *well_formed)
{
    const unsigned char *byte = (const unsigned char *)text;
    unsigned lowest = 0x80;
    unsigned highest = 0xbf;
    size_t length;

    *well_formed = byte[0] < 0x80;
    if (byte[0] < 0xc2 || byte[0] > 0xf4) {
        return 1;
    }
    length = byte[0] < 0xe0 ? 2 : byte[0] < 0xf0 ? 3 : 4;
    /* Unicode 15, table 3-7: the range of the second byte excludes overlong forms, surrogates and all above 10FFFF. */
    if (byte[0] == 0xe0) {
        lowest = 0xa0;
    } else if (byte[0] == 0xed) {
        highest = 0x9f;
    } else if (byte[0] == 0xf0) {
        lowest = 0x90;
    } else if (byte[0] == 0xf4) {
        highest = 0x8f;
    }
    for (size_t i = 1; i < length; i++) {
        if (byte[i] < lowest || byte[i] > highest) {
            return i;
        }
        lowest = 0x80;
        highest = 0xbf;
    }
    *well_formed = true;
    return length;
}

/* Broken UTF-8 becomes '?', and a control character a space, byte by byte. */
static void make_line(char *text)
{
    bool well_formed;

    while (*text) {
        size_t length = run_utf8(text, &well_formed);

        if (!well_formed) {
            memset(text, '?', length);
        } else if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            *text = ' ';
        }
        text += length;
    }
}

void run_end(int code, const char *format, ...)
{
    char line[LINE_SIZE];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    make_line(line);
    dprintf(STDERR_FILENO, "%s\n", line);
    /* kube-shields looks for the reason in the first line, so whatever the module printed comes after it. */
    fflush(stdout);
    _exit(code);
}
