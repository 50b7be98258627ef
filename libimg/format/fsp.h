/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Intel FSP: firmware volumes with executables. Little endian throughout, numbers
 * in the maps are hexadecimal.
 *
 * Firmware volume:
 *
 *	  10  16  GUID of the file system: FFS2, 8c8ce578-8a3d-4f1c-9935-896185c32dd3
 *	  20   8  length of the volume
 *	  28   4  "_FVH"
 *	  30   2  length of the header
 *	  34   2  offset of an extended header, 0 for none; its length is the u32 at 10 of it
 *
 * Files begin behind the header, or behind the extended header; each at a multiple of 8:
 *
 *	   0  16  GUID
 *	  12   1  type: f0 filler, ff no more files
 *	  13   1  attributes: bit 0: over 16 MiB, which no FSP has
 *	  14   3  length with the header, which has 18 bytes
 *
 * Sections follow, each at a multiple of 4: u24 length with the header, u8 type (10 PE, 12 TE,
 * 19 raw).
 *
 * The first file of a component's first volume has the GUID
 * 912740be-2284-4734-b971-84b027353f0c and one raw section, the information header:
 *
 *	   0   4  "FSPH"
 *	   4   4  length of this header
 *	   b   1  revision of this header; from 3 on (FSP 2.0) a component says its kind
 *	   c   4  revision of the FSP: major, minor, revision, build from the top byte down
 *	  10   8  identification, text
 *	  18   4  size of the component, from the volume's start; it may span several volumes
 *	  1c   4  address it is linked for
 *	  22   2  bits 15:12: 1 FSP-T, 2 FSP-M, 3 FSP-S
 *
 * Behind it tables with u32 signature, u32 length. The one with "FSPP" (the patch table; u16
 * length, u8 revision, u8, u32 count) is followed by count words: bits 23:0 are the offset of an
 * u32 that holds an address; with bit 31 set that offset counts from 16 MiB below the end.
 *
 * Sources: Intel FSP External Architecture Specification 1.1 and 2.x; UEFI PI specification,
 * volume 3; relocation as observed of cbfstool 4.15 and of
 * 2026.
 */
#ifndef IMG_FORMAT_FSP_H
#define IMG_FORMAT_FSP_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"

enum img_fsp_kind {
	IMG_FSP_ONE = 0,	/* FSP 1.x: not divided */
	IMG_FSP_T = 1,		/* temporary RAM */
	IMG_FSP_M = 2,		/* memory */
	IMG_FSP_S = 3,		/* silicon */
};

struct img_fsp {
	struct img_range range;		/* in the searched bytes */
	unsigned kind;			/* enum img_fsp_kind, or a number we have no name for */
	uint32_t revision;
	char id[9];
	uint32_t linked_at;		/* address */
};

/*
 * Steps through the components of a file: start with *cursor 0.
 * IMG_E_ABSENT: no more. IMG_E_BOUNDS: a volume or component leaves the file. IMG_E_CORRUPT:
 * lengths that cannot be.
 */
enum img_status img_fsp_next(struct img_view file, uint64_t *cursor, struct img_fsp *out,
			     struct img_error *err) IMG_CHECKED;

/* The first component of a kind. IMG_E_ABSENT: none. Splitting an FSP is copying its range. */
enum img_status img_fsp_find(struct img_view file, unsigned kind, struct img_fsp *out,
			     struct img_error *err) IMG_CHECKED;

/*
 * Moves a component, that begins with its first volume, to an address: every TE image and, from
 * FSP 2.0 on, PE image in a section of its own, the words of the patch table, and the
 * information header. Words of the patch table that lie outside the component are passed over.
 *
 * cbfstool up to 4.17 leaves PE images alone; from 4.18 on it moves them, those of FSP 1.x, too.
 * Here each FSP is as the tools of its time store it: 1.x as 4.15 does, 2.x as those that
 * build today's boards.
 *
 * IMG_E_ABSENT: no volume, information header or patch table. IMG_E_UNSUPPORTED: a volume that is
 * not FFS2, a file over 16 MiB, or an executable img_pe_relocate() does not know.
 * IMG_E_BOUNDS, IMG_E_CORRUPT: lengths or relocations that cannot be; bytes behind the last
 * volume. (cbfstool then stores the FSP unmoved, and only warns.) After an error the bytes may
 * be half moved: work on a copy.
 */
enum img_status img_fsp_relocate(struct img_span fsp, uint32_t address, struct img_error *err)
	IMG_CHECKED;

#endif
