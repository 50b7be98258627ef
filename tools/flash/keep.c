/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/keep.h"

#include <string.h>

#include "libimg/check/check.h"
#include "libimg/format/gbe.h"
#include "tools/flash/check/allow.h"
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

static enum img_status find_one(const char *name, struct img_view contents, struct flash_kept *k,
				struct img_error *err)
{
	k->found = unique_find(contents, name, &k->own);
	if (!k->found)
		return IMG_OK;
	k->empty = !strcmp(name, "gbe") && !has_bank(k->own.bytes);
	return k->own.kind == UNIQUE_FILE ? unique_hold_file(&k->own, &k->file, err) : IMG_OK;
}

enum img_status flash_keep_find(const struct flash *f, struct job *job, struct img_view contents,
				struct flash_kept kept[FLASH_KEEP_MAX])
{
	const struct img_view whole = firmware(job, contents);
	enum img_status st = IMG_OK;
	size_t i;

	memset(kept, 0, FLASH_KEEP_MAX * sizeof(*kept));
	for (i = 0; st == IMG_OK && i < f->options.keeps && img_view_size(whole); i++)
		st = find_one(f->options.keep[i], whole, &kept[i], &job->err);
	return st;
}

void flash_keep_free(struct flash_kept kept[FLASH_KEEP_MAX])
{
	size_t i;

	for (i = 0; i < FLASH_KEEP_MAX; i++)
		img_close(kept[i].file);
}

/* From base to its place at once: a region may be nearly all of an image. */
static enum img_status put_one(struct job *job, const char *name, const struct img *base,
			       const struct flash_kept *k, struct img *part)
{
	struct img_range range;
	struct img_span place;
	enum img_status st;

	if (k->own.kind == UNIQUE_FILE)
		return unique_put(&k->own, name, part, &job->err);
	st = unique_place(&k->own, name, img_bytes(part), &range, &job->err);
	if (st == IMG_OK)
		st = img_span_slice(img_span(part), range.start, range.size, &place, &job->err);
	return st == IMG_OK ? img_peek(base, job->place + k->own.range.start, place, &job->err)
			    : st;
}

static enum img_status keep_one(const struct flash *f, struct job *job, size_t which,
				const struct img *base, const struct flash_kept *k,
				struct img *part)
{
	const char *name = f->options.keep[which];
	enum img_status st;

	if (!k->found || !unique_has_place(img_bytes(part), name))
		return IMG_OK;
	if (k->empty && !flash_allowed(f, "keep-nothing"))
		return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
				"--keep=gbe: nothing to keep, no bank of the GbE region on the "
				"chip has a right checksum; a backup may have one (keep-nothing)");
	job->kept[which] = true;
	st = put_one(job, name, base, k, part);
	if (st != IMG_E_SPACE)
		return st;
	img_error_prefix(&job->err, "--keep=%s", name);
	img_error_suffix(&job->err, " (keep-size)");
	return job->err.status = IMG_E_REFUSED;
}

static enum img_status keep_all(const struct flash *f, struct job *job, const struct img *base,
				const struct flash_kept *kept, struct img *part)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < f->options.keeps; i++)
		st = keep_one(f, job, i, base, &kept[i], part);
	return st;
}

enum img_status flash_keep(const struct flash *f, struct job *job, const struct img *base,
			   const struct flash_kept kept[FLASH_KEEP_MAX], struct img *target)
{
	const struct img_view whole = firmware(job, img_bytes(target));
	struct img *part;
	enum img_status st;

	if (!f->options.keeps || !img_view_size(whole))
		return IMG_OK;
	if (img_view_size(whole) == img_size(target))
		return keep_all(f, job, base, kept, target);
	st = img_copy(whole, &part, &job->err);
	if (st != IMG_OK)
		return st;
	st = keep_all(f, job, base, kept, part);
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
	const struct img_gbe *g = &job->own.gbe;
	struct unique then;
	char text[18];
	unsigned i;

	if (flash_allowed(f, "mac-change") || !job->own.has_gbe)
		return IMG_OK;
	if (!unique_find(firmware(job, job->wanted), "gbe", &then))
		then.bytes = img_view_of(NULL, 0);
	for (i = 0; i < IMG_GBE_BANKS; i++)
		if (is_own(f, &g->bank[i], text) && !has_mac(then.bytes, g->bank[i].mac))
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

static enum img_status ask_one(const struct flash *f, struct job *job, const char *name,
			       const struct unique_mark *was)
{
	const struct img_view image = firmware(job, job->wanted);
	const char *id = id_of(name);
	struct unique then;

	if (flash_allowed(f, id) || !was->found || was->blank ||
	    (unique_find(image, name, &then) && unique_is_marked(&then, was)))
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

/* What is asked for beyond the MAC address: what any board may have, then what the board's file
 * names. NULL: no more. */
static const char *asked(const struct flash *f, size_t i)
{
	static const char *const any[] = { "pd", "RO_VPD" };
	const struct img_hardware *h = f->board ? f->board->hardware : NULL;

	if (i < 2)
		return any[i];
	return h && i - 2 < h->keep_count ? h->keep[i - 2] : NULL;
}

static bool asks(const struct flash *f)
{
	return f->options.operation == FLASH_WRITE && !f->options.backups;
}

static enum img_status note(const struct flash *f, struct job *job, struct img_view before)
{
	struct job_own *own = &job->own;
	enum img_status st = IMG_OK;
	struct unique gbe;
	size_t i;

	own->has_gbe = unique_find(before, "gbe", &gbe) &&
		       img_gbe_decode(gbe.bytes, &own->gbe, NULL) == IMG_OK;
	for (i = 0; st == IMG_OK && asked(f, i); i++)
		st = unique_mark(before, asked(f, i), &own->mark[i], &job->err);
	return st;
}

enum img_status flash_keep_note(const struct flash *f, struct job *job)
{
	struct img *before;
	enum img_status st;

	if (!asks(f))
		return IMG_OK;
	if (!job->safe.resumed)
		return note(f, job, firmware(job, img_bytes(job->old)));
	st = img_duplicate(job->safe.original, &before, &job->err);
	if (st != IMG_OK)
		return st;
	st = note(f, job, firmware(job, img_bytes(before)));
	img_close(before);
	return st;
}

enum img_status flash_keep_ask(const struct flash *f, struct job *job)
{
	enum img_status st;
	size_t i;

	if (!asks(f))
		return IMG_OK;
	st = ask_mac(f, job);
	for (i = 0; st == IMG_OK && asked(f, i); i++)
		if (strcmp(asked(f, i), "gbe"))
			st = ask_one(f, job, asked(f, i), &job->own.mark[i]);
	return st;
}
