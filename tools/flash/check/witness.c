/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/witness.h"

#include "libimg/edit/holds.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/contents.h"

#define END 4096u

static enum img_role role_of(struct img_view bytes)
{
	const uint64_t size = img_view_size(bytes);
	struct img_view head, tail;

	if (size < END || img_view_slice(bytes, 0, END, &head, NULL) != IMG_OK ||
	    img_view_slice(bytes, size - END, END, &tail, NULL) != IMG_OK)
		return IMG_ROLE_UNKNOWN;
	return img_role_of(head, tail);
}

static bool is_one_of_several(const struct flash *f, const struct job *job)
{
	return f->board && f->board->chip_count > 1 && !job->joined;
}

/* The role of what is to be written: the board's word, or what the file looks like. */
static enum img_role role_wanted(const struct flash *f, struct job *job)
{
	struct img_view part;

	if (is_one_of_several(f, job)) {
		if (!f->board->density_count)
			return IMG_ROLE_UNKNOWN;
		return job->index ? IMG_ROLE_LAST : IMG_ROLE_FIRST;
	}
	if (!f->image || flash_part(f, job, &part) != IMG_OK)
		return IMG_ROLE_UNKNOWN;
	return role_of(part);
}

static enum img_status refuse(const struct flash *f, struct job *job, enum img_role wanted)
{
	const char *what = is_one_of_several(f, job) ? job->name : "what is to be written";

	if (wanted == IMG_ROLE_LAST)
		return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
				"this chip holds a flash descriptor, which is on the first chip of "
				"a machine, and %s belongs on the last one: is the clip on the "
				"other chip? (chip-role)", what);
	return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
			"this chip holds the code that a machine starts with and no flash "
			"descriptor, as the last chip does, and %s belongs on the first one: is "
			"the clip on the other chip? (chip-role)", what);
}

static enum img_status judge(const struct flash *f, struct job *job, enum img_role now)
{
	const enum img_role wanted = role_wanted(f, job);
	/* Without a board a whole image may go over anything that is whole. */
	const bool descriptor = now == IMG_ROLE_FIRST ||
				(now == IMG_ROLE_WHOLE && is_one_of_several(f, job));

	if (flash_allowed(f, "chip-role"))
		return IMG_OK;
	if ((wanted == IMG_ROLE_LAST && descriptor) ||
	    (wanted == IMG_ROLE_FIRST && now == IMG_ROLE_LAST))
		return refuse(f, job, wanted);
	return IMG_OK;
}

enum img_status flash_ask_chip(const struct flash *f, struct job *job)
{
	const uint64_t size = job->info.geometry.size;
	uint8_t head[END], tail[END];
	enum img_status st;

	if (!job->bus || size < END)
		return IMG_OK;
	st = chip_read(job->chip, 0, img_span_of(head, END), &job->err);
	if (st == IMG_OK)
		st = chip_read(job->chip, size - END, img_span_of(tail, END), &job->err);
	/* A wire that loses its step says nothing; reading all of the chip will. */
	if (st == IMG_E_CORRUPT)
		return IMG_OK;
	return st == IMG_OK ? judge(f, job, img_role_of(img_view_of(head, END),
							img_view_of(tail, END))) : st;
}

enum img_status flash_ask_contents(const struct flash *f, struct job *job)
{
	return job->bus ? IMG_OK : judge(f, job, role_of(img_bytes(job->old)));
}
