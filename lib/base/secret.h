/* Text that must not stay in memory after its use. Threads: any. */
#ifndef KS_BASE_SECRET_H
#define KS_BASE_SECRET_H

/* Overwrites a string, then frees it. NULL is fine. */
void ks_secret_free(char *text);

#endif
