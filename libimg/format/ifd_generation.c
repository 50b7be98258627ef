/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What differs between chipset generations. The descriptor does not name its own; the
 * sizes of its tables give it away (flashrom, guess_ich_chipset_from_content()).
 */
#include "libimg/format/ifd_internal.h"

static enum img_ifd_generation guess_v1(unsigned isl, unsigned msl, unsigned iccriba,
					unsigned fmsba)
{
	if (!iccriba) {
		if (isl <= 2)
			return msl ? IMG_IFD_ICH9 : IMG_IFD_ICH8;
		/* Up to 16 is 5 series; the HP 8200, a 6 series machine, has 18 here. */
		return isl <= 10 ? IMG_IFD_ICH10 : IMG_IFD_5_SERIES;
	}
	if (iccriba >= 0x31 || fmsba >= 0x30)
		return IMG_IFD_UNKNOWN_V1;
	if (!msl && isl <= 17)
		return IMG_IFD_BAY_TRAIL;
	return msl <= 1 && isl <= 18 ? IMG_IFD_6_SERIES : IMG_IFD_8_SERIES;
}

static enum img_ifd_generation guess_by_cpu_straps(unsigned cssl, unsigned csso)
{
	static const struct {
		unsigned cssl, csso;
		enum img_ifd_generation generation;
	} known[] = {
		{ 0x11, 0x68, IMG_IFD_500_SERIES },
		{ 0x11, 0x5c, IMG_IFD_600_SERIES },
		{ 0x03, 0x58, IMG_IFD_ELKHART_LAKE },
		{ 0x03, 0x6c, IMG_IFD_JASPER_LAKE },
		{ 0x03, 0x70, IMG_IFD_METEOR_LAKE },
		{ 0x03, 0x78, IMG_IFD_METEOR_LAKE },
		{ 0x03, 0x60, IMG_IFD_PANTHER_LAKE },
	};

	if (cssl == 0x14)
		return IMG_IFD_600_SERIES;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (known[i].cssl == cssl && known[i].csso == csso)
			return known[i].generation;
	}
	return IMG_IFD_UNKNOWN_V2;
}

static enum img_ifd_generation guess_v2(const struct img_ifd *ifd, unsigned isl, unsigned iccriba)
{
	unsigned mdtba = img_ifd_bits(ifd->flumap1, 31, 24);

	if (!iccriba) {
		if (!ifd->flmap[2] && isl > 16)
			return isl == 19 ? IMG_IFD_APOLLO_LAKE : IMG_IFD_GEMINI_LAKE;
		return isl == 0x50 ? IMG_IFD_C740 : IMG_IFD_UNKNOWN_V2;
	}
	if (!mdtba) {
		bool six_masters = img_ifd_bits(ifd->flmap[1], 10, 8) == 6;

		return six_masters ? IMG_IFD_C620 : IMG_IFD_100_SERIES;
	}
	if (iccriba == 0x34)
		return IMG_IFD_300_SERIES;
	return guess_by_cpu_straps(iccriba, img_ifd_bits(ifd->flmap[2], 11, 2));
}

enum img_ifd_generation img_ifd_guess(const struct img_ifd *ifd)
{
	unsigned isl = img_ifd_bits(ifd->flmap[1], 31, 24);
	unsigned fmsba = img_ifd_bits(ifd->flmap[2], 7, 0);
	unsigned msl = img_ifd_bits(ifd->flmap[2], 15, 8);
	unsigned iccriba = img_ifd_bits(ifd->flmap[2], 23, 16);	/* CSSL from 500 series */

	return ifd->version == 1 ? guess_v1(isl, msl, iccriba, fmsba) : guess_v2(ifd, isl, iccriba);
}

const char *img_ifd_generation_name(enum img_ifd_generation generation)
{
	static const char *const names[IMG_IFD_GENERATIONS] = {
		[IMG_IFD_UNKNOWN_V1] = "unknown (version 1)",
		[IMG_IFD_ICH8] = "ICH8",
		[IMG_IFD_ICH9] = "ICH9",
		[IMG_IFD_ICH10] = "ICH10",
		[IMG_IFD_5_SERIES] = "5 series (Ibex Peak)",
		[IMG_IFD_6_SERIES] = "6/7 series (Cougar Point, Panther Point)",
		[IMG_IFD_BAY_TRAIL] = "Bay Trail or Braswell",
		[IMG_IFD_8_SERIES] = "8/9 series (Lynx Point, Wildcat Point)",
		[IMG_IFD_UNKNOWN_V2] = "unknown (version 2)",
		[IMG_IFD_100_SERIES] = "100/200 series (Sunrise Point, Union Point)",
		[IMG_IFD_C620] = "C620 series (Lewisburg)",
		[IMG_IFD_APOLLO_LAKE] = "Apollo Lake",
		[IMG_IFD_GEMINI_LAKE] = "Gemini Lake",
		[IMG_IFD_300_SERIES] = "300/400 series (Cannon Point, Comet Lake)",
		[IMG_IFD_500_SERIES] = "500 series (Tiger Lake)",
		[IMG_IFD_600_SERIES] = "600/700 series (Alder Lake, Raptor Lake)",
		[IMG_IFD_C740] = "C740 series (Emmitsburg)",
		[IMG_IFD_ELKHART_LAKE] = "Elkhart Lake",
		[IMG_IFD_JASPER_LAKE] = "Jasper Lake",
		[IMG_IFD_METEOR_LAKE] = "Meteor Lake",
		[IMG_IFD_PANTHER_LAKE] = "Panther Lake",
	};

	return names[generation];
}

bool img_ifd_has_extended_masters(enum img_ifd_generation generation)
{
	/* flashrom shows the low byte for every 300 series and later part; what is not
	 * known is later. */
	return generation >= IMG_IFD_300_SERIES || generation == IMG_IFD_UNKNOWN_V2;
}

unsigned img_ifd_density_width(enum img_ifd_generation generation)
{
	/* 8 series has the wide fields although the rest is version 1 (ifdtool errs here). */
	return generation >= IMG_IFD_8_SERIES ? 4 : 3;
}

/* --- clocks ----------------------------------------------------------------------------- */

enum { CODES = 8 };

static const uint8_t *flash_clocks(enum img_ifd_generation g)
{
	static const uint8_t ich[CODES] = { 20, 33 }, v1[CODES] = { 20, 33, 0, 0, 50 },
			     sunrise[CODES] = { 0, 0, 48, 0, 30, 0, 17 },
			     /* parts differ in the last: 14 or 17 */
			     apollo[CODES] = { 0, 50, 40, 0, 25, 0, 17 },
			     elkhart[CODES] = { 0, 50, 0, 0, 33, 20, 0 },
			     tiger[CODES] = { 100, 50, 0, 33, 25, 0, 14 }, none[CODES] = { 0 };

	switch (g) {
	case IMG_IFD_ICH8:
	case IMG_IFD_ICH9:
	case IMG_IFD_ICH10:
		return ich;
	case IMG_IFD_UNKNOWN_V1:
	case IMG_IFD_5_SERIES:
	case IMG_IFD_6_SERIES:
	case IMG_IFD_BAY_TRAIL:
	case IMG_IFD_8_SERIES:
		return v1;
	case IMG_IFD_100_SERIES:
	case IMG_IFD_C620:
	case IMG_IFD_300_SERIES:
	case IMG_IFD_JASPER_LAKE:
		return sunrise;
	case IMG_IFD_APOLLO_LAKE:
	case IMG_IFD_GEMINI_LAKE:
		return apollo;
	case IMG_IFD_ELKHART_LAKE:
		return elkhart;
	case IMG_IFD_500_SERIES:
	case IMG_IFD_600_SERIES:
	case IMG_IFD_C740:
	case IMG_IFD_METEOR_LAKE:
	case IMG_IFD_PANTHER_LAKE:
		return tiger;
	case IMG_IFD_UNKNOWN_V2:
	case IMG_IFD_GENERATIONS:
		break;
	}
	return none;
}

static const uint8_t *espi_clocks(enum img_ifd_generation g)
{
	static const uint8_t cannon[CODES] = { 20, 24, 30, 48, 60, 0, 17 },
			     tiger[CODES] = { 20, 24, 25, 48, 60, 0, 17 },
			     meteor[CODES] = { 20, 25, 33, 0, 50 }, none[CODES] = { 0 };

	if (g == IMG_IFD_300_SERIES)
		return cannon;
	if (g == IMG_IFD_500_SERIES || g == IMG_IFD_600_SERIES)
		return tiger;
	return g == IMG_IFD_METEOR_LAKE || g == IMG_IFD_PANTHER_LAKE ? meteor : none;
}

unsigned img_ifd_clock_mhz(enum img_ifd_generation generation, enum img_ifd_clock clock,
			   unsigned code)
{
	const uint8_t *row = clock == IMG_IFD_CLOCK_ESPI ? espi_clocks(generation)
							 : flash_clocks(generation);

	return code < CODES ? row[code] : 0;
}

static void set_clock(struct img_ifd *ifd, enum img_ifd_clock clock, unsigned code)
{
	ifd->frequency[clock] = (struct img_ifd_frequency){
		true, code, img_ifd_clock_mhz(ifd->generation, clock, code) };
}

void img_ifd_read_clocks(struct img_ifd *ifd)
{
	enum img_ifd_generation g = ifd->generation;
	/* The strap that has the eSPI clock in bits 5:3, where FLCOMP no longer has it. */
	unsigned espi_strap = g == IMG_IFD_METEOR_LAKE	  ? 65
			      : g == IMG_IFD_PANTHER_LAKE ? 119
							  : 22;
	bool espi_in_strap = g == IMG_IFD_500_SERIES || g == IMG_IFD_600_SERIES ||
			     g == IMG_IFD_METEOR_LAKE || g == IMG_IFD_PANTHER_LAKE;

	set_clock(ifd, IMG_IFD_CLOCK_FAST_READ, img_ifd_bits(ifd->flcomp, 23, 21));
	set_clock(ifd, IMG_IFD_CLOCK_WRITE, img_ifd_bits(ifd->flcomp, 26, 24));
	set_clock(ifd, IMG_IFD_CLOCK_READ_ID, img_ifd_bits(ifd->flcomp, 29, 27));
	if (g < IMG_IFD_300_SERIES || g == IMG_IFD_JASPER_LAKE)
		set_clock(ifd, IMG_IFD_CLOCK_READ, img_ifd_bits(ifd->flcomp, 19, 17));
	else if (g == IMG_IFD_300_SERIES)
		set_clock(ifd, IMG_IFD_CLOCK_ESPI, img_ifd_bits(ifd->flcomp, 19, 17));
	else if (espi_in_strap && espi_strap < ifd->straps)
		set_clock(ifd, IMG_IFD_CLOCK_ESPI, img_ifd_bits(ifd->strap[espi_strap], 5, 3));
	ifd->fast_read = img_ifd_bits(ifd->flcomp, 20, 20);
	ifd->dual_output_fast_read = g >= IMG_IFD_6_SERIES && img_ifd_bits(ifd->flcomp, 30, 30);
}

/* --- straps ----------------------------------------------------------------------------- */

/* Mobile parts from Tiger Lake on: two marks, and only both together count. */
static bool is_mobile(const struct img_ifd *ifd)
{
	return ifd->straps == 0x46 && ifd->strap[52] == 0x300;
}

static bool is_desktop(const struct img_ifd *ifd)
{
	return ifd->straps > 0x46 && ifd->strap[52] != 0x300;
}

static struct img_ifd_me_disable hap(enum img_ifd_confidence confidence, unsigned strap)
{
	return (struct img_ifd_me_disable){ confidence, "HAP", strap, 16, false };
}

/* The bit moved with nearly every generation since 300 series; ifdtool follows none of it. */
static struct img_ifd_me_disable me_disable_place(const struct img_ifd *ifd)
{
	switch (ifd->generation) {
	case IMG_IFD_ICH8:
	case IMG_IFD_ICH9:
	case IMG_IFD_ICH10:
		return (struct img_ifd_me_disable){ IMG_IFD_CONFIRMED, "MeDisable", 0, 0, false };
	case IMG_IFD_5_SERIES:
	case IMG_IFD_6_SERIES:
	case IMG_IFD_BAY_TRAIL:
	case IMG_IFD_8_SERIES:
		return (struct img_ifd_me_disable){ IMG_IFD_CONFIRMED, "AltMeDisable", 10, 7,
						    false };
	case IMG_IFD_100_SERIES:
	case IMG_IFD_C620:
		return hap(IMG_IFD_CONFIRMED, 0);
	case IMG_IFD_APOLLO_LAKE:
	case IMG_IFD_GEMINI_LAKE:
		return hap(IMG_IFD_NOT_CONFIRMED, 0);
	case IMG_IFD_300_SERIES:
		if (ifd->straps == 0x45)	/* LP; the H parts have more straps */
			return hap(IMG_IFD_CONFIRMED, 28);
		if (ifd->straps > 0x45)
			return hap(IMG_IFD_REPORTED, 32);
		break;
	case IMG_IFD_500_SERIES:
		if (is_mobile(ifd))
			return hap(IMG_IFD_CONFIRMED, 31);
		if (is_desktop(ifd))
			return hap(IMG_IFD_CONFIRMED, 37);
		break;
	case IMG_IFD_600_SERIES:
		if (is_mobile(ifd))
			return hap(IMG_IFD_CONFIRMED, 31);
		if (is_desktop(ifd))
			return hap(IMG_IFD_REPORTED, 55);
		break;
	case IMG_IFD_JASPER_LAKE:
		return hap(IMG_IFD_REPORTED, 26);
	case IMG_IFD_ELKHART_LAKE:
		return hap(IMG_IFD_REPORTED, 33);
	default:
		break;
	}
	return (struct img_ifd_me_disable){ .confidence = IMG_IFD_NOT_KNOWN };
}

static struct img_ifd_gpr0 gpr0_place(const struct img_ifd *ifd)
{
	switch (ifd->generation) {
	case IMG_IFD_300_SERIES:
		return (struct img_ifd_gpr0){ .present = true, .strap = 0x10 };
	case IMG_IFD_JASPER_LAKE:
		return (struct img_ifd_gpr0){ .present = true, .strap = 0x12 };
	case IMG_IFD_500_SERIES:
	case IMG_IFD_600_SERIES:	/* the desktop parts' straps are arranged otherwise */
		return (struct img_ifd_gpr0){ .present = is_mobile(ifd), .strap = 0x15 };
	case IMG_IFD_METEOR_LAKE:
		return (struct img_ifd_gpr0){ .present = true, .strap = 0x40 };
	case IMG_IFD_PANTHER_LAKE:
		return (struct img_ifd_gpr0){ .present = true, .strap = 0x76 };
	default:
		return (struct img_ifd_gpr0){ .present = false };
	}
}

static void read_gpr0(struct img_ifd *ifd)
{
	struct img_ifd_gpr0 g = gpr0_place(ifd);
	uint64_t start, end;
	uint32_t value;

	if (!g.present || g.strap >= ifd->straps)
		return;
	value = ifd->strap[g.strap];
	start = (uint64_t)img_ifd_bits(value, 14, 0) << 12;
	end = (uint64_t)img_ifd_bits(value, 30, 16) << 12 | 0xfff;
	g.read = img_ifd_bits(value, 15, 15);
	g.write = img_ifd_bits(value, 31, 31);
	if (start < end)
		g.range = (struct img_range){ start, end - start + 1 };
	ifd->gpr0 = g;
}

void img_ifd_read_straps(struct img_ifd *ifd)
{
	struct img_ifd_me_disable me = me_disable_place(ifd);

	if (me.confidence != IMG_IFD_NOT_KNOWN && me.strap < ifd->straps) {
		me.set = img_ifd_bits(ifd->strap[me.strap], me.bit, me.bit);
		ifd->me_disable = me;
	}
	read_gpr0(ifd);
	if (ifd->generation == IMG_IFD_600_SERIES && is_mobile(ifd)) {
		unsigned part = img_ifd_bits(ifd->strap[31], 8, 1);

		if (part == 0x18 || part == 0x51)	/* P and N */
			ifd->top_swap_size = (uint64_t)0x10000
					     << img_ifd_bits(ifd->strap[19], 6, 4);
	}
}
