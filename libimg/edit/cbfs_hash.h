/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The hashes that files in a CBFS have of themselves. */
#ifndef IMG_EDIT_CBFS_HASH_H
#define IMG_EDIT_CBFS_HASH_H

#include "libimg/format/cbfs.h"

enum img_cbfs_hash_state {
	IMG_CBFS_HASH_NONE,		/* the file has no hash attribute */
	IMG_CBFS_HASH_VALID,
	IMG_CBFS_HASH_INVALID,		/* one does not fit the data */
	IMG_CBFS_HASH_UNKNOWN,		/* of an algorithm we do not know */
};

/*
 * Checks all hash attributes of a file against its stored data; *kind (valid and invalid only) is
 * the algorithm of the last one looked at. IMG_E_UNSUPPORTED: see img_digest().
 * IMG_E_CORRUPT: an attribute is too short for its digest.
 */
enum img_status img_cbfs_hash_check(const struct img_cbfs_file *file,
				    enum img_cbfs_hash_state *state, enum img_digest_kind *kind,
				    struct img_error *err) IMG_CHECKED;

#endif
