/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/wrap.h"

bool run_same_twice(struct img_view one, struct img_view other)
{
	uint8_t first;

	return img_view_copy(one, 0, &first, 1, NULL) == IMG_OK && !img_view_filled(one, first) &&
	       img_view_equal(one, other);
}

bool run_wraps(struct img_view contents)
{
	const uint64_t size = img_view_size(contents);
	const uint64_t above = size > RUN_WRAP_SIZE ? size - RUN_WRAP_SIZE : 0;
	const uint64_t both = above < RUN_WRAP_SIZE ? above : RUN_WRAP_SIZE;
	struct img_view low, high;

	return img_view_slice(contents, 0, both, &low, NULL) == IMG_OK && both &&
	       img_view_slice(contents, RUN_WRAP_SIZE, both, &high, NULL) == IMG_OK &&
	       run_same_twice(low, high);
}
