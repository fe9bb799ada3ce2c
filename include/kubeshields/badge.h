/* A badge as SVG, as shields.io draws it: a label on the left, a message on the right. Threads: any. */
#ifndef KS_KUBESHIELDS_BADGE_H
#define KS_KUBESHIELDS_BADGE_H

#include <stddef.h>
#include <string.h>

#include <kubeshields/error.h>
#include <kubeshields/service.h>

#ifdef __cplusplus
extern "C" {
#endif

enum ks_badge_style {
    KS_BADGE_FLAT,
    KS_BADGE_FLAT_SQUARE,
    KS_BADGE_PLASTIC,
    KS_BADGE_FOR_THE_BADGE,
    KS_BADGE_SOCIAL
};

/* Returns 0 for "flat", "flat-square", "plastic", "for-the-badge" and "social", or -1 for any other text, which leaves
 * *style alone, and if `style` is NULL. */
int ks_badge_style_parse(const char *text, enum ks_badge_style *style);
/* The text for a style; "unknown" for a number that is not a style. A static string. */
const char *ks_badge_style_name(enum ks_badge_style style);

/* `message` must be set; everything else but `size` may stay zero. Texts are UTF-8, borrowed while the badge is drawn,
 * and need no escaping. */
struct ks_badge_options {
    size_t size;             /* set by ks_badge_options_init */
    const char *label;       /* left; NULL or "": only the message is drawn */
    const char *message;     /* right; may be "" */
    const char *color;       /* of the message, see color.h; NULL, or not a color: brightgreen */
    const char *label_color; /* NULL, or not a color: grey */
    enum ks_badge_style style;
    int logo_width;         /* pixels, 0 to 1,000; 0: 14 */
    const char *logo;       /* an image in base64, 14 pixels high: "data:image/png;base64,…"; NULL or "": none */
    const char *link_left;  /* an http:// or https:// URL for the label, or for the whole badge without link_right */
    const char *link_right; /* an http:// or https:// URL for the message */
    const char *id_suffix; /* letters, digits, '-' and '_': keeps the ids of several badges in one HTML page distinct */
};

/* Call this before you set anything: all defaults. It is inline because `size` is that of your header. */
static inline void ks_badge_options_init(struct ks_badge_options *options)
{
    memset(options, 0, sizeof *options);
    options->size = sizeof *options;
}

/* Sets label, message and color to those of a service's shield; the label is the service's name unless it is annotated
 * with another. The texts are borrowed from the service. KS_ERROR_INVALID if the options were not initialised. */
int ks_badge_options_set_service(struct ks_badge_options *options, const struct ks_service *service,
                                 struct ks_error *err);

/* Draws it. *svg is NUL-terminated and belongs to you: release it with free(3). *length is its length without the NUL;
 * length may be NULL. KS_ERROR_INVALID for invalid options, KS_ERROR_LIMIT if it is larger than 1 MiB. */
int ks_badge_draw(const struct ks_badge_options *options, char **svg, size_t *length, struct ks_error *err);

#ifdef __cplusplus
}
#endif

#endif
