/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/stripped.h"

#include <string.h>

bool stripped_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strncmp(slash ? slash + 1 : path, STRIPPED_MARK, strlen(STRIPPED_MARK));
}

enum img_status stripped_refuse_name(const char *path, struct img_error *err)
{
	if (!stripped_name(path))
		return IMG_OK;
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"the name says that the vendor files were removed for release; put them "
			"back with rom-inject first (" STRIPPED_ID ")");
}

enum img_status stripped_refuse(const char *path, struct img_view image, struct img_error *err)
{
	size_t size = img_view_size(image);
	enum img_status st = stripped_refuse_name(path, err);
	uint8_t last;

	if (st != IMG_OK || size % 4096 != 1)
		return st;
	st = img_view_copy(image, size - 1, &last, 1, err);
	if (st != IMG_OK || last)
		return st;
	return img_fail(err, IMG_E_REFUSED, size - 1,
			"one zero byte behind %zu bytes: the mark of a release image whose vendor "
			"files were removed; put them back with rom-inject first (" STRIPPED_ID ")",
			size - 1);
}
