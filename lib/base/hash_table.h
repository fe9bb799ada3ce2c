/* uthash, which would exit the process without memory; so it leaves hh.tbl NULL instead, which HASH_ADD's caller must
 * look at. Included in the place of <uthash.h>. */
#ifndef KS_HASH_TABLE_H
#define KS_HASH_TABLE_H

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#endif
