/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libimg/check/table.h"

struct check {
	const char *id;
	enum img_severity severity;	/* of its findings */
	unsigned scope;
	img_check_fn *run;
	const char *about;		/* what is right when it passes */
};

#define D IMG_CHECK_DESCRIPTOR
#define F IMG_CHECK_FILE
#define B IMG_CHECK_BOARD
#define C IMG_CHECK_CONTENT
#define P IMG_CHECK_PLACE

/* The first error is the one that programs name: what explains others comes before them. */
static const struct check table[] = {
	{ IMG_CHECK_STRIPPED, IMG_ERROR, F, img_check_stripped,
	  "neither name nor size have the mark of a release image without vendor files" },
	{ "blank-image", IMG_ERROR, F, img_check_blank, "the bytes are not all the same" },
	{ "parts-swapped", IMG_ERROR, P, img_check_parts_swapped,
	  "chip 1 of 2 comes before chip 2" },
	{ "descriptor-moved", IMG_ERROR, P, img_check_descriptor_moved,
	  "the descriptor is where the file begins" },
	{ IMG_CHECK_UNKNOWN, IMG_NOTE, F, img_check_unknown,
	  "something in the image is known: a descriptor, FMAP, CBFS or coreboot" },
	{ "board-size", IMG_ERROR, B, img_check_board_size,
	  "the image is as large as the board's" },
	{ "board-descriptor", IMG_ERROR, B, img_check_board_descriptor,
	  "there is a descriptor where the board has one" },
	{ "board-densities", IMG_ERROR, B, img_check_board_densities,
	  "the descriptor is for the board's chips" },
	{ "board-regions", IMG_ERROR, B, img_check_board_regions,
	  "the regions are where the board has them" },
	{ "board-identity", IMG_ERROR, B, img_check_board_identity,
	  "the mainboard that coreboot names is the board" },
	{ "emulator-image", IMG_WARNING, B, img_check_emulator,
	  "the firmware is for a machine, not for an emulator" },
	{ "descriptor-region", IMG_ERROR, D, img_check_descriptor_region,
	  "the descriptor says where it is itself" },
	{ "generation-unknown", IMG_WARNING, D, img_check_generation,
	  "the chipset generation can be told" },
	{ "component-count", IMG_ERROR, D, img_check_component_count,
	  "the descriptor is for one or two chips" },
	{ "component-density", IMG_ERROR, D, img_check_component_density,
	  "the sizes of the chips have codes that exist" },
	{ "clock-reserved", IMG_WARNING, D, img_check_reserved_clock,
	  "the clocks have codes that exist" },
	{ "vscc-outside", IMG_WARNING, D, img_check_vscc_table,
	  "the table of chips is in the descriptor" },
	{ "region-zero", IMG_ERROR, D, img_check_zero_region, "no region has a register of zeros" },
	{ "region-overlap", IMG_ERROR, D, img_check_region_overlap, "no two regions overlap" },
	{ "region-outside", IMG_ERROR, D, img_check_region_outside,
	  "no region ends behind the chips" },
	{ "pd-outside", IMG_NOTE, D, img_check_pd_outside,
	  "the platform data region is in the image" },
	{ "image-part", IMG_ERROR, D, img_check_image_part, "the image is not one chip of two" },
	{ "image-truncated", IMG_ERROR, D, img_check_image_truncated,
	  "every region is wholly in the image" },
	{ "image-size", IMG_WARNING, D, img_check_image_size,
	  "the image is as large as the chips of its descriptor" },
	{ "odd-size", IMG_ERROR, F, img_check_odd_size, "the image is of whole 4 KiB blocks" },
	{ "fmap-outside", IMG_ERROR, C, img_check_fmap_outside,
	  "the areas of the FMAP are in the image and in their region" },
	{ "fmap-regions", IMG_WARNING, C, img_check_fmap_regions,
	  "areas of the FMAP that are regions have their size" },
	{ "cbfs-outside", IMG_ERROR, C, img_check_cbfs_outside,
	  "the CBFS is in the BIOS region" },
	{ "cbfs-damaged", IMG_ERROR, C, img_check_cbfs_damaged,
	  "the files of the CBFS follow each other, and have their hashes" },
	{ "me-blank", IMG_ERROR, C, img_check_me_blank, "the ME region is not blank" },
	{ "me-header", IMG_ERROR, C, img_check_me_header, "the ME region begins like one" },
	{ "me-manifest", IMG_ERROR, C, img_check_me_manifest,
	  "the ME's tables lead to its manifest" },
	{ "me-code", IMG_ERROR, C, img_check_me_code,
	  "what the ME needs to start is there, and as its maker signed it" },
	{ "vendor-missing", IMG_ERROR, C, img_check_vendor_missing,
	  "the vendor files that the machine needs are in the CBFS" },
	{ "vendor-blank", IMG_ERROR, C, img_check_vendor_blank, "they are not blank" },
	{ "vendor-place", IMG_ERROR, C, img_check_vendor_place,
	  "they have the type and address that firmware looks for" },
	{ "ec-pointers", IMG_ERROR, C, img_check_ec_pointers,
	  "a KBC1126 finds its firmware, and its sums are right" },
	{ "boot-top", IMG_ERROR, P, img_check_boot_top,
	  "there is boot code where the processor starts" },
	{ "gbe-banks", IMG_ERROR, C, img_check_gbe_banks, "one of the GbE banks is good" },
	{ "gbe-mac", IMG_ERROR, C, img_check_gbe_mac,
	  "the MAC address is neither zero nor multicast" },
	{ "gbe-checksum", IMG_WARNING, C, img_check_gbe_checksum,
	  "the checksums of both GbE banks are right" },
	{ "gbe-stock-mac", IMG_NOTE, C, img_check_gbe_stock_mac,
	  "the MAC address is the machine's own" },
	{ "masters-version", IMG_WARNING, D, img_check_masters_version,
	  "the permissions are of the descriptor's version" },
	{ "regions-locked", IMG_NOTE, D, img_check_regions_locked,
	  "the running machine may write every region" },
};

#undef D
#undef F
#undef B
#undef C
#undef P

enum { CHECKS = sizeof(table) / sizeof(table[0]) };

struct img_check_report {
	const struct check *check;	/* the one that is running */
	unsigned findings;		/* of it */
	img_finding_fn *report;
	void *ctx;
};

void img_check_say(struct img_check_report *r, uint64_t at, const char *fmt, ...)
{
	struct img_finding f = { .id = r->check->id, .severity = r->check->severity, .at = at };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f.text, sizeof(f.text), fmt, ap);
	va_end(ap);
	r->findings++;
	if (r->report)
		r->report(r->ctx, &f);
}

static void count(struct img_check_result *sum, const struct img_check_report *r,
		  bool applicable)
{
	unsigned *kind[] = { [IMG_NOTE] = &sum->notes, [IMG_WARNING] = &sum->warnings,
			     [IMG_ERROR] = &sum->errors };

	*kind[r->check->severity] += r->findings;
	if (r->findings)
		sum->failed++;
	else if (!applicable)
		sum->not_applicable++;
	else
		sum->passed++;
}

struct img_check_result img_check_run(const struct img_check_input *in, img_finding_fn *report,
				      void *ctx)
{
	struct img_check_result sum = { .passed = 0 };
	struct img_check_subject subject;

	img_check_examine(in, &subject);
	for (size_t i = 0; i < CHECKS; i++) {
		struct img_check_report r = { &table[i], 0, report, ctx };

		if (!in->scope || in->scope & table[i].scope)
			count(&sum, &r, table[i].run(&subject, &r));
	}
	return sum;
}

bool img_check_row(size_t i, struct img_check_row *out)
{
	if (i >= CHECKS)
		return false;
	*out = (struct img_check_row){ table[i].id, table[i].severity, table[i].about };
	return true;
}

const char *img_check_id(const char *id)
{
	for (size_t i = 0; i < CHECKS; i++)
		if (!strcmp(table[i].id, id))
			return table[i].id;
	return NULL;
}

const char *img_severity_word(enum img_severity severity)
{
	static const char *const words[] = { [IMG_NOTE] = "note", [IMG_WARNING] = "warning",
					     [IMG_ERROR] = "error" };

	return words[severity];
}
