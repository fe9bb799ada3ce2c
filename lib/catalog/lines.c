/* Cuts a text into lines. */
#include "config.h"

#include "catalog/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/trim.h"
#include "base/utf8.h"

static int number_at(const char *text, const char *place)
{
    int number = 1;

    for (; text < place; text++) {
        number += *text == '\n';
    }
    return number;
}

int ks_lines_init(struct ks_lines *lines, const char *text, size_t length, struct ks_error *err)
{
    const char *nul = length ? memchr(text, '\0', length) : NULL;

    *lines = (struct ks_lines){.text = NULL};
    if (length > KS_LINES_BYTES_MOST) {
        return ks_error_set(err, KS_ERROR_INVALID, "%zu bytes: must be at most %zu", length, KS_LINES_BYTES_MOST);
    }
    if (nul) {
        return ks_error_set(err, KS_ERROR_INVALID, "line %d: a NUL byte: must be text", number_at(text, nul));
    }
    lines->text = malloc(length + 1);
    if (!lines->text) {
        return ks_error_memory(err);
    }
    if (length) {
        memcpy(lines->text, text, length);
    }
    lines->text[length] = '\0';
    lines->next = lines->text + ks_utf8_mark(lines->text, length);
    return 0;
}

void ks_lines_fini(struct ks_lines *lines)
{
    free(lines->text);
    *lines = (struct ks_lines){.text = NULL};
}

char *ks_lines_next(struct ks_lines *lines)
{
    char *line = lines->next;
    char *end;

    if (!line || *line == '\0') {
        return NULL;
    }
    end = line + strcspn(line, "\n");
    lines->next = *end ? end + 1 : end;
    *end = '\0';
    if (end > line && end[-1] == '\r') {
        end[-1] = '\0';
    }
    lines->number++;
    return line;
}

char *ks_lines_trim(char *text)
{
    return ks_trim(text, " \t");
}
