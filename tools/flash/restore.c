/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/restore.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/io.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/check/own.h"

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

	if (o->backups > 1 && o->backups != (f->guided ? f->board->chip_count : f->jobs))
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"%zu backups for %zu programmer%s: give one for each chip, in the "
				"order of the image", o->backups, f->jobs,
				f->jobs == 1 ? "" : "s");
	for (i = 0; st == IMG_OK && i < o->backups; i++)
		st = load_one(f, o->backup[i], &piece[i]);
	if (st == IMG_OK)
		st = join(f, piece, o->backups);
	for (i = 0; i < o->backups; i++)
		img_close(piece[i]);
	return st;
}

/* What the store says was missing when this was read; owned, NULL: nothing, or it is not there. */
static char *missing(struct flash *f, struct img_view contents)
{
	char name[IMG_DIGEST_HEX], *text = NULL;
	json_t *facts;

	if ((!f->state.root && state_find(&f->state, NULL) != IMG_OK) ||
	    backup_name(contents, name, NULL) != IMG_OK)
		return NULL;
	facts = backup_facts(&f->state, name);
	if (json_string_value(json_object_get(facts, "closed")))
		text = strdup(json_string_value(json_object_get(facts, "closed")));
	json_decref(facts);
	return text;
}

/* Its FF would take the place of what is there, unless that is closed now as it was then. */
static enum img_status check_missing(struct flash *f, const struct job *job)
{
	struct img_view part;
	enum img_status st = img_view_slice(img_bytes(f->image), job->part.start, job->part.size,
					    &part, &f->err);
	char now[512], *then = st == IMG_OK ? missing(f, part) : NULL;

	if (then && (!flash_unreadable(&job->info, now) || strcmp(now, then)) &&
	    !flash_allowed(f, "closed-regions"))
		st = img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
			      "is a backup that has FF instead of %s, which could not be read "
			      "then: take the machine's firmware from elsewhere (closed-regions)",
			      then);
	free(then);
	return st;
}

static enum img_status check_whole(struct flash *f)
{
	enum img_status st = IMG_OK;
	size_t i;

	f->about = f->options.backup[0];
	for (i = 0; st == IMG_OK && i < f->jobs; i++)
		st = check_missing(f, &f->job[i]);
	return st;
}

/* Of a board's chips that come one after the other there have to be all. */
static enum img_status cut_guided(struct flash *f)
{
	const struct img_board *b = f->board;
	struct job *job = &f->job[0];
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < b->chip_count; i++) {
		if (i == job->index)
			job->part = (struct img_range){ sum, b->chip[i].size };
		sum += b->chip[i].size;
	}
	job->place = 0;
	if (sum == img_size(f->image))
		return check_whole(f);
	f->about = f->options.backup[0];
	return img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
			"has %llu bytes, and the chips of %s have %llu: give the backups of all of "
			"them, or say which chip this is for, -p NAME=... (image-size)",
			(unsigned long long)img_size(f->image), b->id, (unsigned long long)sum);
}

enum img_status restore_cut(struct flash *f)
{
	uint64_t at = 0;
	size_t i;

	if (f->guided)
		return cut_guided(f);
	for (i = 0; i < f->jobs; i++) {
		f->job[i].part = (struct img_range){ at, f->job[i].info.geometry.size };
		f->job[i].place = 0;
		at += f->job[i].part.size;
	}
	if (at == img_size(f->image))
		return check_whole(f);
	f->about = f->options.backup[0];
	return img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
			"has %llu bytes, and what it is to be restored to has %llu: a backup goes "
			"back onto the chip it was made of (image-size)",
			(unsigned long long)img_size(f->image), (unsigned long long)at);
}
