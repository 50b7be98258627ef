/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/restore.h"

#include <unistd.h>

#include "tools/common/io.h"

static enum img_status load_one(struct flash *f, const char *backup, struct img **out)
{
	char name[IMG_DIGEST_HEX];
	enum img_status st;

	f->about = backup;
	if (!access(backup, F_OK))
		return img_open(backup, out, &f->err);
	f->about = NULL;
	st = state_find(&f->state, &f->err);
	if (st == IMG_OK)
		st = backup_by_prefix(&f->state, backup, name, &f->err);
	return st == IMG_OK ? backup_load(&f->state, name, out, &f->err) : st;
}

/* One behind the other, as the chips are in the image. */
static enum img_status join(struct flash *f, struct img *const piece[], size_t count)
{
	uint64_t sum = 0, at = 0;
	enum img_status st;
	size_t i;

	for (i = 0; i < count; i++)
		sum += img_size(piece[i]);
	st = img_new(sum, 0, &f->image, &f->err);
	for (i = 0; st == IMG_OK && i < count; i++) {
		st = img_span_write(img_span(f->image), at, img_bytes(piece[i]), &f->err);
		at += img_size(piece[i]);
	}
	return st;
}

enum img_status restore_load(struct flash *f)
{
	const struct flash_options *o = &f->options;
	struct img *piece[FLASH_PROGRAMMERS] = { NULL };
	enum img_status st = IMG_OK;
	size_t i;

	if (o->backups > 1 && o->backups != f->jobs)
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"%zu backups for %zu programmers: give one for each chip, in the "
				"order of the image", o->backups, f->jobs);
	for (i = 0; st == IMG_OK && i < o->backups; i++)
		st = load_one(f, o->backup[i], &piece[i]);
	if (st == IMG_OK)
		st = join(f, piece, o->backups);
	for (i = 0; i < o->backups; i++)
		img_close(piece[i]);
	return st;
}

enum img_status restore_cut(struct flash *f)
{
	uint64_t at = 0;
	size_t i;

	for (i = 0; i < f->jobs; i++) {
		f->job[i].part = (struct img_range){ at, f->job[i].info.geometry.size };
		f->job[i].place = 0;
		at += f->job[i].part.size;
	}
	if (at == img_size(f->image))
		return IMG_OK;
	f->about = f->options.backup[0];
	return img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
			"has %llu bytes, and what it is to be restored to has %llu: a backup goes "
			"back onto the chip it was made of (image-size)",
			(unsigned long long)img_size(f->image), (unsigned long long)at);
}
