/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What cbfstool does to data before they become a CBFS file: programs out of ELF files,
 * compression, and the attributes that say so. The forms are in libimg/format/cbfs.h and
 * payload.h.
 */
#ifndef IMG_EDIT_CBFS_PACK_H
#define IMG_EDIT_CBFS_PACK_H

#include "libimg/core/compress.h"
#include "libimg/edit/cbfs_edit.h"

enum {
	IMG_CBFS_STAGE_ATTRIBUTE = 24,		/* bytes */
	IMG_CBFS_COMPRESSION_ATTRIBUTE = 16,
};

struct img_cbfs_packing {
	uint32_t compression;
	bool flat;			/* the data are a program as it lies in memory, */
	uint64_t load, entry;		/* to be put and started here */
};

/* What the file refers to after packing; owned. */
struct img_cbfs_packed {
	struct img *data;
	uint8_t attributes[IMG_CBFS_STAGE_ATTRIBUTE + IMG_CBFS_COMPRESSION_ATTRIBUTE];
	size_t attributes_size;
	bool kept;			/* asked to compress, but nothing became smaller */
};

/*
 * Changes file->data, type and attributes (which must be empty) to what is stored:
 *
 *	stage, from an ELF file		its segments as they lie in memory, compressed as a whole
 *	simple elf, from an ELF file	a payload, each segment compressed
 *	simple elf, flat		a payload of one segment
 *	simple elf, from a FIT image	of type fit_payload, as it is
 *	simple elf, else		must be a payload already, is stored as it is
 *	every other type		compressed as a whole
 *
 * What would not become smaller is stored as it is. *packed must live as long as *file is used;
 * img_cbfs_packed_free() also after an error.
 * IMG_E_UNSUPPORTED: not such an ELF file, or not a kind of compression. IMG_E_ABSENT: a stage of
 * something else. IMG_E_CORRUPT: the ELF file contradicts itself, or has nothing to load.
 * IMG_E_USAGE: flat and not a payload, compression of a ready payload, or addresses over 4 GiB.
 * IMG_E_SPACE: an LZ4 stage without the memory behind it that decompressing in place needs.
 */
enum img_status img_cbfs_pack(struct img_cbfs_new *file, const struct img_cbfs_packing *how,
			      struct img_cbfs_packed *packed, struct img_error *err) IMG_CHECKED;

void img_cbfs_packed_free(struct img_cbfs_packed *packed);

#endif
