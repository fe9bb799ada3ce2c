/* Private to logo.c, which draws logos, and logo_file.c, which finds them. */
#ifndef KS_BADGE_LOGO_PRIVATE_H
#define KS_BADGE_LOGO_PRIVATE_H

#include "badge/logo.h"

enum ks_logo_field {
    KS_LOGO_NAME,
    KS_LOGO_TITLE,
    KS_LOGO_HEX,
    KS_LOGO_PATH,
    KS_LOGO_SIZE,
    KS_LOGO_WIDTH,
    KS_LOGO_PATH_AT_ORIGIN,
    KS_LOGO_FIELD_COUNT
};

struct ks_logo_piece {
    const char *at; /* within the mapped file, without a NUL */
    size_t length;
};

/* A line of the file that logos.mjs makes. */
struct ks_logo_line {
    struct ks_logo_piece fields[KS_LOGO_FIELD_COUNT];
    size_t count; /* of fields; KS_LOGO_FIELD_COUNT + 1: more than there are */
};

/* Finds the icon with this name; false if there is none. */
bool ks_logo_find(const struct ks_logos *logos, const char *name, struct ks_logo_line *icon);

#endif
