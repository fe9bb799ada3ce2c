/* Maps the file of named logos and finds icons in it. */
#include "config.h"

#include "badge/logo_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#define HEADER       "kube-shields logos 1 simple-icons "
#define SIZE_MOST    ((off_t)64 << 20)
#define NAME_MOST    128
#define WIDTH_DIGITS 4
#define OTHER_FIELDS 2 /* of a line that gives an icon another name */

#define LOWER        "abcdefghijklmnopqrstuvwxyz"
#define UPPER        "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS       "0123456789"

struct ks_logos {
    char *data; /* mapped */
    size_t length;
    size_t first; /* where the line after the header begins */
};

static struct ks_logo_line split(const char *at, const char *end)
{
    struct ks_logo_line line = {.count = 0};
    const char *tab;

    do {
        tab = memchr(at, '\t', (size_t)(end - at));
        if (line.count == KS_LOGO_FIELD_COUNT) {
            line.count++;
            return line;
        }
        line.fields[line.count++] = (struct ks_logo_piece){at, (size_t)((tab ? tab : end) - at)};
        at = tab ? tab + 1 : end;
    } while (tab);
    return line;
}

static int compare(struct ks_logo_piece one, struct ks_logo_piece other)
{
    int order = memcmp(one.at, other.at, one.length < other.length ? one.length : other.length);

    return order != 0 ? order : (one.length > other.length) - (one.length < other.length);
}

static bool is_made_of(struct ks_logo_piece piece, const char *characters)
{
    bool accepted[256] = {false};

    while (*characters) {
        accepted[(unsigned char)*characters++] = true;
    }
    for (size_t i = 0; i < piece.length; i++) {
        if (!accepted[(unsigned char)piece.at[i]]) {
            return false;
        }
    }
    return true;
}

static bool is_name(struct ks_logo_piece name)
{
    for (size_t i = 0; i < name.length; i++) {
        if ((unsigned char)name.at[i] <= ' ') {
            return false;
        }
    }
    return name.length > 0 && name.length <= NAME_MOST;
}

/* The title goes into the SVG without escaping. */
static bool is_title(struct ks_logo_piece title)
{
    for (size_t i = 0; i < title.length; i++) {
        unsigned char c = (unsigned char)title.at[i];

        if (c < ' ' || c > '~' || c == '<' || c == '>') {
            return false;
        }
    }
    return true;
}

static bool is_icon(const struct ks_logo_line *line)
{
    static const char path[] = LOWER UPPER DIGITS " .,+-";
    const struct ks_logo_piece *fields = line->fields;

    return line->count == KS_LOGO_FIELD_COUNT && is_title(fields[KS_LOGO_TITLE]) && fields[KS_LOGO_HEX].length == 6 &&
           is_made_of(fields[KS_LOGO_HEX], DIGITS "ABCDEFabcdef") && fields[KS_LOGO_PATH].length > 0 &&
           is_made_of(fields[KS_LOGO_PATH], path) && fields[KS_LOGO_SIZE].length > 0 &&
           is_made_of(fields[KS_LOGO_SIZE], DIGITS " .") && fields[KS_LOGO_WIDTH].length > 0 &&
           fields[KS_LOGO_WIDTH].length <= WIDTH_DIGITS && is_made_of(fields[KS_LOGO_WIDTH], DIGITS) &&
           fields[KS_LOGO_WIDTH].at[0] != '0' && is_made_of(fields[KS_LOGO_PATH_AT_ORIGIN], path);
}

static bool is_other_name(const struct ks_logo_line *line)
{
    return line->count == OTHER_FIELDS && is_name(line->fields[1]);
}

static int check_lines(const struct ks_logos *logos, struct ks_error *err)
{
    const char *end = logos->data + logos->length;
    struct ks_logo_piece before = {"", 0};
    size_t number = 2;

    for (const char *at = logos->data + logos->first; at < end; number++) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        struct ks_logo_line line = {.count = 0};

        if (newline) {
            line = split(at, newline);
        }
        if (!newline || !is_name(line.fields[KS_LOGO_NAME]) || (!is_icon(&line) && !is_other_name(&line))) {
            return ks_error_set(err, KS_ERROR_INVALID, "line %zu: must be a logo", number);
        }
        if (compare(before, line.fields[KS_LOGO_NAME]) >= 0) {
            return ks_error_set(err, KS_ERROR_INVALID, "line %zu: must be sorted by name", number);
        }
        before = line.fields[KS_LOGO_NAME];
        at = newline + 1;
    }
    return 0;
}

static int check(struct ks_logos *logos, struct ks_error *err)
{
    const char *newline = memchr(logos->data, '\n', logos->length);

    if (!newline || logos->length < strlen(HEADER) || memcmp(logos->data, HEADER, strlen(HEADER)) != 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "must begin with \"" HEADER "\"");
    }
    logos->first = (size_t)(newline + 1 - logos->data);
    return check_lines(logos, err);
}

/* NULL if the file cannot be mapped, or must not be. */
static char *map(int file, size_t *length, struct ks_error *err)
{
    struct stat status;
    void *data;

    if (fstat(file, &status)) {
        ks_error_system(err, errno, "fstat");
        return NULL;
    }
    if (!S_ISREG(status.st_mode) || status.st_size == 0) {
        ks_error_set(err, KS_ERROR_INVALID, "must be a regular file, and not empty");
        return NULL;
    }
    if (status.st_size > SIZE_MOST) {
        ks_error_set(err, KS_ERROR_LIMIT, "must be at most 64 MiB");
        return NULL;
    }
    data = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, file, 0);
    if (data == MAP_FAILED) {
        ks_error_system(err, errno, "mmap");
        return NULL;
    }
    *length = (size_t)status.st_size;
    return data;
}

/* Without O_NONBLOCK, opening a FIFO would never end. */
static int open_file(const char *path, struct ks_error *err)
{
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (file >= 0) {
        return file;
    }
    if (errno == ENOENT || errno == ENOTDIR) {
        return ks_error_set(err, KS_ERROR_NOT_FOUND, "no such file");
    }
    return ks_error_system(err, errno, "open");
}

int ks_logos_open(struct ks_logos **logos, const char *path, struct ks_error *err)
{
    struct ks_logos *opened = calloc(1, sizeof *opened);
    int file;
    int result;

    if (!opened) {
        return ks_error_memory(err);
    }
    file = open_file(path, err);
    if (file >= 0) {
        opened->data = map(file, &opened->length, err);
        close(file);
    }
    result = opened->data ? check(opened, err) : -1;
    if (result) {
        ks_logos_close(opened);
        return ks_error_wrap(err, "logos %s", path);
    }
    *logos = opened;
    return 0;
}

void ks_logos_close(struct ks_logos *logos)
{
    if (logos && logos->data) {
        munmap(logos->data, logos->length);
    }
    free(logos);
}

/* A binary search by offset: the middle is anywhere in a line, whose ends are searched from there. */
static bool find_line(const struct ks_logos *logos, struct ks_logo_piece name, struct ks_logo_line *line)
{
    const char *low = logos->data + logos->first;
    const char *high = logos->data + logos->length;

    while (low < high) {
        const char *middle = low + (high - low) / 2;
        const char *before = memrchr(low, '\n', (size_t)(middle - low));
        const char *start = before ? before + 1 : low;
        const char *end = memchr(middle, '\n', (size_t)(high - middle));
        int order;

        *line = split(start, end);
        order = compare(name, line->fields[KS_LOGO_NAME]);
        if (order == 0) {
            return true;
        }
        if (order < 0) {
            high = start;
        } else {
            low = end + 1;
        }
    }
    return false;
}

bool ks_logo_find(const struct ks_logos *logos, const char *text, struct ks_logo_line *icon)
{
    char name[NAME_MOST];
    size_t length = strlen(text);

    if (length > NAME_MOST) {
        return false;
    }
    for (size_t i = 0; i < length; i++) {
        char c = text[i];

        name[i] = (char)(c >= 'A' && c <= 'Z' ? c | 0x20 : c == ' ' ? '-' : c);
    }
    return find_line(logos, (struct ks_logo_piece){name, length}, icon) &&
           (icon->count == KS_LOGO_FIELD_COUNT || find_line(logos, icon->fields[1], icon)) &&
           icon->count == KS_LOGO_FIELD_COUNT;
}
