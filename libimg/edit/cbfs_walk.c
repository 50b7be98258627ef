/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_walk.h"

#include "libimg/edit/cbfs_hash.h"
#include "libimg/format/fmap.h"

/* A file with a name in the middle of another one; free space there is what an edit left. */
static bool begins_file(struct img_view area, uint64_t at, struct img_cbfs_file *out)
{
	uint64_t cursor = at;

	return img_cbfs_next(area, &cursor, out, NULL) == IMG_OK && out->at == at &&
	       !img_cbfs_is_free(out) && out->name[0];
}

static bool find_inside(struct img_view area, const struct img_cbfs_file *file,
			struct img_cbfs_file *out)
{
	uint64_t size = img_view_size(area), end = img_cbfs_end(file), at = 0;
	struct img_view reach;

	/* Its own header is the first word in there; what the next one begins behind, the end. */
	if (img_view_slice(area, file->at, (end < size ? end : size) - file->at, &reach, NULL) !=
	    IMG_OK)
		return false;
	while (img_view_find_step(reach, at + IMG_CBFS_ALIGN, IMG_CBFS_ALIGN, IMG_CBFS_MAGIC, &at))
		if (begins_file(area, file->at + at, out))
			return true;
	return false;
}

static bool is_cbfs(struct img_view data)
{
	struct img_cbfs_file file;
	uint64_t cursor = 0;
	enum img_status st = img_cbfs_begins(data) ? IMG_OK : IMG_E_CORRUPT;

	while (st == IMG_OK)
		st = img_cbfs_next(data, &cursor, &file, NULL);
	return st == IMG_E_ABSENT;
}

/* Is there proof that the file has a right to what looks like other files? */
static bool holds_image(const struct img_cbfs_file *file)
{
	enum img_cbfs_hash_state state;
	enum img_digest_kind kind;
	struct img_fmap map;

	if (img_cbfs_is_free(file))
		return false;
	return (img_cbfs_hash_check(file, &state, &kind, NULL) == IMG_OK &&
		state == IMG_CBFS_HASH_VALID) ||
	       is_cbfs(file->data) || img_fmap_decode(file->data, &map, NULL) == IMG_OK;
}

enum img_status img_cbfs_walk(struct img_view area, bool inside, uint64_t *cursor,
			      struct img_cbfs_file *out, struct img_error *err)
{
	struct img_cbfs_file file, hidden;
	enum img_status st = img_cbfs_next(area, cursor, &file, err);
	uint64_t at;

	if (st != IMG_OK)
		return st;
	at = img_view_origin(area) + file.at;
	if (img_cbfs_is_free(&file) && file.name[0])
		return img_fail(err, IMG_E_CORRUPT, at, "free space that is called %s: its type, "
				"0x%x, is damaged, or it was removed but not erased", file.name,
				file.type);
	if (!img_cbfs_is_free(&file) && !file.name[0])
		return img_fail(err, IMG_E_CORRUPT, at,
				"a CBFS file of type 0x%x without a name", file.type);
	if (inside && find_inside(area, &file, &hidden) && !holds_image(&file)) {
		*cursor = hidden.at;
		return img_fail(err, IMG_E_CORRUPT, at,
				"damaged CBFS file header: %s reaches over %s at 0x%08llx",
				file.name[0] ? file.name : "free space", hidden.name,
				(unsigned long long)(img_view_origin(area) + hidden.at));
	}
	*out = file;
	return IMG_OK;
}

static enum img_status walk_inside(struct img_view area, uint64_t *cursor,
				   struct img_cbfs_file *out, struct img_error *err)
{
	return img_cbfs_walk(area, true, cursor, out, err);
}

enum img_status img_cbfs_look_up(struct img_view area, const char *name,
				 struct img_cbfs_file *out, struct img_error *err)
{
	return img_cbfs_find_by(walk_inside, area, name, out, err);
}
