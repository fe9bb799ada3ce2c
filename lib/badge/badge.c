#include "config.h"

#include "badge/badge.h"

#include <string.h>

#include "badge/private.h"

#define DEFAULT_LOGO_WIDTH 14

static const struct style {
    const char *name;
    void (*draw)(const struct ks_badge_drawing *drawing);
    enum ks_badge_case label_case;
    enum ks_badge_case message_case;
    enum ks_font label_font;
    enum ks_font message_font;
} styles[KS_BADGE_STYLE_COUNT] = {
    [KS_BADGE_FLAT] = {"flat", ks_badge_draw_flat, KS_BADGE_CASE_KEPT, KS_BADGE_CASE_KEPT, KS_FONT_VERDANA_11,
                       KS_FONT_VERDANA_11},
    [KS_BADGE_FLAT_SQUARE] = {"flat-square", ks_badge_draw_flat_square, KS_BADGE_CASE_KEPT, KS_BADGE_CASE_KEPT,
                              KS_FONT_VERDANA_11, KS_FONT_VERDANA_11},
    [KS_BADGE_PLASTIC] = {"plastic", ks_badge_draw_plastic, KS_BADGE_CASE_KEPT, KS_BADGE_CASE_KEPT, KS_FONT_VERDANA_11,
                          KS_FONT_VERDANA_11},
    [KS_BADGE_FOR_THE_BADGE] = {"for-the-badge", ks_badge_draw_for_the_badge, KS_BADGE_CASE_UPPER, KS_BADGE_CASE_UPPER,
                                KS_FONT_VERDANA_10, KS_FONT_VERDANA_BOLD_10},
    [KS_BADGE_SOCIAL] = {"social", ks_badge_draw_social, KS_BADGE_CASE_CAPITALIZED, KS_BADGE_CASE_KEPT,
                         KS_FONT_HELVETICA_BOLD_11, KS_FONT_HELVETICA_BOLD_11},
};

int ks_badge_style_parse(const char *text, enum ks_badge_style *style)
{
    for (int i = 0; text && style && i < KS_BADGE_STYLE_COUNT; i++) {
        if (strcmp(text, styles[i].name) == 0) {
            *style = (enum ks_badge_style)i;
            return 0;
        }
    }
    return -1;
}

const char *ks_badge_style_name(enum ks_badge_style style)
{
    return (unsigned)style < KS_BADGE_STYLE_COUNT ? styles[style].name : "unknown";
}

int ks_badge_check_id_suffix(const char *text, const char *name, struct ks_error *err)
{
    static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    return text[strspn(text, allowed)]
               ? ks_error_set(err, KS_ERROR_INVALID, "%s \"%.80s\": must be letters, digits, '-' and '_'", name, text)
               : 0;
}

static int validate(const struct ks_badge *badge, struct ks_error *err)
{
    if (!badge->message) {
        return ks_error_set(err, KS_ERROR_INVALID, "message: must be set");
    }
    if ((unsigned)badge->style >= KS_BADGE_STYLE_COUNT) {
        return ks_error_set(err, KS_ERROR_INVALID, "style %d: must be a badge style", (int)badge->style);
    }
    if (badge->logo_width < 0) {
        return ks_error_set(err, KS_ERROR_INVALID, "logo width %d: must not be negative", badge->logo_width);
    }
    return badge->id_suffix ? ks_badge_check_id_suffix(badge->id_suffix, "id suffix", err) : 0;
}

static const char *unless_empty(const char *text)
{
    return ks_badge_text_is_empty(text) ? NULL : text;
}

static void prepare(struct ks_badge_drawing *drawing, const struct ks_badge *badge, const struct style *style)
{
    *drawing = (struct ks_badge_drawing){
        .out = drawing->out,
        .logo = unless_empty(badge->logo),
        .link_left = unless_empty(badge->link_left),
        .link_right = unless_empty(badge->link_right),
        .id_suffix = badge->id_suffix ? badge->id_suffix : "",
    };
    ks_badge_text_init(&drawing->label, badge->label, style->label_case, style->label_font);
    ks_badge_text_init(&drawing->message, badge->message, style->message_case, style->message_font);
    if (!ks_color_parse(badge->color, &drawing->color)) {
        ks_color_parse("#4b0", &drawing->color);
    }
    drawing->has_label_color = ks_color_parse(badge->label_color, &drawing->label_color);
    if (!drawing->has_label_color) {
        ks_color_parse("#555", &drawing->label_color);
    }
    drawing->logo_width = badge->logo_width;
    if (drawing->logo && badge->logo_width == 0) {
        drawing->logo_width = DEFAULT_LOGO_WIDTH;
    }
}

int ks_badge_svg(const struct ks_badge *badge, struct ks_buf *out, struct ks_error *err)
{
    struct ks_badge_drawing drawing = {.out = out};

    if (validate(badge, err)) {
        return -1;
    }
    prepare(&drawing, badge, &styles[badge->style]);
    styles[badge->style].draw(&drawing);
    return ks_buf_check(out, err);
}
