/* Write a result in one format; result.c chooses which. annotations may be NULL. Threads: any. */
#ifndef KS_PAGES_FORMATS_H
#define KS_PAGES_FORMATS_H

#include "pages/result.h"

void page_put_svg(const struct request *request, struct response *response, const struct ks_result *result,
                  const struct ks_annotations *annotations);
void page_put_shields(const struct request *request, struct response *response, const struct ks_result *result,
                      const struct ks_annotations *annotations);
void page_put_json(const struct request *request, struct response *response, const struct ks_result *result,
                   const struct ks_annotations *annotations, const struct page_json *json);
/* Writes json's raw value, or null. */
void page_put_raw(const struct page_json *json, struct ks_buf *out);
void page_put_text(const struct request *request, struct response *response, const struct ks_result *result,
                   const struct ks_annotations *annotations);

#endif
