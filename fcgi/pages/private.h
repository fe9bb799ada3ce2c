/* The formats of a result, for page_result.c, which chooses, and what they say. annotations may be NULL. */
#ifndef PAGE_PRIVATE_H
#define PAGE_PRIVATE_H

#include "pages/page.h"

/* The left part's text, and the color, that the request, the annotations or the result itself want. */
const char *page_label(const struct request *request, const struct ks_result *result,
                       const struct ks_annotations *annotations);
const char *page_color(const struct request *request, const struct ks_result *result,
                       const struct ks_annotations *annotations);

void page_put_svg(const struct request *request, struct response *response, const struct ks_result *result,
                  const struct ks_annotations *annotations);
void page_put_shields(const struct request *request, struct response *response, const struct ks_result *result,
                      const struct ks_annotations *annotations);
void page_put_json(const struct request *request, struct response *response, const struct ks_result *result,
                   const struct ks_annotations *annotations, const struct page_json *json);
/* json's raw value, or null. */
void page_put_raw(const struct page_json *json, struct ks_buf *out);
void page_put_text(const struct request *request, struct response *response, const struct ks_result *result,
                   const struct ks_annotations *annotations);

#endif
