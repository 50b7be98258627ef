/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may read and write which region: all of it, or what each needs. */
#include "libimg/edit/ifd_edit_internal.h"

enum {
	MASTERS = 5,
	BIOS = 0,		/* of masters, as FLMSTR1 */
	ME = 1,
	GBE = 2,
	EC = 4,
	REGION_DEVEXP = 5,
	REGION_EC = 8,
	REGION_DEVEXP2 = 9,
	GBE_REQUESTER = 0x0118,
};

struct access {
	uint32_t read, write;		/* bit i: region i */
};

static uint32_t bit(unsigned region)
{
	return 1u << region;
}

static uint32_t bit_if_used(const struct img_ifd *ifd, unsigned region)
{
	return ifd->region[region].size ? bit(region) : 0;
}

/*
 * Generations whose low byte of FLMSTR is known to be about regions 12 to 15. On the others the
 * byte stays: ifdtool calls it reserved where flashrom already shows it (Elkhart Lake).
 */
static bool writes_low_byte(enum img_ifd_generation g)
{
	return g == IMG_IFD_300_SERIES || g == IMG_IFD_500_SERIES || g == IMG_IFD_600_SERIES ||
	       g == IMG_IFD_JASPER_LAKE || g == IMG_IFD_METEOR_LAKE ||
	       g == IMG_IFD_PANTHER_LAKE;
}

static uint32_t kept(const struct img_ifd *ifd, unsigned master)
{
	uint32_t raw = ifd->master[master].raw;

	if (ifd->version == 1)
		return raw & 0xffff;
	return writes_low_byte(ifd->generation) ? 0 : raw & 0xff;
}

static uint32_t register_of(const struct img_ifd *ifd, struct access a)
{
	return ifd->version == 1 ? a.write << 24 | a.read << 16 : a.write << 20 | a.read << 8;
}

/* Version 1, and the servers that have kept its ways. */
static void lock_common(const struct img_ifd *ifd, struct access *a)
{
	uint32_t gbe = bit_if_used(ifd, IMG_IFD_GBE);

	a[BIOS].read = bit(IMG_IFD_FD) | bit(IMG_IFD_BIOS) | gbe;
	a[BIOS].write = bit(IMG_IFD_BIOS) | gbe;
	a[ME].read = bit(IMG_IFD_FD) | bit(IMG_IFD_ME) | gbe;
	a[ME].write = bit(IMG_IFD_ME) | gbe;
	a[GBE].read = gbe;
	a[GBE].write = gbe;
}

static void lock_v2(const struct img_ifd *ifd, struct access *a)
{
	uint32_t gbe = bit_if_used(ifd, IMG_IFD_GBE), pd = bit_if_used(ifd, IMG_IFD_PD);
	uint32_t ec = bit_if_used(ifd, REGION_EC), devexp2 = bit_if_used(ifd, REGION_DEVEXP2);
	uint32_t fd = bit(IMG_IFD_FD);

	a[BIOS].read = fd | bit(IMG_IFD_BIOS) | gbe | pd | ec | devexp2;
	a[BIOS].write = bit(IMG_IFD_BIOS) | gbe | pd;
	a[ME].read = fd | bit(IMG_IFD_ME) | gbe;
	a[ME].write = bit(IMG_IFD_ME);
	a[GBE].read = gbe ? fd | gbe : 0;
	a[GBE].write = gbe;
	a[EC].read = ec ? fd | ec : 0;
	a[EC].write = ec;
}

/* Apollo Lake and its like: the TXE has its data in "device expansion". */
static void lock_atom(struct access *a)
{
	a[BIOS].read = bit(IMG_IFD_FD) | bit(IMG_IFD_BIOS);
	a[BIOS].write = bit(IMG_IFD_BIOS);
	a[ME].read = bit(IMG_IFD_FD) | bit(IMG_IFD_BIOS) | bit(REGION_DEVEXP);
	a[ME].write = bit(REGION_DEVEXP);
}

static bool changes(const struct img_ifd *ifd, unsigned master)
{
	return master < ifd->masters && master <= EC && master != 3;
}

enum img_status img_ifd_lock(struct img_span image, struct img_error *err)
{
	struct access a[MASTERS] = { { 0, 0 } };
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);

	if (st != IMG_OK)
		return st;
	if (ifd.generation == IMG_IFD_APOLLO_LAKE || ifd.generation == IMG_IFD_GEMINI_LAKE)
		lock_atom(a);
	else if (ifd.version == 1 || ifd.generation == IMG_IFD_C620)
		lock_common(&ifd, a);
	else
		lock_v2(&ifd, a);
	for (unsigned i = 0; i < MASTERS && st == IMG_OK; i++) {
		uint32_t rest = ifd.version == 1 && i == GBE ? GBE_REQUESTER : kept(&ifd, i);

		if (changes(&ifd, i))
			st = img_ifd_put(image, ifd.master_at + 4 * i,
					 register_of(&ifd, a[i]) | rest, err);
	}
	return st;
}

enum img_status img_ifd_unlock(struct img_span image, struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);

	if (st != IMG_OK)
		return st;
	for (unsigned i = 0; i < MASTERS && st == IMG_OK; i++) {
		struct access all = { 0xfff, 0xfff };
		uint32_t rest = writes_low_byte(ifd.generation) ? 0xff : kept(&ifd, i);

		if (ifd.version == 1) {
			all.read = i == GBE ? bit(IMG_IFD_GBE) : 0xff;
			all.write = all.read;
		}
		if (changes(&ifd, i))
			st = img_ifd_put(image, ifd.master_at + 4 * i,
					 register_of(&ifd, all) | rest, err);
	}
	return st;
}

enum img_status img_ifd_isolate_me(struct img_span image, struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);
	uint32_t me = bit(IMG_IFD_ME), value;

	if (st != IMG_OK)
		return st;
	if (!ifd.region[IMG_IFD_ME].size)
		return img_fail(err, IMG_E_UNSUPPORTED, ifd.region_at + 4 * IMG_IFD_ME,
				"this descriptor has no region me whose access could be limited");
	value = register_of(&ifd, (struct access){ ifd.version == 1 ? me : me | bit(IMG_IFD_FD),
						   me });
	if (ifd.version == 1)
		value |= ifd.master[ME].raw & 0xffff;
	return img_ifd_put(image, ifd.master_at + 4 * ME, value, err);
}
