/* Label and color of a shield: what the request asks for, what the annotations ask for, or the result's own.
 * annotations may be NULL. Threads: any. */
#ifndef KS_PAGES_LOOK_H
#define KS_PAGES_LOOK_H

#include "health/result.h"
#include "request/request.h"

const char *page_label(const struct request *request, const struct ks_result *result,
                       const struct ks_annotations *annotations);
const char *page_color(const struct request *request, const struct ks_result *result,
                       const struct ks_annotations *annotations);

#endif
