/* How run-check ends when there is no answer: one line on standard error, and an exit code. */
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
    /* Unicode 15, table 3-7: what the second byte may be; no overlong forms, no surrogates, none above 10FFFF. */
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

/* What cannot stand in a line of text becomes '?' or a blank, byte by byte. */
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
    /* What a module printed comes after the reason, which is looked for in the first line. */
    fflush(stdout);
    _exit(code);
}
