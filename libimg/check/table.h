/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table: rows, functions, what they look at, and what they report with. */
#ifndef IMG_CHECK_TABLE_H
#define IMG_CHECK_TABLE_H

#include "libimg/check/check.h"
#include "libimg/format/coreboot_id.h"
#include "libimg/format/fmap.h"
#include "libimg/format/gbe.h"

/* What rows.h says of each check, in its order. */
struct img_check_kind {
	const char *id;
	enum img_severity severity;	/* of its findings */
	unsigned scope;
	const char *about;
};
extern const struct img_check_kind img_check_kinds[];

/* The input, and what was decoded of it once for all checks. */
struct img_check_subject {
	struct img_view image;
	uint64_t size;
	const struct img_ifd *ifd;
	const struct img_board *board;
	const char *name;
	bool is_part;
	const struct img_board *known;
	size_t known_count;
	bool whole;		/* image is all of it, not only the head */

	/* From here on only of a whole image, and not when only its descriptor is asked about. */
	enum img_status fmap_status;	/* IMG_E_ABSENT: none */
	struct img_error fmap_error;	/* why it is not IMG_OK */
	struct img_fmap fmap;
	uint64_t shift;		/* where in the file the image begins that the FMAP describes */
	/*
	 * What the processor starts: the descriptor's BIOS region, else what the FMAP
	 * describes, else the whole image. Size 0: it is not wholly in the image.
	 */
	struct img_range bios;
	uint64_t top;		/* its end, which the processor sees at 4 GiB */
	bool has_id;		/* it names a mainboard */
	struct img_coreboot_id id;
	bool has_cbfs;		/* the one that firmware boots from */
	struct img_range cbfs;
	struct img_view files;	/* of it */
	bool has_gbe;
	struct img_gbe gbe;
	uint64_t gbe_at;
};

/* With what in says and nothing decoded; borrows from in. */
struct img_check_subject img_check_subject_of(const struct img_check_input *in);

/* Fills *out, which borrows from in. */
void img_check_examine(const struct img_check_input *in, struct img_check_subject *out);

struct img_check_report;

/* A finding of the check that is running. */
void img_check_say(struct img_check_report *r, uint64_t at, const char *fmt, ...)
	IMG_PRINTF(3, 4);

/*
 * false: this cannot be asked of this image (not applicable). true: it was asked, and failed
 * if there was a finding.
 */
typedef bool img_check_fn(const struct img_check_subject *in, struct img_check_report *r);

/* Runs these, of which functions[i] is that of row i, or NULL: not of interest here. */
struct img_check_result img_check_run_those(img_check_fn *const *functions, size_t count_of,
					    unsigned scope,
					    const struct img_check_subject *subject,
					    img_finding_fn *report, void *ctx);

/* check_file.c: the file as a whole. */
img_check_fn img_check_stripped;
img_check_fn img_check_blank;
img_check_fn img_check_parts_swapped;
img_check_fn img_check_descriptor_moved;
img_check_fn img_check_odd_size;
img_check_fn img_check_unknown;

/* check_board.c: is it the image of the board at hand? */
img_check_fn img_check_board_size;
img_check_fn img_check_board_descriptor;
img_check_fn img_check_board_densities;
img_check_fn img_check_board_regions;
img_check_fn img_check_board_identity;
img_check_fn img_check_emulator;

/* Does all that the image says of itself fit this board: identity, size, regions? */
bool img_check_could_be(const struct img_check_subject *in, const struct img_board *b);

/* check_bios.c: the firmware that the processor starts. */
img_check_fn img_check_boot_top;
img_check_fn img_check_cbfs_outside;
img_check_fn img_check_cbfs_damaged;
img_check_fn img_check_fmap_outside;
img_check_fn img_check_fmap_regions;

/* check_me.c: the management engine. */
img_check_fn img_check_me_blank;
img_check_fn img_check_me_header;
img_check_fn img_check_me_manifest;
img_check_fn img_check_me_code;

/* check_vendor.c: vendor files in the CBFS. */
img_check_fn img_check_vendor_missing;
img_check_fn img_check_vendor_blank;
img_check_fn img_check_vendor_place;
img_check_fn img_check_ec_pointers;

/* check_gbe.c: the network controller's settings. */
img_check_fn img_check_gbe_banks;
img_check_fn img_check_gbe_checksum;
img_check_fn img_check_gbe_mac;
img_check_fn img_check_gbe_stock_mac;

/* check_ifd.c: what the descriptor says of itself, of the flash and of the image. */
img_check_fn img_check_descriptor_region;
img_check_fn img_check_generation;
img_check_fn img_check_component_count;
img_check_fn img_check_component_density;
img_check_fn img_check_reserved_clock;
img_check_fn img_check_vscc_table;
img_check_fn img_check_zero_region;
img_check_fn img_check_region_overlap;
img_check_fn img_check_region_outside;
img_check_fn img_check_pd_outside;
img_check_fn img_check_image_part;
img_check_fn img_check_image_truncated;
img_check_fn img_check_image_size;
img_check_fn img_check_masters_version;
img_check_fn img_check_regions_locked;

#endif
