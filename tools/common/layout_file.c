/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/layout_file.h"

#include "libimg/core/image.h"

enum img_status layout_file_read(const char *path, struct img_layout *out, struct img_error *err)
{
	struct img *text;
	uint64_t total;
	enum img_status st = img_open_head(path, IMG_LAYOUT_SIZE_MAX, &text, &total, err);

	if (st != IMG_OK)
		return st;
	if (total > IMG_LAYOUT_SIZE_MAX)
		st = img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
			      "a layout is text of at most %d bytes, this has %llu",
			      IMG_LAYOUT_SIZE_MAX, (unsigned long long)total);
	else
		st = img_layout_parse(img_bytes(text), out, err);
	img_close(text);
	return st;
}
