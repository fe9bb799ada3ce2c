/* NULL-terminated lists of strings. Threads: any. */
#ifndef KS_STRING_LIST_H
#define KS_STRING_LIST_H

/* Frees the list and its strings, all of them owned. NULL is fine. */
void ks_string_list_free(char **strings);

#endif
