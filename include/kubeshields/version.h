/* The version of the library at run time, which may be newer than the headers that a program was compiled with. */
#ifndef KS_KUBESHIELDS_VERSION_H
#define KS_KUBESHIELDS_VERSION_H

#ifdef __cplusplus
extern "C" {
#endif

/* "1.0.0". A static string. Threads: any. */
const char *ks_library_version(void);

#ifdef __cplusplus
}
#endif

#endif
