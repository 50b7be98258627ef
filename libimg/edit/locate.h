/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where things are in a whole image: what the descriptor calls a region, the FMAP an
 * area, and firmware an address. The formats themselves know nothing of each other.
 */
#ifndef IMG_EDIT_LOCATE_H
#define IMG_EDIT_LOCATE_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"
#include "libimg/format/fmap.h"

/* The FMAP area of the CBFS that firmware boots from. */
#define IMG_CBFS_PRIMARY "COREBOOT"

/*
 * A descriptor region by its short name ("me"). IMG_E_ABSENT: no descriptor, no such name, or the
 * region is not used. IMG_E_BOUNDS: it is not wholly in the image. IMG_E_CORRUPT: it is not
 * the descriptor's own and lies over it; else see img_ifd_decode().
 */
enum img_status img_locate_region(struct img_view image, const char *name, struct img_range *out,
				  struct img_error *err) IMG_CHECKED;

/*
 * The CBFS in an FMAP area, NULL for the primary one. IMG_E_ABSENT: no FMAP, area or CBFS. Else
 * the errors of img_fmap_decode().
 */
enum img_status img_locate_cbfs(struct img_view image, const char *area, struct img_range *out,
				struct img_error *err) IMG_CHECKED;

/* The same for whom the image's FMAP is at hand. */
enum img_status img_locate_cbfs_in(struct img_view image, const struct img_fmap *map,
				   const char *area, struct img_range *out,
				   struct img_error *err) IMG_CHECKED;

/*
 * The image offset behind a CPU address: the image ends at 4 GiB, and x86 maps at most
 * its top 16 MiB. image_size is that of the whole image, both chips joined.
 * IMG_E_BOUNDS: not mapped.
 */
enum img_status img_locate_address(uint64_t image_size, uint64_t address, uint64_t *out,
				   struct img_error *err) IMG_CHECKED;

/* A part of the image and where the processor sees it, on boards that map more than 16 MiB. */
struct img_window {
	uint64_t flash, host, size;
};

#define IMG_WINDOWS_MAX 3

/*
 * The same where these windows are what is mapped. IMG_E_USAGE: a window that is not in the
 * image or not below 4 GiB, or two that overlap.
 */
enum img_status img_locate_in_windows(const struct img_window *window, size_t count,
				      uint64_t image_size, uint64_t address, uint64_t *out,
				      struct img_error *err) IMG_CHECKED;

/*
 * The other way round: the CPU address of an image offset. IMG_E_BOUNDS: not in the image, or
 * below the top 16 MiB of it.
 */
enum img_status img_locate_mapped(uint64_t image_size, uint64_t offset, uint32_t *out,
				  struct img_error *err) IMG_CHECKED;

#endif
