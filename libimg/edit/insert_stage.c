/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/bytes.h"
#include "libimg/edit/insert_kinds.h"
#include "libimg/format/rmodule.h"

enum { ATTRIBUTE_SIZE = 24 };

enum img_status img_insert_stage(struct img *image, const struct img_cbfs_new *file,
				 struct img_range *where, struct img_error *err)
{
	struct img_cbfs_new stage = *file;
	uint8_t attribute[ATTRIBUTE_SIZE] = { 0 };	/* a module loads and starts at 0 */
	struct img *module = NULL;
	uint32_t memory_size;
	enum img_status st;

	st = img_rmodule_from_elf(file->data, &module, &memory_size, err);
	if (st == IMG_OK) {
		img_put_be32(attribute, IMG_CBFS_ATTR_STAGE);
		img_put_be32(attribute + 4, ATTRIBUTE_SIZE);
		img_put_be32(attribute + 20, memory_size);
		stage.attributes = img_view_of(attribute, sizeof(attribute));
		stage.data = img_bytes(module);
		st = img_cbfs_add(image, NULL, &stage, where, err);
	} else {
		img_insert_blame(file, "made a relocatable module", err);
	}
	img_close(module);
	return st;
}
