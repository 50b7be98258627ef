/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_hash.h"

#include "libimg/core/digest.h"

enum { HASH_HEADER = 12 };

static enum img_status check_one(const struct img_cbfs_file *file, struct img_view attribute,
				 enum img_cbfs_hash_state *state, enum img_digest_kind *kind,
				 struct img_error *err)
{
	struct img_view expected;
	struct img_digest digest;
	enum img_status st;
	uint8_t number;

	st = img_view_copy(attribute, HASH_HEADER - 1, &number, 1, err);
	if (st == IMG_OK && !img_cbfs_hash_kind(number, kind)) {
		*state = IMG_CBFS_HASH_UNKNOWN;
		return IMG_OK;
	}
	if (st == IMG_OK)
		st = img_view_slice(attribute, HASH_HEADER, img_digest_size(*kind), &expected,
				    err);
	if (st != IMG_OK)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(attribute),
				"the hash attribute of %s is too short", file->name);
	st = img_digest(*kind, file->data, &digest, err);
	if (st == IMG_OK)
		*state = img_view_equal(expected, img_view_of(digest.bytes, digest.size))
				 ? IMG_CBFS_HASH_VALID : IMG_CBFS_HASH_INVALID;
	return st;
}

enum img_status img_cbfs_hash_check(const struct img_cbfs_file *file,
				    enum img_cbfs_hash_state *state, enum img_digest_kind *kind,
				    struct img_error *err)
{
	struct img_view attribute;
	enum img_status st = IMG_OK;
	uint32_t cursor = 0;

	*state = IMG_CBFS_HASH_NONE;
	while (st == IMG_OK && (*state == IMG_CBFS_HASH_NONE || *state == IMG_CBFS_HASH_VALID) &&
	       img_cbfs_attribute(file, IMG_CBFS_ATTR_HASH, &cursor, &attribute))
		st = check_one(file, attribute, state, kind, err);
	return st;
}
