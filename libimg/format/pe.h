/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Moving executables that run in place: PE32, PE32+, and TE, the shortened form that
 * firmware volumes hold. Little endian throughout.
 *
 * PE image, as far as relocation needs it:
 *
 *	  0   2  "MZ"
 *	 3c   4  offset of the PE header p
 *	p+ 0  4  "PE" 0 0, then 20 bytes of COFF header
 *	p+18  2  10b: PE32, 20b: PE32+ (from here the optional header)
 *	p+30  8  PE32+: address it is linked for; PE32: 4 bytes at p+34
 *	p+74  4  PE32: number of directories (PE32+: p+84)
 *	p+a0  8  PE32: offset and size of the base relocations (PE32+: p+b0)
 *
 * TE image; offsets in it are those of the PE image it was made from, and are
 * "stripped size" - 28 too large:
 *
 *	  0   2  "VZ"
 *	  6   2  stripped size: what was cut from the PE image, this header (28 bytes) not counted
 *	 10   8  address the PE image was linked for
 *	 18   8  offset and size of the base relocations
 *
 * Base relocations: blocks of u32 page, u32 length of the block, then u16 each with the type in
 * bits 15:12 (0 none, 3 add to a u32, 10 add to a u64) and the offset in the page in 11:0.
 * (Numbers are hexadecimal, lengths decimal.)
 *
 * In images that run in place sections lie in the file as in memory, so an address
 * relative to the image is an offset in it.
 *
 * Sources: Microsoft's PE/COFF specification; UEFI PI specification, volume 1, "TE image".
 */
#ifndef IMG_FORMAT_PE_H
#define IMG_FORMAT_PE_H

#include "libimg/core/view.h"

/*
 * Adds delta to every address in a PE image and to the address it is linked for.
 * IMG_E_ABSENT: no PE image. IMG_E_BOUNDS: a relocation leaves the image. IMG_E_CORRUPT: a block
 * of impossible length. IMG_E_UNSUPPORTED: neither PE32 nor PE32+, or a type not listed above.
 * After an error the image may be half moved: work on a copy.
 */
enum img_status img_pe_relocate(struct img_span pe, uint64_t delta, struct img_error *err)
	IMG_CHECKED;

/* Moves a TE image to where its header is at address. Errors as above. */
enum img_status img_te_relocate(struct img_span te, uint32_t address, struct img_error *err)
	IMG_CHECKED;

#endif
