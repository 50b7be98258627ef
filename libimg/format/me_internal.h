/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of me.h. */
#ifndef IMG_FORMAT_ME_INTERNAL_H
#define IMG_FORMAT_ME_INTERNAL_H

#include "libimg/core/reader.h"
#include "libimg/format/me.h"

enum {
	ME_FPT_HEADER = 0x20,
	ME_FPT_ENTRY = 0x20,
	ME_CPD_ENTRY = 0x18,
	ME_MANIFEST_FIXED = 0x80,	/* before the key */
};

/* An entry of a partition's directory. */
struct img_me_entry {
	char name[13];
	uint32_t offset;		/* in the partition */
	bool huffman;
	uint32_t length;
};

/* Does v have these four letters at at? */
bool img_me_is_at(struct img_view v, uint64_t at, const char *letters);

/*
 * Adds the entries of the $FPT at table_at, whose offsets count from base. IMG_E_CORRUPT: more
 * entries than there can be. IMG_E_BOUNDS.
 */
enum img_status img_me_read_fpt(struct img_view region, uint64_t table_at, uint64_t base,
				struct img_me *me, struct img_error *err) IMG_CHECKED;

/* One more partition; the range is worked out from offset, length and flags. */
enum img_status img_me_add_partition(struct img_view region, struct img_me_partition p,
				     uint64_t base, struct img_me *me, struct img_error *err)
	IMG_CHECKED;

/* The layout table of CSME. IMG_E_ABSENT: none here. */
enum img_status img_me_read_layout(struct img_view region, struct img_me *me,
				   struct img_error *err) IMG_CHECKED;

/*
 * The directory at the start of a partition. IMG_E_ABSENT: none. IMG_E_BOUNDS: it leaves the
 * region.
 */
struct img_me_directory {
	uint64_t at;			/* of the partition */
	uint32_t count;
	unsigned version;
	uint64_t header_size;
	char name[IMG_ME_NAME];
};
enum img_status img_me_read_directory(struct img_view region, uint64_t at,
				      struct img_me_directory *out, struct img_error *err)
	IMG_CHECKED;
/* i < count. Never fails: the entries are all there. */
struct img_me_entry img_me_directory_entry(struct img_view region,
					   const struct img_me_directory *d, uint32_t i);

/* The manifest of me->partition[me->boot], its key, family and generation. */
enum img_status img_me_read_manifest(struct img_view region, struct img_me *me,
				     struct img_error *err) IMG_CHECKED;

/* Four bytes as text, without NULs at the end; "????" where one is no letter, digit or sign. */
void img_me_text(const uint8_t tag[4], char out[IMG_ME_NAME]);

#endif
