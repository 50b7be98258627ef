/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the descriptor says of itself, of the flash chips and of the image around it. */
#include <stdio.h>
#include <string.h>

#include "libimg/check/table.h"

typedef unsigned long long ull;		/* for printf */

/* A file of the size of region 0 is a descriptor on its own: no image that lacks a part. */
static bool is_bare(const struct img_check_subject *in)
{
	return in->size <= IMG_IFD_HEAD;
}

static bool is_used(const struct img_ifd *ifd, unsigned i)
{
	return ifd->region[i].size != 0;
}

static ull last_byte(struct img_range r)
{
	return (ull)(img_range_end(r) - 1);
}

bool img_check_descriptor_region(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_range fd;

	if (!in->ifd)
		return false;
	fd = in->ifd->region[IMG_IFD_FD];
	if (!fd.size)
		img_check_say(r, in->ifd->region_at,
			      "region fd is said to be unused, but the descriptor is there; the "
			      "dump is misread or encrypted");
	else if (fd.start || fd.size > IMG_IFD_HEAD)
		img_check_say(r, in->ifd->region_at,
			      "region fd is said to be 0x%08llx..0x%08llx; a descriptor begins at "
			      "0 and has 4 to 16 KiB, so the dump is misread or encrypted",
			      (ull)fd.start, last_byte(fd));
	return true;
}

bool img_check_generation(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;

	if (!ifd)
		return false;
	if (ifd->generation == IMG_IFD_UNKNOWN_V1 || ifd->generation == IMG_IFD_UNKNOWN_V2)
		img_check_say(r, ifd->signature_at,
			      "the chipset generation cannot be told from this descriptor (FLMAP1 "
			      "0x%08x, FLMAP2 0x%08x, FLUMAP1 0x%08x); what depends on it is not "
			      "decoded",
			      (unsigned)ifd->flmap[1], (unsigned)ifd->flmap[2],
			      (unsigned)ifd->flumap1);
	return true;
}

bool img_check_component_count(const struct img_check_subject *in, struct img_check_report *r)
{
	if (!in->ifd)
		return false;
	if (in->ifd->component_count_said > IMG_IFD_COMPONENTS)
		img_check_say(r, in->ifd->signature_at + 4,
			      "the descriptor speaks of %u flash chips; there can be 1 or 2",
			      in->ifd->component_count_said);
	return true;
}

bool img_check_component_density(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;

	if (!ifd)
		return false;
	for (unsigned i = 0; i < ifd->components; i++) {
		if (!ifd->component_size[i])
			img_check_say(r, ifd->component_at,
				      "the size of flash chip %u has code %u, which is %s", i + 1,
				      ifd->density_code[i],
				      ifd->density_code[i] == 15 ? "for a chip that is not there"
								 : "reserved");
	}
	return true;
}

bool img_check_reserved_clock(const struct img_check_subject *in, struct img_check_report *r)
{
	static const struct {
		enum img_ifd_clock clock;
		const char *name;
	} clocks[] = {
		{ IMG_IFD_CLOCK_FAST_READ, "fast read" },
		{ IMG_IFD_CLOCK_WRITE, "write and erase" },
		{ IMG_IFD_CLOCK_READ_ID, "read ID and status" },
	};
	const struct img_ifd *ifd = in->ifd;

	/* Which codes are reserved depends on the generation. */
	if (!ifd || ifd->generation == IMG_IFD_UNKNOWN_V1 ||
	    ifd->generation == IMG_IFD_UNKNOWN_V2)
		return false;
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		const struct img_ifd_frequency *f = &ifd->frequency[clocks[i].clock];

		if (!f->mhz)
			img_check_say(r, ifd->component_at,
				      "the %s clock has code %u, which is reserved on %s",
				      clocks[i].name, f->code,
				      img_ifd_generation_name(ifd->generation));
	}
	return true;
}

bool img_check_vscc_table(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;

	if (!ifd || !ifd->vscc_said)
		return false;
	if (ifd->vscc_said > ifd->vscc_count)
		img_check_say(r, ifd->vscc_at,
			      "the VSCC table of %u entries leaves the descriptor; %u are there",
			      ifd->vscc_said, ifd->vscc_count);
	return true;
}

/* --- regions ---------------------------------------------------------------------------- */

bool img_check_zero_region(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;

	if (!ifd)
		return false;
	for (unsigned i = 1; i < ifd->region_slots; i++) {
		if (!ifd->flreg[i])
			img_check_say(r, ifd->region_at + 4 * i,
				      "the register of region %s is all zeros, which puts it on "
				      "the descriptor; an unused region is 0x%08x",
				      img_ifd_region_name(i),
				      ifd->version == 1 ? 0x1fffu : 0x7fffu);
	}
	return true;
}

bool img_check_region_overlap(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;

	if (!ifd)
		return false;
	for (unsigned i = 1; i < IMG_IFD_REGIONS; i++) {
		for (unsigned k = 0; k < i; k++) {
			struct img_range a = ifd->region[k], b = ifd->region[i];

			if (is_used(ifd, i) && is_used(ifd, k) && img_range_overlap(a, b))
				img_check_say(r, a.start > b.start ? a.start : b.start,
					      "regions %s (0x%08llx..0x%08llx) and %s "
					      "(0x%08llx..0x%08llx) overlap",
					      img_ifd_region_name(k), (ull)a.start, last_byte(a),
					      img_ifd_region_name(i), (ull)b.start, last_byte(b));
		}
	}
	return true;
}

/* "8M + 4M", or "8M" */
static void components_text(const struct img_ifd *ifd, char out[56])
{
	char low[24], high[24];

	img_size_format(ifd->component_size[0], low);
	img_size_format(ifd->component_size[1], high);
	snprintf(out, 56, ifd->components == 2 ? "%s + %s" : "%s", low, high);
}

/*
 * Some images are larger than the densities say (g43t_am3_16mb), some smaller than the
 * flash: only what fits neither is wrong. Platform data has a check of its own.
 */
bool img_check_region_outside(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;
	uint64_t limit;
	char sizes[56];

	if (!ifd)
		return false;
	limit = img_ifd_flash_size(ifd);
	if (!is_bare(in) && in->size > limit)
		limit = in->size;
	if (!limit)
		return false;
	components_text(ifd, sizes);
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		struct img_range region = ifd->region[i];

		if (i == IMG_IFD_PD || !is_used(ifd, i) || img_range_end(region) <= limit)
			continue;
		img_check_say(r, region.start,
			      "region %s (0x%08llx..0x%08llx) ends outside the flash, which ends "
			      "at 0x%08llx (the chips are said to be %s)",
			      img_ifd_region_name(i), (ull)region.start, last_byte(region),
			      (ull)limit, sizes);
	}
	return true;
}

/* The region, other than platform data, that goes on behind the end of the file. */
static bool find_cut(const struct img_check_subject *in, unsigned *region)
{
	uint64_t flash = img_ifd_flash_size(in->ifd);

	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		uint64_t end = img_range_end(in->ifd->region[i]);

		if (i != IMG_IFD_PD && is_used(in->ifd, i) && end > in->size && end <= flash) {
			*region = i;
			return true;
		}
	}
	return false;
}

static bool is_first_chip(const struct img_check_subject *in)
{
	return img_ifd_usable_components(in->ifd) == 2 &&
	       in->size == in->ifd->component_size[0];
}

bool img_check_pd_outside(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_range pd;
	unsigned region;

	if (!in->ifd || is_bare(in) || find_cut(in, &region) || !is_used(in->ifd, IMG_IFD_PD))
		return false;
	pd = in->ifd->region[IMG_IFD_PD];
	if (img_range_end(pd) > in->size)
		img_check_say(r, pd.start,
			      "region pd (0x%08llx..0x%08llx) is not wholly in the image of "
			      "0x%llx bytes; some boards are shipped like that, nothing is read "
			      "or written there",
			      (ull)pd.start, last_byte(pd), (ull)in->size);
	return true;
}

bool img_check_image_part(const struct img_check_subject *in, struct img_check_report *r)
{
	char sizes[56];
	unsigned cut;

	if (!in->ifd || is_bare(in) || in->is_part)
		return false;
	if (!find_cut(in, &cut) || !is_first_chip(in))
		return true;
	components_text(in->ifd, sizes);
	img_check_say(r, in->size,
		      "this looks like chip 1 of 2: the chips are said to be %s, and region %s "
		      "goes on to 0x%08llx; join it with the contents of the other chip",
		      sizes, img_ifd_region_name(cut), last_byte(in->ifd->region[cut]));
	return true;
}

bool img_check_image_truncated(const struct img_check_subject *in, struct img_check_report *r)
{
	char sizes[56];
	unsigned cut;

	if (!in->ifd || is_bare(in))
		return false;
	if (!find_cut(in, &cut) || is_first_chip(in))
		return true;
	components_text(in->ifd, sizes);
	img_check_say(r, in->size,
		      "the image ends in the middle: region %s goes on to 0x%08llx, and the chips "
		      "are said to be %s; the file is incomplete",
		      img_ifd_region_name(cut), last_byte(in->ifd->region[cut]), sizes);
	return true;
}

/* Some boards' images are smaller than their chips: theirs, and what could be theirs, are right. */
static bool is_right_size(const struct img_check_subject *in)
{
	if (in->board)
		return in->board->rom_size == in->size;
	for (size_t i = 0; i < in->known_count; i++)
		if (img_check_could_be(in, &in->known[i]))
			return true;
	return false;
}

bool img_check_image_size(const struct img_check_subject *in, struct img_check_report *r)
{
	uint64_t flash;
	char sizes[56];
	unsigned cut;

	if (!in->ifd || is_bare(in) || !img_ifd_usable_components(in->ifd) ||
	    find_cut(in, &cut))
		return false;
	flash = img_ifd_flash_size(in->ifd);
	components_text(in->ifd, sizes);
	if (in->size != flash && is_right_size(in))
		return false;
	if (in->size != flash)
		img_check_say(r, IMG_NOWHERE,
			      "the image has 0x%llx bytes, %llu %s than the chips, which are said "
			      "to be %s",
			      (ull)in->size,
			      (ull)(in->size > flash ? in->size - flash : flash - in->size),
			      in->size > flash ? "more" : "fewer", sizes);
	return true;
}

/*
 * ifdtool without -p writes the permissions of version 1 into any descriptor, and says that
 * it unlocked it. Read as version 2 they let the processor write what it cannot read.
 */
bool img_check_masters_version(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;

	if (!ifd || ifd->version != 2)
		return false;
	if (ifd->master[0].raw == 0xffff0000)
		img_check_say(r, ifd->master_at,
			      "the processor's permissions are 0x%08x, which unlocks a version 1 "
			      "descriptor; this is version 2, where it may write regions 0 to 11 "
			      "with that but read only 8 to 11",
			      (unsigned)ifd->master[0].raw);
	return true;
}

bool img_check_regions_locked(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_ifd *ifd = in->ifd;
	uint32_t may_read, may_write;
	char names[160] = "";
	size_t used = 0;

	if (!ifd)
		return false;
	img_ifd_internal_access(ifd, &may_read, &may_write);
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		if (is_used(ifd, i) && !(may_write >> i & 1))
			used += (size_t)snprintf(names + used, sizeof(names) - used, "%s%s",
						 used ? ", " : "", img_ifd_region_name(i));
	}
	if (used)
		img_check_say(r, ifd->master_at,
			      "the processor may not write %s: internal updates cannot change "
			      "%s; an external programmer can",
			      names, strchr(names, ',') ? "these regions" : "this region");
	return true;
}
