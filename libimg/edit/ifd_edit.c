/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single registers: ME disable, clocks, densities, straps; and whether the result will do. */
#include "libimg/edit/ifd_edit.h"

#include <stdio.h>
#include <string.h>

#include "libimg/check/check.h"
#include "libimg/edit/ifd_edit_internal.h"
#include "libimg/edit/locate.h"

typedef unsigned long long ull;		/* for printf */

enum { CODES = 8 };

static const struct {
	const char *id;
	unsigned bit;
} checks[] = {
	{ "descriptor-region", IMG_IFD_ALLOW_DESCRIPTOR_REGION },
	{ "component-count", IMG_IFD_ALLOW_COMPONENT_COUNT },
	{ "component-density", IMG_IFD_ALLOW_COMPONENT_DENSITY },
	{ "region-zero", IMG_IFD_ALLOW_REGION_ZERO },
	{ "region-overlap", IMG_IFD_ALLOW_REGION_OVERLAP },
	{ "region-outside", IMG_IFD_ALLOW_REGION_OUTSIDE },
	{ "layout-cut", IMG_IFD_ALLOW_LAYOUT_CUT },
	{ "layout-magic", IMG_IFD_ALLOW_LAYOUT_MAGIC },
};

unsigned img_ifd_edit_allow(const char *id)
{
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		if (!strcmp(checks[i].id, id))
			return checks[i].bit;
	}
	return 0;
}

/* The first finding that stands in the way. */
struct objection {
	unsigned allow;
	bool found;
	struct img_finding finding;
};

static void take_finding(void *ctx, const struct img_finding *finding)
{
	struct objection *o = ctx;
	unsigned bit = img_ifd_edit_allow(finding->id);

	if (o->found || !bit || o->allow & bit)
		return;
	o->found = true;
	o->finding = *finding;
}

enum img_status img_ifd_edit_check(struct img_view image, unsigned allow, struct img_error *err)
{
	struct objection o = { .allow = allow };
	struct img_check_input in = { .image = image, .size = img_view_size(image) };
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(image, &ifd, err);

	if (st != IMG_OK)
		return st;
	in.ifd = &ifd;
	(void)img_check_run_descriptor(&in, take_finding, &o);
	if (!o.found)
		return IMG_OK;
	return img_fail(err, IMG_E_REFUSED, o.finding.at, "%s (%s)", o.finding.text, o.finding.id);
}

/* --- ME disable ------------------------------------------------------------------------- */

static enum img_status fail_me_disable(const struct img_ifd *ifd, struct img_error *err)
{
	if (ifd->me_disable.confidence == IMG_IFD_NOT_CONFIRMED)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the ME disable bit of this generation, %s, is said to be bit %u "
				"of PCHSTRP%u, but nobody confirmed it; it is not written",
				img_ifd_generation_name(ifd->generation), ifd->me_disable.bit,
				ifd->me_disable.strap);
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"where the ME disable bit of this generation is, %s, is not known; nothing "
			"is written", img_ifd_generation_name(ifd->generation));
}

static uint32_t with_bit(uint32_t reg, unsigned bit, bool set)
{
	return img_ifd_with(reg, bit, bit, set);
}

/* On ICH8 to 10 the graphics and memory controller has two bits of its own. */
static enum img_status set_memory_controller(struct img_span image, const struct img_ifd *ifd,
					     bool disable, struct img_error *err)
{
	uint8_t b[4];
	enum img_status st;

	if (!ifd->processor_straps)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the descriptor has no processor straps; MCHSTRP0 has two of the "
				"three ME disable bits of %s",
				img_ifd_generation_name(ifd->generation));
	st = img_view_copy(img_span_view(image), ifd->processor_strap_at, b, sizeof(b), err);
	if (st != IMG_OK)
		return st;
	return img_ifd_put(image, ifd->processor_strap_at,
			   with_bit(with_bit(img_get_le32(b), 0, disable), 7, disable), err);
}

enum img_status img_ifd_set_me_disable(struct img_span image, bool disable, struct img_error *err)
{
	const struct img_ifd_me_disable *me;
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);

	if (st != IMG_OK)
		return st;
	me = &ifd.me_disable;
	if (me->confidence < IMG_IFD_REPORTED)
		return fail_me_disable(&ifd, err);
	if (ifd.generation >= IMG_IFD_ICH8 && ifd.generation <= IMG_IFD_ICH10)
		st = set_memory_controller(image, &ifd, disable, err);
	if (st == IMG_OK)
		st = img_ifd_put(image, ifd.strap_at + 4 * me->strap,
				 with_bit(ifd.strap[me->strap], me->bit, disable), err);
	return st;
}

/* --- clocks ----------------------------------------------------------------------------- */

static enum img_status put_clocks(struct img_span image, const struct img_ifd *ifd,
				  uint32_t flcomp, uint32_t code, struct img_error *err)
{
	flcomp = img_ifd_with(flcomp, 23, 21, code);
	flcomp = img_ifd_with(flcomp, 26, 24, code);
	flcomp = img_ifd_with(flcomp, 29, 27, code);
	return img_ifd_put(image, ifd->component_at, flcomp, err);
}

static enum img_status fail_clock(const struct img_ifd *ifd, unsigned mhz, struct img_error *err)
{
	char known[64] = "";
	size_t used = 0;

	for (unsigned code = 0; code < CODES; code++) {
		unsigned has = img_ifd_clock_mhz(ifd->generation, IMG_IFD_CLOCK_FAST_READ, code);

		if (has)
			used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%u",
						 used ? ", " : "", has);
	}
	if (!used)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the chipset generation cannot be told from this descriptor, so "
				"neither can the code for %u MHz", mhz);
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"%s has no SPI clock of %u MHz; it has %s",
			img_ifd_generation_name(ifd->generation), mhz, known);
}

enum img_status img_ifd_set_clock(struct img_span image, unsigned mhz, struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);

	if (st != IMG_OK)
		return st;
	for (unsigned code = 0; mhz && code < CODES; code++) {
		if (img_ifd_clock_mhz(ifd.generation, IMG_IFD_CLOCK_FAST_READ, code) == mhz)
			return put_clocks(image, &ifd, ifd.flcomp, code, err);
	}
	return fail_clock(&ifd, mhz, err);
}

enum img_status img_ifd_set_em100(struct img_span image, struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);
	unsigned code;

	if (st != IMG_OK)
		return st;
	code = ifd.version == 1 ? 0 : 6;
	if (!img_ifd_clock_mhz(ifd.generation, IMG_IFD_CLOCK_FAST_READ, code))
		return img_fail(err, IMG_E_UNSUPPORTED, ifd.component_at,
				"clock code %u, which the emulator needs, is reserved or not known "
				"on this generation, %s", code,
				img_ifd_generation_name(ifd.generation));
	return put_clocks(image, &ifd, with_bit(ifd.flcomp, 30, false), code, err);
}

/* --- densities -------------------------------------------------------------------------- */

static enum img_status density_code(const struct img_ifd *ifd, uint64_t size, uint32_t *code,
				    struct img_error *err)
{
	/* Codes above these are reserved: 32 and 64 MiB need the wide field. */
	uint32_t top = ifd->density_bits == 3 ? 5 : 7;
	char text[24], most[24];

	for (*code = 0; *code <= top; ++*code) {
		if (size == (uint64_t)0x80000 << *code)
			return IMG_OK;
	}
	img_size_format(size, text);
	img_size_format((uint64_t)0x80000 << top, most);
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"%s has no chips of %s: sizes are powers of two from 512K to %s",
			img_ifd_generation_name(ifd->generation), text, most);
}

enum img_status img_ifd_set_density(struct img_span image, const uint64_t *size, size_t count,
				    struct img_error *err)
{
	uint32_t flcomp, code, none;
	struct img_ifd ifd;
	unsigned width;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);

	if (st != IMG_OK)
		return st;
	if (!count || count > IMG_IFD_COMPONENTS)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a descriptor speaks of 1 or 2 chips, not of %zu", count);
	width = ifd.density_bits;
	none = width == 4 ? 15 : 0;
	flcomp = ifd.flcomp;
	if (count == 1 && ifd.component_count_said > 1)
		flcomp = img_ifd_with(flcomp, 2 * width - 1, width, none);
	for (unsigned i = 0; i < count; i++) {
		st = density_code(&ifd, size[i], &code, err);
		if (st != IMG_OK)
			return st;
		flcomp = img_ifd_with(flcomp, width * (i + 1) - 1, width * i, code);
	}
	st = img_ifd_put(image, ifd.component_at, flcomp, err);
	if (st == IMG_OK)
		st = img_ifd_put(image, ifd.signature_at + 4,
				 img_ifd_with(ifd.flmap[0], 9, 8, (uint32_t)count - 1), err);
	return st;
}

/* --- straps and regions ----------------------------------------------------------------- */

enum img_status img_ifd_set_strap(struct img_span image, unsigned n, uint32_t value,
				  struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);

	if (st != IMG_OK)
		return st;
	if (n >= ifd.straps)
		return img_fail(err, IMG_E_BOUNDS, ifd.strap_at,
				"the descriptor has %u straps, counted from 0; %u is none of them",
				ifd.straps, n);
	return img_ifd_put(image, ifd.strap_at + 4 * n, value, err);
}

enum img_status img_ifd_erase_region(struct img_span image, const char *name,
				     struct img_error *err)
{
	struct img_range range;
	enum img_status st;

	st = img_locate_region(img_span_view(image), name, &range, err);
	if (st != IMG_OK)
		return st;
	if (range.start < IMG_IFD_SIZE)
		return img_fail(err, IMG_E_UNSUPPORTED, range.start,
				"region %s has the flash descriptor in it, without which the "
				"machine does not start; it is not erased", name);
	return img_span_fill(image, range.start, range.size, 0xff, err);
}
