/* File stamps: numbers that show that a file has changed without reading it. Threads: any. */
#ifndef KS_BASE_FILE_STAMP_H
#define KS_BASE_FILE_STAMP_H

#include <stdint.h>
#include <sys/stat.h>

/* A number that changes if another file takes this one's place, or if its content, mode or owner changes. Never 0, so
 * 0 can mean that nobody has looked yet. A fingerprint (base/hash.h), not a proof against forgery. */
uint64_t ks_file_stamp(const struct stat *status);

/* The stamp of the file at a path. Links are followed, so the swap of a mounted Secret's link is seen. A file that
 * cannot be looked at has a stamp too, which depends on the reason. Take the stamp before you read the file: then no
 * change is missed. */
uint64_t ks_file_stamp_at(const char *path);

#endif
