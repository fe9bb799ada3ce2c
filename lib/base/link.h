/* Links that others give us, from annotations, requests and programs. Pure. Threads: any. */
#ifndef KS_BASE_LINK_H
#define KS_BASE_LINK_H

#include <stdbool.h>

/* Whether a text begins with http:// or https://. Anything else, such as javascript:, would let whoever wrote the link
 * run a script in the reader's browser. */
bool ks_is_web_link(const char *text);

#endif
