/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/keep.h"

#include <string.h>

#include "libimg/check/check.h"
#include "libimg/format/gbe.h"
#include "tools/flash/allow.h"
#include "tools/flash/safe.h"
#include "tools/flash/unique.h"

/* The firmware's part of a chip's contents. */
static struct img_view firmware(const struct job *job, struct img_view contents)
{
	struct img_view out = img_view_of(NULL, 0);

	return img_view_slice(contents, job->place, job->part.size, &out, NULL) == IMG_OK
		       ? out : img_view_of(NULL, 0);
}

/* --- --keep ----------------------------------------------------------------------------- */

static bool has_bank(struct img_view gbe)
{
	struct img_gbe g;

	return img_gbe_decode(gbe, &g, NULL) == IMG_OK &&
	       (g.bank[0].checksum_ok || g.bank[1].checksum_ok);
}

static enum img_status keep_one(const struct flash *f, struct job *job, const char *name,
				struct img_view base, struct img *target, bool *kept)
{
	enum img_status st;
	struct unique own;

	if (!unique_find(base, name, &own) || !unique_has_place(img_bytes(target), name))
		return IMG_OK;
	if (!strcmp(name, "gbe") && !has_bank(own.bytes) && !flash_allowed(f, "keep-nothing"))
		return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
				"--keep=gbe: nothing to keep, no bank of the GbE region on the "
				"chip has a right checksum; a backup may have one (keep-nothing)");
	*kept = true;
	st = unique_put(&own, name, target, &job->err);
	if (st != IMG_E_SPACE)
		return st;
	img_error_prefix(&job->err, "--keep=%s", name);
	img_error_suffix(&job->err, " (keep-size)");
	return job->err.status = IMG_E_REFUSED;
}

enum img_status flash_keep(const struct flash *f, struct job *job, struct img_view base,
			   struct img *target)
{
	const struct img_view whole = firmware(job, base);
	enum img_status st = IMG_OK;
	struct img *part;
	size_t i;

	if (!f->options.keeps || !img_view_size(whole))
		return IMG_OK;
	st = img_copy(firmware(job, img_bytes(target)), &part, &job->err);
	if (st != IMG_OK)
		return st;
	for (i = 0; st == IMG_OK && i < f->options.keeps; i++)
		st = keep_one(f, job, f->options.keep[i], whole, part, &job->kept[i]);
	if (st == IMG_OK)
		st = img_span_write(img_span(target), job->place, img_bytes(part), &job->err);
	img_close(part);
	return st;
}

/* On a chip at hand, or, where not all are, at least in the image. */
static bool is_kept(const struct flash *f, size_t which)
{
	size_t k;

	for (k = 0; k < f->jobs; k++)
		if (f->job[k].kept[which])
			return true;
	return !flash_complete(f) &&
	       unique_has_place(img_bytes(f->image), f->options.keep[which]);
}

enum img_status flash_keep_check(struct flash *f)
{
	size_t i;

	for (i = 0; i < f->options.keeps; i++) {
		if (is_kept(f, i))
			continue;
		f->about = NULL;
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"--keep=%s: the chips at hand and the image do not both have "
				"that", f->options.keep[i]);
	}
	return IMG_OK;
}

/* --- what would be lost ----------------------------------------------------------------- */

static bool is_own(const struct flash *f, const struct img_gbe_bank *bank, char text[18])
{
	static const uint8_t zeros[IMG_GBE_MAC];

	if (!bank->checksum_ok || bank->mac[0] & 1 || !memcmp(bank->mac, zeros, sizeof(zeros)))
		return false;
	img_gbe_mac_text(bank->mac, text);
	return !img_check_mac_is_stock(bank->mac, f->board);
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
	struct unique now, then;
	struct img_gbe g;
	char text[18];
	unsigned i;

	if (flash_allowed(f, "mac-change") ||
	    !unique_find(firmware(job, flash_original(job)), "gbe", &now) ||
	    img_gbe_decode(now.bytes, &g, NULL) != IMG_OK)
		return IMG_OK;
	if (!unique_find(firmware(job, job->wanted), "gbe", &then))
		then.bytes = img_view_of(NULL, 0);
	for (i = 0; i < IMG_GBE_BANKS; i++)
		if (is_own(f, &g.bank[i], text) && !has_mac(then.bytes, g.bank[i].mac))
			return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
					"the chip's GbE region has the MAC address %s, which would "
					"be lost: --keep=gbe carries the region over, "
					"--allow=mac-change writes the image's (mac-change)", text);
	return IMG_OK;
}

static const char *id_of(const char *name)
{
	if (!strcmp(name, "pd"))
		return "pd-change";
	return strstr(name, "VPD") ? "vpd-change" : "keep-change";
}

static enum img_status ask_one(const struct flash *f, struct job *job, const char *name)
{
	const struct img_view image = firmware(job, job->wanted);
	const char *id = id_of(name);
	struct unique now, then;

	if (flash_allowed(f, id) || !unique_find(firmware(job, flash_original(job)), name, &now) ||
	    unique_is_blank(&now) || (unique_find(image, name, &then) && unique_same(&now, &then)))
		return IMG_OK;
	if (!unique_has_place(image, name))
		return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
				"the chip's %s belongs to this machine alone and would be lost, "
				"for the image has no place for it: --allow=%s writes the image, "
				"and the backup of the chip has it (%s)", name, id, id);
	return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
			"the chip's %s belongs to this machine alone and would be lost: --keep=%s "
			"carries it over, --allow=%s writes the image's (%s)", name, name, id, id);
}

/* What the board's file names beyond the MAC address, which is asked for anywhere. */
static enum img_status ask_listed(const struct flash *f, struct job *job)
{
	const struct img_hardware *h = f->board ? f->board->hardware : NULL;
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && h && i < h->keep_count; i++)
		if (strcmp(h->keep[i], "gbe"))
			st = ask_one(f, job, h->keep[i]);
	return st;
}

enum img_status flash_keep_ask(const struct flash *f, struct job *job)
{
	enum img_status st;

	if (f->options.operation != FLASH_WRITE || f->options.backups)
		return IMG_OK;
	st = ask_mac(f, job);
	if (st == IMG_OK)
		st = ask_one(f, job, "pd");
	if (st == IMG_OK)
		st = ask_one(f, job, "RO_VPD");
	return st == IMG_OK ? ask_listed(f, job) : st;
}
