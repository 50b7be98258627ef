/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/kbc1126_check.h"

#include "libimg/edit/locate.h"
#include "libimg/format/cbfs.h"
#include "libimg/format/kbc1126.h"

static const char *const names[IMG_KBC1126_BLOCKS] = { "ecfw1.bin", "ecfw2.bin" };

/* IMG_E_ABSENT: neither is there. IMG_E_MISMATCH: only one. */
static enum img_status find_files(struct img_view image, struct img_view data[IMG_KBC1126_BLOCKS],
				  struct img_error *err)
{
	struct img_cbfs_file file;
	struct img_range range;
	struct img_view area;
	enum img_status st;
	unsigned i, found = 0, missing = 0;

	st = img_locate_cbfs(image, NULL, &range, err);
	if (st == IMG_OK)
		st = img_view_slice(image, range.start, range.size, &area, err);
	if (st != IMG_OK)
		return st;
	for (i = 0; i < IMG_KBC1126_BLOCKS; i++) {
		st = img_cbfs_find(area, names[i], &file, err);
		if (st != IMG_OK && st != IMG_E_ABSENT)
			return st;
		if (st == IMG_OK) {
			data[i] = file.data;
			found++;
		} else {
			missing = i;
		}
	}
	if (!found)
		return img_fail(err, IMG_E_ABSENT, range.start,
				"the CBFS has no firmware of a KBC1126");
	if (found < IMG_KBC1126_BLOCKS)
		return img_fail(err, IMG_E_MISMATCH, range.start,
				"of the firmware of the EC only one part is in the CBFS: %s is "
				"missing", names[missing]);
	return IMG_OK;
}

enum img_status img_kbc1126_check(struct img_view image, struct img_error *err)
{
	struct img_view data[IMG_KBC1126_BLOCKS];
	struct img_kbc1126 pointers;
	enum img_status st;
	uint64_t size, at;
	unsigned i;

	st = find_files(image, data, err);
	if (st != IMG_OK)
		return st;
	st = img_kbc1126_decode(image, &pointers, err);
	if (st != IMG_OK)
		return img_fail(err, IMG_E_MISMATCH, img_view_origin(image) + img_view_size(image),
				"the CBFS has firmware of the EC, but no pointers to it 0x100 "
				"bytes below the end of the image");
	for (i = 0; i < IMG_KBC1126_BLOCKS; i++) {
		at = img_view_origin(data[i]) - img_view_origin(image);
		if (pointers.block_at[i] != at)
			return img_fail(err, IMG_E_MISMATCH, img_view_origin(data[i]),
					"%s begins here, but the EC looks for it at 0x%08llx",
					names[i], (unsigned long long)pointers.block_at[i]);
		st = img_kbc1126_block(data[i], &size, err);
		if (st != IMG_OK) {
			img_error_prefix(err, "%s", names[i]);
			return st;
		}
	}
	return IMG_OK;
}
