/* Content negotiation: which of our formats an Accept header prefers. Source: RFC 9110, section 12.5.1. Pure.
 * Threads: any. */
#ifndef KS_REQUEST_ACCEPT_H
#define KS_REQUEST_ACCEPT_H

/* The index of the type with the highest quality, or of the first of them if several have it. The range that names a
 * type most closely decides its quality: the type itself, then its family, then any type. Returns -1 if the header
 * excludes all types, 0 if it is NULL or "". types: NULL-terminated, in lower case. */
int accept_choose(const char *accept, const char *const *types);

#endif
