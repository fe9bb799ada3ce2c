/* Text that must not outlive its use. Threads: any. */
#ifndef KS_SECRET_H
#define KS_SECRET_H

/* Overwrites a string, then frees it. NULL is fine. */
void ks_secret_free(char *text);

#endif
