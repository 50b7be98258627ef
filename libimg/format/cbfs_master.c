/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/cbfs_master.h"

#include "libimg/core/reader.h"
#include "libimg/format/cbfs.h"

enum { MAGIC = 0x4f524243, VERSION_1 = 0x31313131, VERSION_2 = 0x31313132, SIZE = 32 };

static bool is_header(struct img_view image, uint64_t at)
{
	struct img_reader r = img_reader_of(image, NULL);
	uint32_t magic, version;

	img_read_seek(&r, at);
	magic = img_read_be32(&r);
	version = img_read_be32(&r);
	img_read_skip(&r, SIZE - 8);
	return img_read_status(&r) == IMG_OK && magic == MAGIC &&
	       (version == VERSION_1 || version == VERSION_2);
}

static bool find_header(struct img_view image, uint64_t *at)
{
	struct img_reader r = img_reader_of(image, NULL);
	uint64_t size = img_view_size(image);
	uint32_t back;

	if (size < SIZE)
		return false;
	img_read_seek(&r, size - 4);
	back = 0 - img_read_le32(&r);
	*at = size - back;
	if (back <= size && is_header(image, *at))
		return true;
	for (*at = 0; img_view_find(image, *at, img_view_of("ORBC", 4), at); ++*at)
		if (is_header(image, *at))
			return true;
	return false;
}

enum img_status img_cbfs_master_find(struct img_view image, struct img_cbfs_master *out,
				     struct img_error *err)
{
	struct img_reader r = img_reader_of(image, err);
	uint32_t size, boot_block, align, first;
	struct img_cbfs_master m;

	if (!find_header(image, &m.at))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"no FMAP in this image, and no CBFS master header");
	img_read_seek(&r, m.at + 8);
	size = img_read_be32(&r);
	boot_block = img_read_be32(&r);
	align = img_read_be32(&r);
	first = img_read_be32(&r);
	m.architecture = img_read_be32(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (align != IMG_CBFS_ALIGN || first % IMG_CBFS_ALIGN)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(image) + m.at,
				"a CBFS of files at 0x%x and multiples of %u; only 64 is known",
				first, align);
	if (size > img_view_size(image) || boot_block > size || first >= size - boot_block)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(image) + m.at,
				"the CBFS master header describes an image of 0x%x bytes with "
				"files from 0x%x and a boot block of 0x%x; this one has 0x%zx",
				size, first, boot_block, img_view_size(image));
	m.files = (struct img_range){ first, size - boot_block - first };
	*out = m;
	return IMG_OK;
}
