/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SELF: a program as coreboot stores its payload in the CBFS (type "simple elf"). Big endian.
 * Segments of 28 bytes, the last one ENTR, then their data:
 *
 *	 0   4  "CODE", "DATA", "BSS ", "PARA" (a note of old tools), "ENTR"
 *	 4   4  compression: 0 none, 1 LZMA, 2 LZ4, 3 Zstandard
 *	 8   4  data: offset from the start of the payload
 *	12   8  load address; of ENTR the entry point
 *	20   4  length of the data as stored
 *	24   4  size in memory
 *
 * Sources: coreboot's cbfs_serialized.h; contents as observed of cbfstool of 2025.
 */
#ifndef IMG_FORMAT_PAYLOAD_H
#define IMG_FORMAT_PAYLOAD_H

#include "libimg/core/image.h"

enum {
	IMG_PAYLOAD_SEGMENT = 28,		/* bytes */
	IMG_PAYLOAD_SEGMENTS_MAX = 64,
};

enum img_payload_kind {
	IMG_PAYLOAD_CODE = 0x434f4445,
	IMG_PAYLOAD_DATA = 0x44415441,
	IMG_PAYLOAD_BSS = 0x42535320,
	IMG_PAYLOAD_NOTE = 0x50415241,
	IMG_PAYLOAD_ENTRY = 0x454e5452,
};

struct img_payload_segment {
	enum img_payload_kind kind;
	uint32_t compression;
	uint32_t offset;
	uint64_t address;
	uint32_t size;			/* as stored */
	uint32_t memory_size;
};

/*
 * Segment number index of a payload. IMG_E_BOUNDS: the table or the data leave the payload.
 * IMG_E_UNSUPPORTED: an unknown kind, or over IMG_PAYLOAD_SEGMENTS_MAX of them.
 */
enum img_status img_payload_segment(struct img_view payload, uint32_t index,
				    struct img_payload_segment *out, struct img_error *err)
	IMG_CHECKED;

/*
 * The payload as an x86 ELF file, decompressed. *out is owned by the caller.
 * Differs from cbfstool in two places where that loses something: BSS segments keep their size
 * in memory, and a segment of the ELF file ends where memory is only set aside.
 *
 * IMG_E_UNSUPPORTED also: addresses over 4 GiB, or over IMG_SIZE_MAX bytes in all.
 * IMG_E_CORRUPT: more data than memory, or damaged compressed data.
 */
enum img_status img_payload_to_elf(struct img_view payload, struct img **out,
				   struct img_error *err) IMG_CHECKED;

/*
 * The other way, as "cbfstool add-payload" and "add-flat-binary" do it: every segment that is
 * loaded, compressed where that makes it smaller. *out is owned by the caller. *kept: compression
 * was asked for, and no segment became smaller.
 *
 * IMG_E_ABSENT, IMG_E_UNSUPPORTED, IMG_E_BOUNDS: see img_elf_decode(); also over
 * IMG_PAYLOAD_SEGMENTS_MAX segments or IMG_SIZE_MAX bytes. IMG_E_CORRUPT: nothing to load, or a
 * segment has more data than memory. IMG_E_USAGE: an empty flat binary, or one that is not
 * below 4 GiB, or that does not start in itself.
 */
enum img_status img_payload_from_elf(struct img_view elf, uint32_t compression, struct img **out,
				     bool *kept, struct img_error *err) IMG_CHECKED;
enum img_status img_payload_from_flat(struct img_view program, uint64_t load, uint64_t entry,
				      uint32_t compression, struct img **out, bool *kept,
				      struct img_error *err) IMG_CHECKED;

#endif
