/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/recognise.h"

#include <stdio.h>
#include <string.h>

#include "libimg/edit/holds.h"
#include "tools/common/hardware_report.h"
#include "tools/common/words.h"
#include "tools/programmer/run/wrap.h"

#define BLOCK 4096

struct ends {
	struct img *head, *middle, *tail;	/* BLOCK bytes each */
};

static enum img_status read_block(struct chip *chip, uint64_t at, struct img **out,
				  struct img_error *err)
{
	enum img_status st = img_new(BLOCK, 0, out, err);

	return st == IMG_OK ? chip_read(chip, at, img_span(*out), err) : st;
}

static enum img_status read_ends(const struct job *job, struct ends *e, struct img_error *err)
{
	const uint64_t size = job->info.geometry.size;
	enum img_status st = read_block(job->chip, 0, &e->head, err);

	if (st == IMG_OK)
		st = read_block(job->chip, size / 2, &e->middle, err);
	if (st == IMG_OK)
		st = read_block(job->chip, size - BLOCK, &e->tail, err);
	return st;
}

static void free_ends(struct ends *e)
{
	img_close(e->head);
	img_close(e->middle);
	img_close(e->tail);
}

/* --- a chip of another size --------------------------------------------------------------- */

const char *recognise_size(const struct img_board *b, uint64_t size, char text[RECOGNISED_TEXT])
{
	const struct img_hardware *h = b->hardware;
	size_t i;

	*text = 0;
	for (i = 0; h && i < h->other_count; i++)
		if (h->other[i].size == size) {
			snprintf(text, RECOGNISED_TEXT, " (%s has a chip of that size of its own"
				 "%s%s)", h->other[i].what, h->other[i].where ? ": " : "",
				 h->other[i].where ? h->other[i].where : "");
			return text;
		}
	for (i = 0; i < b->chip_count; i++)
		if (size == b->chip[i].size * 2 || size * 2 == b->chip[i].size)
			snprintf(text, RECOGNISED_TEXT, " (two chips that answer at once, or a bad "
				 "contact, look like that%s%s)", h && h->select ? ": " : "",
				 h && h->select ? h->select : "");
	return text;
}

static enum img_status fail_size(const struct img_board *b, uint64_t size, struct img_error *err)
{
	char is[WORDS_SIZE], first[WORDS_SIZE], last[WORDS_SIZE], text[RECOGNISED_TEXT];

	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"this chip has %s, and %s of %s has %s, %s %s%s (chip-size)",
			words_size(size, is), b->chip[0].name, b->id,
			words_size(b->chip[0].size, first), b->chip[1].name,
			words_size(b->chip[1].size, last), recognise_size(b, size, text));
}

/* A chip of half the size answers the same twice; one that is blank says nothing. */
static enum img_status check_mirror(const struct job *job, const struct ends *e,
				    struct img_error *err)
{
	char size[WORDS_SIZE], half[WORDS_SIZE];

	if (!run_same_twice(img_bytes(e->head), img_bytes(e->middle)))
		return IMG_OK;
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"a chip that says it has %s answers the same from the middle on: it is one "
			"of %s, or two answer at once; clean the contacts, and tie CS# of the "
			"other chip to VCC (chip-mirror)",
			words_size(job->info.geometry.size, size),
			words_size(job->info.geometry.size / 2, half));
}

/* --- the witnesses ------------------------------------------------------------------------ */

/* Bits of the chips that have this size. */
static unsigned by_size(const struct img_board *b, uint64_t size)
{
	unsigned bits = 0;
	size_t i;

	for (i = 0; i < b->chip_count; i++)
		if (b->chip[i].size == size)
			bits |= 1u << i;
	return bits;
}

/* Bits of the chips for which the image has what this one holds. */
static enum img_status by_image(const struct flash *f, const struct job *job, unsigned *bits,
				struct img_error *err)
{
	struct img_view part;
	uint64_t start = 0;
	bool agrees;
	enum img_status st = IMG_OK;
	size_t i;

	*bits = 0;
	for (i = 0; st == IMG_OK && f->image && i < f->board->chip_count; i++) {
		const uint64_t size = f->board->chip[i].size;

		agrees = false;
		if (img_view_slice(img_bytes(f->image), start, size, &part, NULL) == IMG_OK)
			st = run_spot_check(job->chip, part, &agrees, err);
		*bits |= agrees ? 1u << i : 0;
		start += size;
	}
	return st;
}

static bool single(unsigned bits)
{
	return bits && !(bits & (bits - 1));
}

/* Where the middle of an image looks like its end, a chip of the first one's size is that. */
static unsigned by_role(const struct img_board *b, unsigned size, enum img_role role)
{
	switch (role) {
	case IMG_ROLE_FIRST: return 1u;
	case IMG_ROLE_LAST: return 1u << (b->chip_count - 1);
	case IMG_ROLE_WHOLE: return single(size) ? 1u : 0;
	case IMG_ROLE_UNKNOWN: return 0;
	}
	return 0;
}

static size_t lowest(unsigned bits)
{
	size_t i = 0;

	while (!(bits >> i & 1u))
		i++;
	return i;
}

static const char *role_words(enum img_role role)
{
	static const char *const words[] = {
		[IMG_ROLE_UNKNOWN] = "nothing on it tells which chip it is",
		[IMG_ROLE_FIRST] = "it holds a flash descriptor, as the first chip does",
		[IMG_ROLE_LAST] = "it holds what the machine starts from, as the last chip does",
		[IMG_ROLE_WHOLE] = "it holds both a flash descriptor and what a machine starts "
				   "from, as a whole image does",
	};

	return words[role];
}

/* Which chip of this board a stored backup is of; the number of chips: none of them. */
static size_t backup_chip(const struct flash *f, const char *name, uint64_t size)
{
	const struct img_board *b = f->board;
	json_t *facts = backup_facts(&f->state, name);
	const char *board = json_string_value(json_object_get(facts, "board"));
	const char *chip = json_string_value(json_object_get(facts, "chip"));
	size_t i = b->chip_count;

	if (board && chip && !strcmp(board, b->id))
		for (i = 0; i < b->chip_count; i++)
			if (b->chip[i].size == size && !strcmp(chip, b->chip[i].name))
				break;
	json_decref(facts);
	return i;
}

/* Bits of the chips of which a backup like this is stored. Without a store there is none. */
static enum img_status by_backups(struct flash *f, const struct job *job, unsigned *bits,
				  struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i, chip, count = 0;
	char **names = NULL;

	*bits = 0;
	if (state_find(&f->state, NULL) != IMG_OK ||
	    backup_list(&f->state, &names, &count, NULL) != IMG_OK)
		return IMG_OK;
	for (i = 0; st == IMG_OK && i < count; i++) {
		struct img *stored = NULL;
		bool agrees = false;

		chip = backup_chip(f, names[i], job->info.geometry.size);
		if (chip == f->board->chip_count || *bits >> chip & 1u ||
		    backup_load(&f->state, names[i], &stored, NULL) != IMG_OK)
			continue;
		st = run_spot_check(job->chip, img_bytes(stored), &agrees, err);
		*bits |= agrees ? 1u << chip : 0;
		img_close(stored);
	}
	backup_list_free(names, count);
	return st;
}

/* size is not empty; what the content says (0: nothing) has to be among it. */
static void decide(const struct flash *f, unsigned size, unsigned same, enum img_role role,
		   struct recognised *out)
{
	const unsigned content = single(same) ? same : by_role(f->board, size, role);
	const unsigned both = content ? size & content : size;
	const char *held = single(same) ? "it holds what the image has for that chip already"
					: role_words(role);

	out->possible = size;
	out->sure = single(both);
	if (!out->sure) {
		snprintf(out->why, sizeof(out->why), "%s%s", held,
			 content && !both ? ", and its size is that of the other" : "");
		return;
	}
	out->index = lowest(both);
	snprintf(out->why, sizeof(out->why), "%s%s%s", single(size) ? "by its size" : "",
		 single(size) && content ? ", and " : "",
		 content ? held : single(size) ? "" : "by its size");
}

/* What nothing else tells a backup may, of a chip that can be this one. */
static enum img_status ask_backups(struct flash *f, const struct job *job, unsigned fits,
				   struct recognised *out, struct img_error *err)
{
	unsigned stored;
	enum img_status st;

	if (single(fits))
		return IMG_OK;
	st = by_backups(f, job, &stored, err);
	if (st != IMG_OK || !single(stored & fits))
		return st;
	out->sure = true;
	out->index = lowest(stored & fits);
	snprintf(out->why, sizeof(out->why), "it holds what a stored backup of that chip has");
	return IMG_OK;
}

enum img_status recognise(struct flash *f, const struct job *job, struct recognised *out,
			  struct img_error *err)
{
	const uint64_t size = job->info.geometry.size;
	const unsigned fits = by_size(f->board, size);
	struct ends e = { 0 };
	unsigned same = 0;
	enum img_status st;

	*out = (struct recognised){ 0 };
	if (!fits)
		return fail_size(f->board, size, err);
	st = read_ends(job, &e, err);
	if (st == IMG_OK)
		st = check_mirror(job, &e, err);
	if (st == IMG_OK)
		st = by_image(f, job, &same, err);
	if (st == IMG_OK)
		decide(f, fits, same, img_role_of(img_bytes(e.head), img_bytes(e.tail)), out);
	free_ends(&e);
	return st == IMG_OK && !out->sure ? ask_backups(f, job, fits, out, err) : st;
}
