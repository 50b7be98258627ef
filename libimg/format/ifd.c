/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/ifd.h"

#include <string.h>

#include "libimg/core/reader.h"
#include "libimg/format/ifd_internal.h"

enum {
	MAP_BYTES = 16,			/* signature, FLMAP0 to FLMAP2 */
	COMPONENT_BYTES = 12,
	FLUMAP1_AT = 0xefc,
	REGIONS_V1 = 5,
	REGIONS_V1_MAX = 7,		/* of 8 slots; the last is never used */
	DENSITY_NONE = 15,
};

static const uint8_t signature[4] = { 0x5a, 0xa5, 0xf0, 0x0f };

static bool signature_at(struct img_view image, uint64_t at)
{
	uint8_t found[sizeof(signature)];

	return img_view_copy(image, at, found, sizeof(found), NULL) == IMG_OK &&
	       !memcmp(found, signature, sizeof(found));
}

bool img_ifd_signature(struct img_view image, uint64_t *at)
{
	static const uint64_t places[] = { 0x10, 0 };

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (signature_at(image, places[i])) {
			*at = places[i];
			return true;
		}
	}
	return false;
}

static enum img_status fail_absent(struct img_view image, struct img_error *err)
{
	uint8_t b[4];

	if (img_view_copy(image, 0x10, b, sizeof(b), NULL) != IMG_OK)
		return img_fail(err, IMG_E_ABSENT, img_view_origin(image),
				"no flash descriptor: %llu bytes are too few for one",
				(unsigned long long)img_view_size(image));
	return img_fail(err, IMG_E_ABSENT, img_view_origin(image) + 0x10,
			"no flash descriptor: its signature is 5a a5 f0 0f, found %02x %02x "
			"%02x %02x, and none at 0x0 either",
			b[0], b[1], b[2], b[3]);
}

static uint32_t base_of(uint32_t flmap, unsigned low)
{
	return img_ifd_bits(flmap, low + 7, low) << 4;
}

/* --- the map ---------------------------------------------------------------------------- */

static enum img_status read_map(struct img_view fd, struct img_ifd *ifd, struct img_error *err)
{
	struct img_reader r = img_reader_of(fd, err);

	img_read_seek(&r, ifd->signature_at + sizeof(signature));
	for (size_t i = 0; i < 4; i++)
		ifd->flmap[i] = img_read_le32(&r);
	img_read_seek(&r, FLUMAP1_AT);
	ifd->flumap1 = img_read_le32(&r);
	ifd->component_at = base_of(ifd->flmap[0], 0);
	ifd->region_at = base_of(ifd->flmap[0], 16);
	ifd->master_at = base_of(ifd->flmap[1], 0);
	ifd->strap_at = base_of(ifd->flmap[1], 16);
	ifd->straps = img_ifd_bits(ifd->flmap[1], 31, 24);
	return img_read_status(&r);
}

/* Some AMD images carry the signature with a map that leads nowhere. */
static enum img_status check_bases(struct img_view fd, const struct img_ifd *ifd,
				   struct img_error *err)
{
	if (ifd->component_at >= 0x10 && ifd->component_at <= 0x100 && ifd->region_at &&
	    ifd->master_at)
		return IMG_OK;
	return img_fail(err, IMG_E_ABSENT, img_view_origin(fd) + ifd->signature_at + 4,
			"no flash descriptor: there is a signature, but the component, region "
			"and master sections cannot be at 0x%x, 0x%x and 0x%x",
			(unsigned)ifd->component_at, (unsigned)ifd->region_at,
			(unsigned)ifd->master_at);
}

/* Sixteen region registers fit in version 2, eight in version 1; no real one is between. */
static enum img_status find_version(struct img_view fd, struct img_ifd *ifd,
				    struct img_error *err)
{
	const uint32_t bases[] = { ifd->component_at, ifd->master_at, ifd->strap_at, FLUMAP1_AT };
	uint32_t next = IMG_IFD_SIZE;
	unsigned room, said;

	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		if (bases[i] > ifd->region_at && bases[i] < next)
			next = bases[i];
	}
	room = (next - ifd->region_at) / 4;
	if (room < REGIONS_V1)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(fd) + ifd->region_at,
				"the descriptor's region section has room for %u regions before "
				"the next section at 0x%x; at least %d are needed",
				room, (unsigned)next, REGIONS_V1);
	ifd->version = room >= IMG_IFD_REGIONS ? 2 : 1;
	ifd->generation = img_ifd_guess(ifd);
	if (ifd->version == 2) {
		ifd->region_slots = IMG_IFD_REGIONS;
		return IMG_OK;
	}
	/* NR is often too small; on 8 and 9 series it may speak of two more regions. */
	said = img_ifd_bits(ifd->flmap[0], 26, 24) + 1;
	ifd->region_slots = REGIONS_V1;
	if (ifd->generation == IMG_IFD_8_SERIES && said > REGIONS_V1 && said <= room)
		ifd->region_slots = said < REGIONS_V1_MAX ? said : REGIONS_V1_MAX;
	return IMG_OK;
}

static void find_other_tables(struct img_ifd *ifd)
{
	unsigned vtba = img_ifd_bits(ifd->flumap1, 7, 0) << 4;

	ifd->masters = ifd->version == 1 ? 3 : ifd->generation == IMG_IFD_C620 ? 6 : 5;
	/* From 500 series on, FLMAP2 speaks of straps outside the descriptor. */
	if (ifd->generation <= IMG_IFD_300_SERIES && ifd->generation != IMG_IFD_UNKNOWN_V2 &&
	    img_ifd_bits(ifd->flmap[2], 15, 8)) {
		ifd->processor_strap_at = base_of(ifd->flmap[2], 0);
		ifd->processor_straps = img_ifd_bits(ifd->flmap[2], 15, 8);
	}
	if (ifd->flumap1 != UINT32_MAX && vtba) {	/* all ones: no upper map */
		ifd->vscc_at = vtba;
		ifd->vscc_said = img_ifd_bits(ifd->flumap1, 15, 8) / 2;
	}
}

struct section {
	const char *name;
	struct img_range range;
};

static enum img_status check_sections(struct img_view fd, const struct img_ifd *ifd,
				      struct img_error *err)
{
	const struct section s[] = {
		{ "map", { ifd->signature_at, MAP_BYTES } },
		{ "component", { ifd->component_at, COMPONENT_BYTES } },
		{ "region", { ifd->region_at, 4 * ifd->region_slots } },
		{ "master", { ifd->master_at, 4 * ifd->masters } },
		{ "soft strap", { ifd->strap_at, 4 * ifd->straps } },
		{ "processor strap", { ifd->processor_strap_at, 4 * ifd->processor_straps } },
	};
	const struct img_range whole = { 0, IMG_IFD_SIZE };
	size_t count = sizeof(s) / sizeof(s[0]);

	for (size_t i = 0; i < count; i++) {
		uint64_t at = img_view_origin(fd) + s[i].range.start;

		if (!img_range_holds(whole, s[i].range))
			return img_fail(err, IMG_E_BOUNDS, at,
					"the descriptor's %s section of %llu bytes leaves the "
					"descriptor, which ends at 0x%x",
					s[i].name, (unsigned long long)s[i].range.size,
					IMG_IFD_SIZE);
		for (size_t k = 0; k < i; k++) {
			if (img_range_overlap(s[i].range, s[k].range))
				return img_fail(err, IMG_E_CORRUPT, at,
						"the descriptor's %s and %s sections overlap",
						s[k].name, s[i].name);
		}
	}
	return IMG_OK;
}

/* --- the sections ----------------------------------------------------------------------- */

static void read_components(struct img_reader *r, struct img_ifd *ifd)
{
	unsigned width = img_ifd_density_width(ifd->generation);
	/* Codes above these are reserved: 8 series and later know up to 64 MiB. */
	unsigned top = width == 3 ? 5 : 7;
	uint8_t last[4];

	img_read_seek(r, ifd->component_at);
	ifd->flcomp = img_read_le32(r);
	img_read_bytes(r, ifd->forbidden, 4);
	img_read_bytes(r, last, sizeof(last));
	if (ifd->version == 2)
		memcpy(ifd->forbidden + 4, last, sizeof(last));
	else
		ifd->partition_boundary = (uint64_t)((last[0] | last[1] << 8) & 0x1fff) << 12;

	ifd->component_count_said = img_ifd_bits(ifd->flmap[0], 9, 8) + 1;
	ifd->components = ifd->component_count_said > 1 ? 2 : 1;
	ifd->density_bits = width;
	for (unsigned i = 0; i < IMG_IFD_COMPONENTS; i++) {
		/* Without a second chip its field holds anything. */
		unsigned none = width == 4 ? DENSITY_NONE : 0;
		unsigned code = img_ifd_bits(ifd->flcomp, width * (i + 1) - 1, width * i);

		ifd->density_code[i] = i < ifd->components ? code : none;
		if (i < ifd->components && code <= top)
			ifd->component_size[i] = (uint64_t)0x80000 << code;
	}
}

static struct img_range region_of(unsigned i, uint32_t flreg)
{
	uint64_t first = flreg & 0x7fff, last = flreg >> 16 & 0x7fff;

	if (first > last || flreg == 0x7fff7fff || flreg == UINT32_MAX)
		return (struct img_range){ 0, 0 };
	/* All zeros is the descriptor's own place; anywhere else it is a slip. */
	if (!flreg && i != IMG_IFD_FD)
		return (struct img_range){ 0, 0 };
	return (struct img_range){ first << 12, (last - first + 1) << 12 };
}

static void read_regions(struct img_reader *r, struct img_ifd *ifd)
{
	img_read_seek(r, ifd->region_at);
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		ifd->flreg[i] = i < ifd->region_slots ? img_read_le32(r) : UINT32_MAX;
		ifd->region[i] = region_of(i, ifd->flreg[i]);
	}
}

static void read_masters(struct img_reader *r, struct img_ifd *ifd)
{
	bool extended = img_ifd_has_extended_masters(ifd->generation);
	uint32_t known = (1u << ifd->region_slots) - 1;

	img_read_seek(r, ifd->master_at);
	for (unsigned i = 0; i < ifd->masters; i++) {
		struct img_ifd_master *m = &ifd->master[i];

		m->raw = img_read_le32(r);
		if (ifd->version == 1) {
			m->requester = (uint16_t)m->raw;
			m->read = img_ifd_bits(m->raw, 23, 16);
			m->write = img_ifd_bits(m->raw, 31, 24);
		} else {
			m->read = img_ifd_bits(m->raw, 19, 8);
			m->write = img_ifd_bits(m->raw, 31, 20);
		}
		if (extended) {
			m->read |= img_ifd_bits(m->raw, 3, 0) << 12;
			m->write |= img_ifd_bits(m->raw, 7, 4) << 12;
		}
		m->read &= known;
		m->write &= known;
	}
}

static void read_vscc(struct img_reader *r, struct img_ifd *ifd)
{
	unsigned fit = ifd->vscc_at ? (IMG_IFD_SIZE - ifd->vscc_at) / 8 : 0;

	ifd->vscc_count = ifd->vscc_said < fit ? ifd->vscc_said : fit;
	img_read_seek(r, ifd->vscc_at);
	for (unsigned i = 0; i < ifd->vscc_count; i++) {
		ifd->vscc[i].jid = img_read_le32(r);
		ifd->vscc[i].vscc = img_read_le32(r);
	}
}

static enum img_status read_sections(struct img_view fd, struct img_ifd *ifd,
				     struct img_error *err)
{
	struct img_reader r = img_reader_of(fd, err);

	read_components(&r, ifd);
	read_regions(&r, ifd);
	read_masters(&r, ifd);
	img_read_seek(&r, ifd->strap_at);
	for (unsigned i = 0; i < ifd->straps; i++)
		ifd->strap[i] = img_read_le32(&r);
	read_vscc(&r, ifd);
	img_ifd_read_clocks(ifd);
	img_ifd_read_straps(ifd);
	return img_read_status(&r);
}

enum img_status img_ifd_decode(struct img_view image, struct img_ifd *out, struct img_error *err)
{
	struct img_ifd ifd = { .version = 0 };
	struct img_view fd;
	enum img_status st;

	if (!img_ifd_signature(image, &ifd.signature_at))
		return fail_absent(image, err);
	if (img_view_slice(image, 0, IMG_IFD_SIZE, &fd, NULL) != IMG_OK)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(image) + img_view_size(image),
				"the data end inside the flash descriptor: %d bytes are needed, "
				"found %llu",
				IMG_IFD_SIZE, (unsigned long long)img_view_size(image));
	st = read_map(fd, &ifd, err);
	if (st == IMG_OK)
		st = check_bases(fd, &ifd, err);
	if (st == IMG_OK)
		st = find_version(fd, &ifd, err);
	if (st != IMG_OK)
		return st;
	find_other_tables(&ifd);
	st = check_sections(fd, &ifd, err);
	if (st == IMG_OK)
		st = read_sections(fd, &ifd, err);
	if (st == IMG_OK)
		*out = ifd;
	return st;
}
