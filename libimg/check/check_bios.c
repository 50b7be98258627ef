/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The firmware that the processor starts: where it ends, and what keeps inside its region. */
#include <stdio.h>
#include <string.h>

#include "libimg/check/table.h"
#include "libimg/edit/cbfs_anchor.h"
#include "libimg/edit/cbfs_hash.h"
#include "libimg/edit/cbfs_walk.h"

typedef unsigned long long ull;		/* for printf */

enum { RESET_VECTOR = 16, DAMAGE_MAX = 10 };

static ull last_byte(struct img_range r)
{
	return (ull)(img_range_end(r) - 1);
}

/* The BIOS region of these holds an IFWI, which does not end with boot code. */
static bool has_ifwi(const struct img_check_subject *in)
{
	return in->ifd && (in->ifd->generation == IMG_IFD_APOLLO_LAKE ||
			   in->ifd->generation == IMG_IFD_GEMINI_LAKE);
}

/* Sixteen times the same byte is no jump. */
static bool is_empty(const struct img_check_subject *in, uint64_t end)
{
	struct img_view top;
	uint8_t first;

	return end < RESET_VECTOR ||
	       img_view_slice(in->image, end - RESET_VECTOR, RESET_VECTOR, &top, NULL) != IMG_OK ||
	       img_view_copy(top, 0, &first, 1, NULL) != IMG_OK || img_view_filled(top, first);
}

/* Without a descriptor only a boot block at the end of the CBFS tells that it belongs there. */
static bool find_boot_block(const struct img_check_subject *in, uint64_t *end)
{
	struct img_cbfs_file file;

	if (!in->has_cbfs || img_cbfs_find(in->files, "bootblock", &file, NULL) != IMG_OK)
		return false;
	*end = in->cbfs.start + img_cbfs_end(&file);
	return *end == img_range_end(in->cbfs);
}

bool img_check_boot_top(const struct img_check_subject *in, struct img_check_report *r)
{
	uint64_t end;

	if (has_ifwi(in) || (in->ifd && !in->bios.size))
		return false;
	if (in->ifd)
		end = img_range_end(in->bios);
	else if (!find_boot_block(in, &end))
		return false;
	if (!in->ifd && end != in->size)
		img_check_say(r, end,
			      "the boot block ends here, but the file at 0x%08llx: the image is at "
			      "the wrong end of its chip, whose last bytes the processor starts; "
			      "rom-pad --image-at high puts it there", (ull)in->size);
	else if (is_empty(in, end))
		img_check_say(r, end - RESET_VECTOR,
			      "nothing where the processor starts, the last 16 bytes of the BIOS "
			      "region: it is blank, cut short or at the wrong end");
	return true;
}

bool img_check_cbfs_outside(const struct img_check_subject *in, struct img_check_report *r)
{
	if (!in->ifd || !in->bios.size || !in->has_cbfs || has_ifwi(in))
		return false;
	if (!img_range_holds(in->bios, in->cbfs))
		img_check_say(r, in->cbfs.start,
			      "the CBFS (0x%08llx..0x%08llx) leaves the BIOS region "
			      "(0x%08llx..0x%08llx) of the descriptor: coreboot was built for "
			      "another layout", (ull)in->cbfs.start, last_byte(in->cbfs),
			      (ull)in->bios.start, last_byte(in->bios));
	return true;
}

/* --- FMAP --------------------------------------------------------------------------------- */

/* Names that coreboot gives to the descriptor's regions. */
static const struct {
	const char *area;
	unsigned region;
} si_areas[] = {
	{ "SI_DESC", IMG_IFD_FD }, { "SI_BIOS", IMG_IFD_BIOS }, { "SI_ME", IMG_IFD_ME },
	{ "SI_GBE", IMG_IFD_GBE }, { "SI_PDR", IMG_IFD_PD },
};

enum { SI_AREAS = sizeof(si_areas) / sizeof(si_areas[0]) };

static bool is_si(const struct img_fmap_area *a)
{
	return !strncmp(a->name, "SI_", 3);
}

/* May this area be outside the BIOS region? Those of other regions, and what holds these. */
static bool may_be_outside(const struct img_check_subject *in, const struct img_fmap_area *a)
{
	if (is_si(a) || !a->range.size || img_range_holds(a->range, in->bios))
		return true;
	for (size_t i = 0; i < in->fmap.area_count; i++) {
		const struct img_fmap_area *other = &in->fmap.area[i];

		if (is_si(other) && img_range_holds(a->range, other->range))
			return true;
	}
	return false;
}

static void check_areas(const struct img_check_subject *in, struct img_check_report *r)
{
	for (size_t i = 0; i < in->fmap.area_count; i++) {
		const struct img_fmap_area *a = &in->fmap.area[i];

		if (img_range_holds(in->bios, a->range) || may_be_outside(in, a))
			continue;
		img_check_say(r, a->range.start,
			      "FMAP area %s (0x%08llx..0x%08llx) leaves the BIOS region "
			      "(0x%08llx..0x%08llx) of the descriptor: coreboot was built for "
			      "another layout", a->name, (ull)a->range.start, last_byte(a->range),
			      (ull)in->bios.start, last_byte(in->bios));
	}
}

/* Firmware passes over what is damaged, and does not find what was there. */
bool img_check_cbfs_damaged(const struct img_check_subject *in, struct img_check_report *r)
{
	enum img_cbfs_hash_state state;
	enum img_digest_kind kind;
	struct img_cbfs_file file;
	struct img_view files;
	struct img_error err;
	unsigned damaged = 0;
	uint64_t cursor = 0;
	enum img_status st;

	/* Also one that does not begin as it should, unless the whole image is not in place. */
	if (!in->cbfs.size || (!in->has_cbfs && !in->ifd) ||
	    img_view_slice(in->image, in->cbfs.start, in->cbfs.size, &files, NULL) != IMG_OK)
		return false;
	while (damaged < DAMAGE_MAX &&
	       (st = img_cbfs_walk(files, true, &cursor, &file, &err)) != IMG_E_ABSENT) {
		if (st == IMG_OK && img_cbfs_is_free(&file))
			continue;
		if (st == IMG_OK)
			st = img_cbfs_hash_check(&file, &state, &kind, &err);
		if (st == IMG_OK && state == IMG_CBFS_HASH_INVALID)
			st = img_fail(&err, IMG_E_MISMATCH, in->cbfs.start + file.at,
				      "the data of %s in the CBFS do not have the hash stored with "
				      "them", file.name);
		if (st == IMG_OK)
			continue;
		damaged++;
		img_check_say(r, err.at, "%s", err.text);
	}
	if (!damaged && in->whole && img_anchor_check(in->image, &err) == IMG_E_MISMATCH)
		img_check_say(r, err.at, "%s", err.text);
	return true;
}

bool img_check_fmap_outside(const struct img_check_subject *in, struct img_check_report *r)
{
	if (in->fmap_status == IMG_E_BOUNDS && !in->is_part) {
		img_check_say(r, in->fmap_error.at, "%.400s", in->fmap_error.text);
		return true;
	}
	if (in->fmap_status != IMG_OK || !in->ifd || !in->bios.size || has_ifwi(in))
		return false;
	check_areas(in, r);
	return true;
}

bool img_check_fmap_regions(const struct img_check_subject *in, struct img_check_report *r)
{
	if (in->fmap_status != IMG_OK || !in->ifd)
		return false;
	for (size_t i = 0; i < SI_AREAS; i++) {
		const struct img_fmap_area *a = img_fmap_find(&in->fmap, si_areas[i].area);
		struct img_range region = in->ifd->region[si_areas[i].region];

		if (!a || !a->range.size || (a->range.start == region.start &&
					     a->range.size == region.size))
			continue;
		img_check_say(r, a->range.start,
			      "FMAP area %s is 0x%08llx..0x%08llx, but region %s of the descriptor "
			      "0x%08llx, 0x%llx bytes", a->name, (ull)a->range.start,
			      last_byte(a->range), img_ifd_region_name(si_areas[i].region),
			      (ull)region.start, (ull)region.size);
	}
	return true;
}
