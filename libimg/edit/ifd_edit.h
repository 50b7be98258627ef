/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Changing the flash descriptor at the start of an image, or one on its own. Every function
 * here decodes the descriptor anew, changes what its name says and nothing else, and on any
 * error leaves the image as it was; those of img_ifd_decode() are passed on. The map of the
 * bytes is in libimg/format/ifd.h.
 *
 * An edit does not ask whether the descriptor makes sense; img_ifd_edit_check() does, and is to
 * be called before the result is written anywhere. Refusals are IMG_E_REFUSED and end with the
 * id of the check in parentheses. Those of libimg/check:
 *	descriptor-region component-count component-density region-zero region-overlap
 *	region-outside
 * and those of img_ifd_move_regions():
 *	layout-cut	content would be lost
 *	layout-magic	what marks a region's content as good would be gone
 *
 * Sources: coreboot's ifdtool, compared byte for byte on several dozen real descriptors. It is
 * not followed where data sheets say otherwise: width of the densities on 8 series, clock
 * codes, place of the ME disable bit from 300 series on, the size of the image.
 */
#ifndef IMG_EDIT_IFD_EDIT_H
#define IMG_EDIT_IFD_EDIT_H

#include "libimg/core/image.h"
#include "libimg/format/ifd.h"
#include "libimg/format/layout.h"

/* What not to refuse, as a mask of these. */
enum {
	IMG_IFD_ALLOW_DESCRIPTOR_REGION = 1 << 0,
	IMG_IFD_ALLOW_COMPONENT_COUNT = 1 << 1,
	IMG_IFD_ALLOW_COMPONENT_DENSITY = 1 << 2,
	IMG_IFD_ALLOW_REGION_ZERO = 1 << 3,
	IMG_IFD_ALLOW_REGION_OVERLAP = 1 << 4,
	IMG_IFD_ALLOW_REGION_OUTSIDE = 1 << 5,
	IMG_IFD_ALLOW_LAYOUT_CUT = 1 << 6,
	IMG_IFD_ALLOW_LAYOUT_MAGIC = 1 << 7,
};

/* The bit of a check's id; 0: no check here is called that. */
unsigned img_ifd_edit_allow(const char *id);

/* IMG_E_REFUSED: the descriptor contradicts itself or the image, and allow does not say so. */
enum img_status img_ifd_edit_check(struct img_view image, unsigned allow, struct img_error *err)
	IMG_CHECKED;

/*
 * Permissions as ifdtool -l and -u write them. Locked, each master has its own region and
 * what it needs of the others that are used; on version 1 GbE gets the requester ID 0x0118.
 * Unlocked, the masters may do everything (on version 1 GbE only in its own region).
 * Requester IDs, and on version 2 the low byte where its meaning is not certain, stay.
 * Errors: those of img_ifd_decode().
 */
enum img_status img_ifd_lock(struct img_span image, struct img_error *err) IMG_CHECKED;
enum img_status img_ifd_unlock(struct img_span image, struct img_error *err) IMG_CHECKED;

/*
 * The ME may read and write its own region only, and read the descriptor on version 2, as
 * me_cleaner -d writes it. IMG_E_UNSUPPORTED: no ME region is used.
 */
enum img_status img_ifd_isolate_me(struct img_span image, struct img_error *err) IMG_CHECKED;

/*
 * The bit that img_ifd.me_disable names; on ICH8 to 10 ICHSTRP0 bit 0 and MCHSTRP0 bits 0 and 7.
 * With confidence IMG_IFD_REPORTED it is written, and the caller should say so.
 * IMG_E_UNSUPPORTED: no place is known or confirmed on this generation, or one of the straps
 * is not there.
 */
enum img_status img_ifd_set_me_disable(struct img_span image, bool disable,
				       struct img_error *err) IMG_CHECKED;

/*
 * The clocks of fast read, write and erase, read ID and status. IMG_E_UNSUPPORTED: the
 * generation has no code for so many MHz, or is not known; the sentence names those it has.
 */
enum img_status img_ifd_set_clock(struct img_span image, unsigned mhz, struct img_error *err)
	IMG_CHECKED;

/*
 * For the EM100 emulator: these clocks at their slowest (20 MHz in version 1, code 6, 14 or
 * 17 MHz, in version 2), dual output fast read off. IMG_E_UNSUPPORTED: code 6 is reserved.
 */
enum img_status img_ifd_set_em100(struct img_span image, struct img_error *err) IMG_CHECKED;

/*
 * Sizes in bytes of 1 or 2 chips, low addresses first, and their number. Without a second chip
 * its field is made "none" where it was in use, else stays.
 * IMG_E_USAGE: 0 chips or over 2. IMG_E_UNSUPPORTED: no code for the size in this generation.
 */
enum img_status img_ifd_set_density(struct img_span image, const uint64_t *size, size_t count,
				    struct img_error *err) IMG_CHECKED;

/* PCHSTRPn. IMG_E_BOUNDS: the descriptor has no such strap. */
enum img_status img_ifd_set_strap(struct img_span image, unsigned n, uint32_t value,
				  struct img_error *err) IMG_CHECKED;

/*
 * Global protected range 0. On: write protection from the start of the ME region to the end of
 * the partition FITC, as ifdtool -E; the ME region has to be in the image. Off: 0.
 * IMG_E_UNSUPPORTED: this generation has none, or its place is not known.
 * IMG_E_ABSENT: no ME region, or no data partition table or FITC in it. IMG_E_BOUNDS: the
 * region or FITC is not wholly there.
 */
enum img_status img_ifd_set_gpr0(struct img_span image, bool on, struct img_error *err)
	IMG_CHECKED;

/*
 * Makes a region, by its short name, all 0xff. IMG_E_ABSENT: no such region. IMG_E_BOUNDS: it is
 * not wholly in the image. IMG_E_UNSUPPORTED: it is the descriptor's own, which the machine needs.
 */
enum img_status img_ifd_erase_region(struct img_span image, const char *name,
				     struct img_error *err) IMG_CHECKED;

/*
 * Gives regions new places, and takes their content there. Areas of layout are named like
 * regions; a region that layout does not name stays where it is. The size of the image does
 * not change. Content stays at the start of its region, that of bios at the end, where
 * the reset vector is. What a region leaves behind or gains becomes 0xff. A region that was
 * unused gets its place and the bytes that are there. With a descriptor on its own (no
 * image behind it) only the registers change.
 *
 * IMG_E_ABSENT: an area is no region, or none that this descriptor can have. IMG_E_UNSUPPORTED:
 * it is not of whole 4 KiB, beyond what the register holds, or another place for fd.
 * IMG_E_BOUNDS: a region that moves is, or would be, outside the image; outside the chips
 * with a descriptor on its own.
 * IMG_E_REFUSED: region-overlap, layout-cut, layout-magic (see above), unless allowed. Content is
 * lost where a region shrinks or is put onto bytes of no region, and these are not all 0xff.
 * Marks that were there and have to be there afterwards: in gbe the checksum of each bank, in me
 * $FPT and the manifest it leads to, in bios the jump at the reset vector. IMG_E_NOMEM.
 */
enum img_status img_ifd_move_regions(struct img_span image, const struct img_layout *layout,
				     unsigned allow, struct img_error *err) IMG_CHECKED;

/* --- what an edit did ------------------------------------------------------------------- */

#define IMG_IFD_CHANGES_MAX 64
#define IMG_IFD_CHANGE_TEXT 256

struct img_ifd_change {
	uint32_t at;			/* offset in the image */
	char name[16];			/* "FLMSTR1", "PCHSTRP10"; "" for no register */
	uint32_t before, after;
	char before_text[IMG_IFD_CHANGE_TEXT];	/* what it means; "" where nothing is known */
	char after_text[IMG_IFD_CHANGE_TEXT];
};

struct img_ifd_changes {
	size_t count;
	struct img_ifd_change change[IMG_IFD_CHANGES_MAX];
};

/*
 * Every 32-bit word of the descriptor that differs, by address. IMG_E_SPACE: over
 * IMG_IFD_CHANGES_MAX of them. *out is written only on IMG_OK.
 */
enum img_status img_ifd_compare(struct img_view before, struct img_view after,
				struct img_ifd_changes *out, struct img_error *err) IMG_CHECKED;

#endif
