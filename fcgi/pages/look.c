/* Label and color of a shield. */
#include "config.h"

#include "pages/look.h"

#include <string.h>

#include "badge/color.h"

/* A color in the query wins, as at shields.io, except on errors. An annotation is set once and forgotten, so it must
 * not hide that something is wrong: it colors only what is well. */
const char *page_color(const struct request *request, const struct ks_result *result,
                       const struct ks_annotations *annotations)
{
    struct ks_color color;
    bool is_well = strcmp(result->color, "green") == 0 || strcmp(result->color, "blue") == 0;

    if (result->is_error) {
        return result->color;
    }
    if (request->shield.color) {
        return request->shield.color;
    }
    if (annotations && is_well && ks_color_parse(annotations->color, &color)) {
        return annotations->color;
    }
    return result->color;
}

const char *page_label(const struct request *request, const struct ks_result *result,
                       const struct ks_annotations *annotations)
{
    if (request->shield.label) {
        return request->shield.label;
    }
    return annotations && annotations->label[0] ? annotations->label : result->label;
}
