/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/own.h"

#include <stdio.h>
#include <string.h>

#include "libimg/format/coreboot_id.h"
#include "libimg/format/ifd.h"
#include "tools/common/io.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/contents.h"

/* How DMI names it: "LENOVO ThinkPad X230 (2325AB1)". */
static void name_machine(const struct machine *m, char out[256])
{
	const char *version = m->name[MACHINE_VERSION], *product = m->name[MACHINE_PRODUCT];

	if (!*product)
		product = m->name[MACHINE_BOARD];
	snprintf(out, 256, "%s %s%s%s%s", m->name[MACHINE_VENDOR], *version ? version : product,
		 *version ? " (" : "", *version ? product : "", *version ? ")" : "");
}

/* The names that coreboot has for a board's machine are as good as each other. */
static bool is_of_board(const struct machine *m, const struct img_board *b)
{
	size_t i;

	for (i = 0; i < b->alias_count; i++)
		if (machine_is(m, b->identity[0], b->alias[i]))
			return true;
	return machine_is(m, b->identity[0], b->identity[1]);
}

static enum img_status other_machine(const struct flash *f, struct job *job, const char *whose,
				     const char *vendor, const char *part)
{
	char is[256], text[512];

	name_machine(&job->external.machine, is);
	snprintf(text, sizeof(text), "%s is for a %s %s, and this machine is a %s", whose, vendor,
		 part, is);
	return flash_refuse(f, job, "other-machine", text);
}

/* The board that was named, and what the image says of itself. */
static enum img_status check_identity(const struct flash *f, struct job *job)
{
	const struct machine *m = &job->external.machine;
	const struct img_board *b = f->board;
	struct img_coreboot_id id;

	if (f->options.operation != FLASH_WRITE)
		return IMG_OK;
	if (b && b->identity[0] && b->identity[1] && !is_of_board(m, b))
		return other_machine(f, job, b->id, b->identity[0], b->identity[1]);
	if (b && b->identity[0] && b->identity[1])
		return IMG_OK;	/* and whether the image is the board's is a check of images */
	if (img_coreboot_id_decode(img_bytes(f->image), &id, NULL) == IMG_OK &&
	    !machine_is(m, id.vendor, id.part))
		return other_machine(f, job, io_input_name(f->options.file), id.vendor, id.part);
	return IMG_OK;
}

enum img_status flash_check_own(const struct flash *f, struct job *job)
{
	char text[160];
	const char *power;
	enum img_status st = IMG_OK;

	if (!job->external.own)
		return IMG_OK;
	if (!job->external.verdict.can)
		st = flash_refuse(f, job, "internal-closed", job->external.verdict.text);
	if (st == IMG_OK)
		st = check_identity(f, job);
	power = machine_power(&job->external.machine, text);
	if (st == IMG_OK && power)
		st = flash_refuse(f, job, "power", power);
	return st;
}

/* The regions of both descriptors are the same, or one of them has none. */
static bool same_regions(struct img_view a, struct img_view b)
{
	struct img_ifd x, y;

	if (img_ifd_decode(a, &x, NULL) != IMG_OK || img_ifd_decode(b, &y, NULL) != IMG_OK)
		return true;
	return !memcmp(x.region, y.region, sizeof(x.region));
}

/* Names what is closed in [at, at + n). */
static const char *guard_name(const struct chip_info *info, uint64_t at)
{
	size_t i;

	for (i = 0; i < info->guards; i++)
		if (img_range_holds(info->guard[i].range, (struct img_range){ at, 1 }))
			return info->guard[i].name;
	return "this part";
}

/* The bytes from at on that are alike in whether both reading and writing is closed. */
static uint64_t closed_bytes(const struct chip_info *info, uint64_t at, bool *closed)
{
	bool read, write;
	const uint64_t r = chip_open_bytes(info, at, false, &read);
	const uint64_t w = chip_open_bytes(info, at, true, &write);

	*closed = !read || !write;
	return r < w ? r : w;
}

enum img_status flash_keep_closed(const struct job *job, const struct img *base,
				  struct img *target, struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct img_span part;
	uint64_t at, n;
	bool closed;

	for (at = 0; st == IMG_OK && job->info.guards && at < img_size(target); at += n) {
		n = closed_bytes(&job->info, at, &closed);
		if (!closed)
			continue;
		st = img_span_slice(img_span(target), at, n, &part, err);
		if (st == IMG_OK)
			st = img_peek(base, at, part, err);
	}
	return st;
}

/* What was asked for, were nothing closed. *copy is owned; NULL where the image is all of it. */
static enum img_status make_asked(const struct flash *f, struct job *job, struct img **copy,
				  struct img_view *asked)
{
	enum img_status st = flash_part(f, job, asked);

	*copy = NULL;
	if (st != IMG_OK || img_view_size(*asked) == img_size(job->old))
		return st;
	st = img_copy(img_bytes(job->old), copy, &job->err);
	if (st != IMG_OK)
		return st;
	st = img_span_write(img_span(*copy), job->place, *asked, &job->err);
	*asked = img_bytes(*copy);
	return st;
}

static enum img_status tell(const struct flash *f, struct job *job, struct img_view asked)
{
	enum img_status st = IMG_OK;
	struct img_view is, want;
	uint64_t at, n;
	bool closed;

	for (at = 0; st == IMG_OK && at < img_view_size(asked); at += n) {
		n = closed_bytes(&job->info, at, &closed);
		st = img_view_slice(job->wanted, at, n, &is, &job->err);
		if (st == IMG_OK)
			st = img_view_slice(asked, at, n, &want, &job->err);
		if (st == IMG_OK && closed && !img_view_equal(is, want))
			diag_warning(&f->diag, job->name,
				     "%s (0x%08llx-0x%08llx) is closed, so it stays as it is",
				     guard_name(&job->info, at), (unsigned long long)at,
				     (unsigned long long)(at + n - 1));
	}
	return st;
}

enum img_status flash_tell_closed(const struct flash *f, struct job *job)
{
	struct img_view asked;
	struct img *copy;
	enum img_status st;
	bool closed;

	if (!job->info.guards || f->options.operation != FLASH_WRITE)
		return IMG_OK;
	st = make_asked(f, job, &copy, &asked);
	closed_bytes(&job->info, 0, &closed);
	if (st == IMG_OK && closed && !same_regions(job->wanted, asked))
		st = flash_refuse(f, job, "closed-descriptor",
			    "the flash descriptor is closed, and the image wants other regions "
			    "than it has: what would be written lies elsewhere; use a clip");
	if (st == IMG_OK)
		st = tell(f, job, asked);
	img_close(copy);
	return st;
}

bool flash_unreadable(const struct chip_info *info, char out[512])
{
	size_t used = 0;
	uint64_t at, n;
	bool open;

	out[0] = 0;
	for (at = 0; at < info->geometry.size && used < 512; at += n) {
		n = chip_open_bytes(info, at, false, &open);
		if (!open)
			used += (size_t)snprintf(out + used, 512 - used, "%s%s (0x%08llx-0x%08llx)",
						 used ? ", " : "", guard_name(info, at),
						 (unsigned long long)at,
						 (unsigned long long)(at + n - 1));
	}
	return used > 0;
}

enum img_status flash_check_readable(const struct flash *f, struct job *job)
{
	char closed[512], text[640];

	if (!flash_unreadable(&job->info, closed))
		return IMG_OK;
	snprintf(text, sizeof(text),
		 "closed to reading, so this is no whole image, is %s: use a clip", closed);
	return flash_refuse(f, job, "closed-regions", text);
}
