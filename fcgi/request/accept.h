/* Content negotiation: which of our formats an Accept header prefers. Source: RFC 9110, section 12.5.1.
 * Pure. Threads: any. */
#ifndef ACCEPT_H
#define ACCEPT_H

/* The index of the type of the highest quality; of equal ones the first in `types`. A type that is named counts as
 * its own range says, a family before anything. -1 where none is accepted; 0 where accept is NULL or "". types:
 * NULL-terminated, in lower case. */
int accept_choose(const char *accept, const char *const *types);

#endif
