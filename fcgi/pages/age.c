/* How old a result may be, and how a shield shows its age. */
#include "config.h"

#include "pages/age.h"

#include <string.h>

#include "base/clock.h"

/* Every renewed connection leaves a source without data for a moment, which is not worth showing. */
#define AGE_SHOWN_MS 10000

void page_make_unknown(struct ks_result *result)
{
    ks_result_message(result, "unknown");
    result->color = "grey";
    result->is_error = true;
}

bool page_is_too_old(const struct request *request, int64_t age_ms)
{
    return age_ms > request->app->settings->unknown_after;
}

void page_show_age(const struct request *request, struct ks_result *result, int64_t age_ms)
{
    char message[KS_RESULT_MESSAGE_SIZE];
    char age[KS_CLOCK_TEXT_SIZE];

    if (page_is_too_old(request, age_ms)) {
        page_make_unknown(result);
    } else if (age_ms >= AGE_SHOWN_MS) {
        ks_clock_age_text(age_ms / 1000, age);
        memcpy(message, result->message, sizeof message);
        ks_result_message(result, "%s (%s old)", message, age);
    }
}
