/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/keep.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "libimg/format/fmap.h"
#include "libimg/format/gbe.h"
#include "libimg/format/ifd.h"
#include "tools/flash/safe.h"

#define VPD "RO_VPD"

/* A region of the descriptor, or an area of the FMAP, wholly in these contents of a chip. */
static bool find_in(struct img_view v, const char *name, struct img_range *out)
{
	struct img_fmap *map = NULL;
	const struct img_fmap_area *area = NULL;
	struct img_ifd ifd;
	unsigned index;

	*out = (struct img_range){ 0 };
	if (img_ifd_region_find(name, &index)) {
		if (img_ifd_decode(v, &ifd, NULL) == IMG_OK)
			*out = ifd.region[index];
	} else if ((map = malloc(sizeof(*map))) && img_fmap_decode(v, map, NULL) == IMG_OK) {
		area = img_fmap_find(map, name);
		*out = area ? area->range : *out;
	}
	free(map);
	return out->size && img_range_end(*out) <= img_view_size(v);
}

/* The firmware's part of a chip's contents. */
static struct img_view firmware(const struct job *job, struct img_view contents)
{
	struct img_view out = img_view_of(NULL, 0);

	return img_view_slice(contents, job->place, job->part.size, &out, NULL) == IMG_OK
		       ? out : img_view_of(NULL, 0);
}

static struct img_view region(const struct job *job, struct img_view contents, const char *name)
{
	const struct img_view v = firmware(job, contents);
	struct img_view out = img_view_of(NULL, 0);
	struct img_range range;

	if (!find_in(v, name, &range) ||
	    img_view_slice(v, range.start, range.size, &out, NULL) != IMG_OK)
		return img_view_of(NULL, 0);
	return out;
}

/* --- --keep ----------------------------------------------------------------------------- */

static bool has_bank(struct img_view gbe)
{
	struct img_gbe g;

	return img_gbe_decode(gbe, &g, NULL) == IMG_OK &&
	       (g.bank[0].checksum_ok || g.bank[1].checksum_ok);
}

static enum img_status keep_one(struct job *job, const char *name, struct img_view base,
				struct img *target, bool *kept)
{
	const struct img_view from = region(job, base, name);
	struct img_range to;

	if (!img_view_size(from) || !find_in(firmware(job, img_bytes(target)), name, &to))
		return IMG_OK;
	if (to.size != img_view_size(from))
		return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
				"--keep=%s: it has %llu bytes on the chip and %llu in the image "
				"(keep-size)", name, (unsigned long long)img_view_size(from),
				(unsigned long long)to.size);
	if (!strcmp(name, "gbe") && !has_bank(from))
		return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
				"--keep=gbe: nothing to keep, no bank of the GbE region on the "
				"chip has a right checksum; a backup may have one (keep-nothing)");
	*kept = true;
	return img_span_write(img_span(target), job->place + to.start, from, &job->err);
}

enum img_status flash_keep(const struct flash *f, struct job *job, struct img_view base,
			   struct img *target)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < f->options.keeps; i++)
		st = keep_one(job, f->options.keep[i], base, target, &job->kept[i]);
	return st;
}

/* On a chip at hand, or, where not all are, at least in the image. */
static bool is_kept(const struct flash *f, size_t which)
{
	struct img_range range;
	size_t k;

	for (k = 0; k < f->jobs; k++)
		if (f->job[k].kept[which])
			return true;
	return !flash_complete(f) && find_in(img_bytes(f->image), f->options.keep[which], &range);
}

enum img_status flash_keep_check(struct flash *f)
{
	size_t i;

	for (i = 0; i < f->options.keeps; i++) {
		if (is_kept(f, i))
			continue;
		f->about = NULL;
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"--keep=%s: the chips at hand and the image do not both have such "
				"a region", f->options.keep[i]);
	}
	return IMG_OK;
}

/* --- what would be lost ----------------------------------------------------------------- */

/* Addresses that come with firmware and are many machines' at once. */
static bool is_stock(const struct flash *f, const char *mac)
{
	return !strcasecmp(mac, "00:de:ad:c0:ff:ee") || !strcasecmp(mac, "88:88:88:88:87:88") ||
	       (f->board && f->board->gbe_mac && !strcasecmp(mac, f->board->gbe_mac));
}

static bool is_own(const struct flash *f, const struct img_gbe_bank *bank, char text[18])
{
	static const uint8_t zeros[IMG_GBE_MAC];

	if (!bank->checksum_ok || bank->mac[0] & 1 || !memcmp(bank->mac, zeros, sizeof(zeros)))
		return false;
	img_gbe_mac_text(bank->mac, text);
	return !is_stock(f, text);
}

static bool has_mac(struct img_view gbe, const uint8_t mac[IMG_GBE_MAC])
{
	struct img_gbe g;
	unsigned i;

	if (img_gbe_decode(gbe, &g, NULL) != IMG_OK)
		return false;
	for (i = 0; i < IMG_GBE_BANKS; i++)
		if (g.bank[i].checksum_ok && !memcmp(g.bank[i].mac, mac, IMG_GBE_MAC))
			return true;
	return false;
}

static enum img_status ask_mac(const struct flash *f, struct job *job)
{
	const struct img_view now = region(job, flash_original(job), "gbe");
	const struct img_view then = region(job, job->wanted, "gbe");
	struct img_gbe g;
	char text[18];
	unsigned i;

	if (flash_allowed(f, "mac-change") || img_gbe_decode(now, &g, NULL) != IMG_OK)
		return IMG_OK;
	for (i = 0; i < IMG_GBE_BANKS; i++)
		if (is_own(f, &g.bank[i], text) && !has_mac(then, g.bank[i].mac))
			return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
					"the chip's GbE region has the MAC address %s, which would "
					"be lost: --keep=gbe carries the region over, "
					"--allow=mac-change writes the image's (mac-change)", text);
	return IMG_OK;
}

static enum img_status ask_region(const struct flash *f, struct job *job, const char *name,
				  const char *id)
{
	const struct img_view now = region(job, flash_original(job), name);

	if (flash_allowed(f, id) || img_view_filled(now, 0xff) || img_view_filled(now, 0) ||
	    img_view_equal(now, region(job, job->wanted, name)))
		return IMG_OK;
	return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
			"the chip's %s belongs to this machine alone and would be lost: --keep=%s "
			"carries it over, --allow=%s writes the image's (%s)", name, name, id, id);
}

enum img_status flash_keep_ask(const struct flash *f, struct job *job)
{
	enum img_status st;

	if (f->options.operation != FLASH_WRITE || f->options.backups)
		return IMG_OK;
	st = ask_mac(f, job);
	if (st == IMG_OK)
		st = ask_region(f, job, "pd", "pd-change");
	if (st == IMG_OK)
		st = ask_region(f, job, VPD, "vpd-change");
	return st;
}
