#include "config.h"

#include "badge/palette.h"

#include <stddef.h>
#include <string.h>

#define GREEN        "#037c4c"
#define YELLOW       "#fff425"
#define YELLOW_GREEN "#516824"
#define ORANGE       "#f5a349"
#define RED          "#c11301"
#define BLUE         "#02439e"
#define GREY         "#424242"
#define LIGHT_GREY   "#c1c1c1"

const char *ks_palette_accessible(const char *color)
{
    static const struct {
        const char *name;
        const char *hex;
    } palette[] = {
        {"brightgreen", GREEN},
        {"green", GREEN},
        {"yellow", YELLOW},
        {"yellowgreen", YELLOW_GREEN},
        {"orange", ORANGE},
        {"red", RED},
        {"blue", BLUE},
        {"grey", GREY},
        {"gray", GREY},
        {"lightgrey", LIGHT_GREY},
        {"lightgray", LIGHT_GREY},
        {"critical", RED},
        {"important", ORANGE},
        {"success", GREEN},
        {"informational", BLUE},
        {"inactive", LIGHT_GREY},
    };

    for (size_t i = 0; color && i < sizeof palette / sizeof palette[0]; i++) {
        if (strcmp(color, palette[i].name) == 0) {
            return palette[i].hex;
        }
    }
    return NULL;
}
