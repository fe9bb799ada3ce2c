/* Private to the badges: text as it is drawn and measured. Control characters are dropped, white space is trimmed,
 * and upper case is applied if the style wants it; nothing is copied. Pure. Threads: any. */
#ifndef KS_BADGE_TEXT_H
#define KS_BADGE_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "badge/font_widths.h"

enum ks_badge_case {
    KS_BADGE_CASE_KEPT,
    KS_BADGE_CASE_CAPITALIZED,
    KS_BADGE_CASE_UPPER,
};

struct ks_badge_text {
    const char *start; /* borrowed */
    const char *end;
    enum ks_badge_case letter_case;
    int64_t length; /* UTF-16 code units, as JavaScript counts; 0 if nothing can be seen */
    int64_t width;  /* whole pixels, rounded down */
};

/* The text is borrowed. NULL counts as "". */
void ks_badge_text_init(struct ks_badge_text *text, const char *raw, enum ks_badge_case letter_case, enum ks_font font);

/* Writes the text, escaped for XML. */
void ks_badge_text_write(struct ks_buf *out, const struct ks_badge_text *text);

/* Whether the text has nothing but control characters; NULL has nothing. */
bool ks_badge_text_is_empty(const char *raw);

#endif
