/* Colors of badges: names such as "green", "brightgreen" or "critical", hex digits with or without '#', and CSS colors
 * such as "rgb(0, 128, 0)". Threads: any. */
#ifndef KS_KUBESHIELDS_COLOR_H
#define KS_KUBESHIELDS_COLOR_H

#ifdef __cplusplus
extern "C" {
#endif

/* 1 if a badge can have this color, otherwise 0. NULL is not a color. */
int ks_color_is_valid(const char *color);

/* How bad a color is, to find the worst of several: from the worst, red, yellow, grey, orange, any other, green,
 * lightgrey. Only the order of the numbers has a meaning. A text that is not a color counts as "any other". */
int ks_color_severity(const char *color);

#ifdef __cplusplus
}
#endif

#endif
