/* uthash, set so that it does not exit the process when memory runs out: it leaves hh.tbl NULL instead, and the
 * caller of HASH_ADD must check that. Include this instead of <uthash.h>. */
#ifndef KS_BASE_HASH_TABLE_H
#define KS_BASE_HASH_TABLE_H

#define HASH_NONFATAL_OOM 1
#include <uthash.h>

#endif
