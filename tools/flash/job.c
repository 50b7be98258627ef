/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/job.h"

#include <string.h>

#include "tools/flash/ask.h"
#include "tools/flash/at_once.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/check/recognise.h"
#include "tools/flash/check/voltage.h"
#include "tools/flash/restore.h"
#include "tools/flash/safe.h"
#include "tools/programmer/mtd/mtd.h"

enum img_status flash_find_board(struct flash *f)
{
	enum img_status st;

	if (!f->options.board)
		return IMG_OK;
	st = board_find(f->options.board, &f->board_, &f->err);
	if (st != IMG_OK)
		return st;
	board_announce(&f->diag, f->board_);
	f->board = board_info(f->board_);
	return IMG_OK;
}

/* "bottom=serprog:dev=..." begins with a chip's name, "serprog:dev=..." does not. */
static size_t name_length(const char *programmer)
{
	const size_t n = strcspn(programmer, "=:");

	return programmer[n] == '=' ? n : 0;
}

static enum img_status which_chip(struct flash *f, const char *name, size_t len, size_t *index)
{
	const struct img_board *b = f->board;

	for (*index = 0; *index < b->chip_count; ++*index)
		if (strlen(b->chip[*index].name) == len &&
		    !strncmp(b->chip[*index].name, name, len))
			return IMG_OK;
	return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
			"-p %.*s=...: %s has no such chip; it has %s%s%s", (int)len, name, b->id,
			b->chip[0].name, b->chip_count > 1 ? " and " : "",
			b->chip_count > 1 ? b->chip[1].name : "");
}

static uint64_t chips_size(const struct img_board *b)
{
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < b->chip_count; i++)
		sum += b->chip[i].size;
	return sum;
}

/* What goes before the "=" of -p, of len bytes, against the board and the programmer. */
static enum img_status check_chip_name(struct flash *f, const struct job *job,
				       const char *programmer, size_t len)
{
	if (len && !f->board)
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"-p %.*s=...: naming a chip needs -b BOARD", (int)len, programmer);
	if (len && job->joined)
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"-p %.*s=%s: the machine itself sees its chips as one, so give -p "
				"%s and the whole image", (int)len, programmer, job->spec.kind,
				job->spec.whole);
	f->guided = !len && f->board && f->board->chip_count > 1 && !job->joined &&
		    f->options.programmers == 1;
	if (f->guided && f->options.operation != FLASH_PROBE && !ask_possible())
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"%s has two chips, so say which: -p %s=%s or -p %s=%s (at a "
				"terminal one programmer is led from chip to chip)",
				f->board->id, f->board->chip[0].name, programmer,
				f->board->chip[1].name, programmer);
	if (!len && f->options.programmers > 1)
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"several programmers need -b BOARD and -p NAME=...");
	return IMG_OK;
}

static enum img_status assign_one(struct flash *f, const char *programmer)
{
	const size_t len = name_length(programmer);
	struct job *job = &f->job[f->jobs];
	enum img_status st = bus_spec_parse(programmer + len + (len ? 1 : 0), &job->spec, &f->err);

	if (st != IMG_OK)
		return st;
	job->programmer = programmer;
	f->jobs++;
	job->name = job->spec.kind;
	/* The kernel may show two chips as one device; with a name it is one of them. */
	job->joined = external_is_own(job->spec.kind) ||
		      (!len && !strcmp(job->spec.kind, MTD_KIND));
	job->running = external_is_own(job->spec.kind) || !strcmp(job->spec.kind, MTD_KIND);
	st = check_chip_name(f, job, programmer, len);
	if (st == IMG_OK && len)
		st = which_chip(f, programmer, len, &job->index);
	if (st != IMG_OK || !f->board)
		return st;
	if (job->joined) {
		job->board_size = chips_size(f->board);
	} else if (!f->guided) {
		job->name = f->board->chip[job->index].name;
		job->board_size = f->board->chip[job->index].size;
	}
	return IMG_OK;
}

static enum img_status put_in_order(struct flash *f)
{
	struct job swap;

	if (f->jobs < 2)
		return IMG_OK;
	if (f->job[0].index == f->job[1].index)
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE, "-p %s=... is given twice",
				f->job[0].name);
	if (f->job[0].index > f->job[1].index) {
		swap = f->job[0];
		f->job[0] = f->job[1];
		f->job[1] = swap;
	}
	return IMG_OK;
}

enum img_status flash_assign(struct flash *f)
{
	enum img_status st = flash_find_board(f);
	size_t i;

	for (i = 0; st == IMG_OK && i < f->options.programmers; i++)
		st = assign_one(f, f->options.programmer[i]);
	if (st == IMG_OK)
		st = put_in_order(f);
	if (f->jobs > 1)
		f->line = progress_line_new();
	return st;
}

static enum img_status check_name(const struct flash *f, struct job *job)
{
	const char *name = f->options.chip;

	if (!name || chip_is_named(job->chip, name) || *job->external.program)
		return IMG_OK;
	if (!chip_part_by_name(name))
		return img_fail(&job->err, IMG_E_USAGE, IMG_NOWHERE,
				"-c %s: no such chip in the table; --list-chips names them", name);
	return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
			"the chip is a %s, not a %s (chip-name)", job->info.name, name);
}

/* The size is the witness of which chip the clip is on. */
static enum img_status check_size(const struct flash *f, struct job *job)
{
	const unsigned long long is = job->info.geometry.size;
	char text[RECOGNISED_TEXT];

	if (!job->board_size || is == job->board_size)
		return IMG_OK;
	if (f->options.operation == FLASH_PROBE) {
		diag_warning(&f->diag, job->name, "this chip has %llu bytes, %s of %s has %llu%s",
			     is, job->name, f->board->id, (unsigned long long)job->board_size,
			     recognise_size(f->board, is, text));
		return IMG_OK;
	}
	if (is > job->board_size && flash_allowed(f, "chip-size")) {
		diag_warning(&f->diag, job->name, "this chip has %llu bytes, more than the %llu of "
			     "%s; what it has more stays as it is (chip-size, allowed)", is,
			     (unsigned long long)job->board_size, f->board->id);
		return IMG_OK;
	}
	return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE,
			"this chip has %llu bytes, %s of %s has %llu: is the clip on %s chip?%s "
			"(chip-size)", is, job->name, f->board->id,
			(unsigned long long)job->board_size,
			f->board->chip_count > 1 ? "the other" : "another",
			recognise_size(f->board, is, text));
}

/* To a chip on one of our own buses. */
static enum img_status connect_bus(const struct flash *f, struct job *job)
{
	uint64_t expected = job->board_size;
	enum img_status st;

	if (!expected && f->image)
		expected = img_size(f->image);
	st = bus_open(&job->spec, expected, &job->bus, &job->err);
	/* Programmers have only some clocks: who asked for one is told what came of it. */
	if (st == IMG_OK && job->bus->about && bus_spec_get(&job->spec, "spispeed"))
		diag_note(&f->diag, job->name, "%s", job->bus->about);
	else if (st == IMG_OK && job->bus->about)
		diag_detail(&f->diag, job->name, "%s", job->bus->about);
	if (st == IMG_OK)
		st = chip_open_with(job->bus, &f->options.chip_options, &job->chip, &job->err);
	return st;
}

static void say(void *ctx, const char *sentence)
{
	const struct job *job = ctx;

	diag_warning(job->diag, job->name, "%s", sentence);
}

static enum img_status connect_external(const struct flash *f, struct job *job)
{
	enum img_status st;

	job->diag = &f->diag;
	job->how = (struct external_options){ .chip = f->options.chip, .say = say, .ctx = job,
					      .seconds = f->options.patience };
	st = external_open(&job->spec, &job->how, &job->external, &job->chip, &job->err);
	if (st == IMG_OK)
		diag_detail(&f->diag, job->name, "%s does the work", job->external.program);
	return st;
}

static enum img_status connect_one(const struct flash *f, struct job *job)
{
	enum img_status st;

	if (bus_is_kind(job->spec.kind))
		st = connect_bus(f, job);
	else if (!strcmp(job->spec.kind, MTD_KIND))
		st = mtd_open(&job->spec, &job->chip, &job->err);
	else
		st = connect_external(f, job);
	if (st == IMG_OK) {
		job->info = *chip_info(job->chip);
		st = voltage_check(f, job, &job->err);
	}
	if (st == IMG_OK)
		st = check_name(f, job);
	if (st == IMG_OK)
		st = check_size(f, job);
	return st;
}

enum img_status flash_connect(struct flash *f)
{
	return flash_at_once(f, connect_one);
}

static enum img_status cut_for_chip(struct flash *f)
{
	const uint64_t size = img_size(f->image);
	const unsigned long long chip = f->job[0].info.geometry.size;

	if (size != chip)
		return img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
				"has %llu bytes, the chip has %llu: an image for one chip has "
				"exactly its size; to cut one for a board's chips give -b BOARD "
				"(image-size)",
				(unsigned long long)size, chip);
	f->job[0].part = (struct img_range){ 0, size };
	return IMG_OK;
}

/* A larger chip than the board's (chip-size, allowed) is read from its start where there is a
 * descriptor, and up to its end where there is none. */
static uint64_t spare_below(const struct img_board *b, const struct job *job)
{
	const uint64_t is = job->info.geometry.size;

	return !b->density_count && is > job->board_size ? is - job->board_size : 0;
}

/* Each chip gets what follows the chips before it. */
static void cut_for_board(struct flash *f, uint64_t size)
{
	const struct img_board *b = f->board;
	uint64_t start = 0;
	size_t i, chip = 0;

	for (i = 0; i < f->jobs; i++) {
		struct job *job = &f->job[i];

		for (; chip < job->index; chip++)
			start += b->chip[chip].size;
		job->part.start = start < size ? start : size;
		job->part.size = size - job->part.start;
		if (job->part.size > job->board_size)
			job->part.size = job->board_size;
		job->place = b->place_low ? 0 : job->board_size - job->part.size;
		job->place += spare_below(b, job);
	}
}

static enum img_status cut_without_image(struct flash *f)
{
	if (f->board)
		cut_for_board(f, f->board->rom_size);
	else
		f->job[0].part = (struct img_range){ 0, f->job[0].info.geometry.size };
	return IMG_OK;
}

enum img_status flash_cut(struct flash *f)
{
	const struct img_board *b = f->board;
	uint64_t size;

	if (!f->image)
		return cut_without_image(f);
	size = img_size(f->image);
	f->about = f->options.file;
	if (f->options.backups && (!b || size != chips_size(b)))
		return restore_cut(f);
	if (!b)
		return cut_for_chip(f);
	/* What -r made is as large as the chips, which on some boards is more. */
	if (size != b->rom_size && size != chips_size(b))
		return img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
				"has %llu bytes, the image of a %s has %llu: give the whole image, "
				"each chip gets its part (image-size)", (unsigned long long)size,
				b->id, (unsigned long long)b->rom_size);
	cut_for_board(f, size);
	return IMG_OK;
}

static enum img_status disconnect_one(const struct flash *f, struct job *job)
{
	enum img_status st = IMG_OK, closed;

	(void)f;
	if (job->chip)
		st = chip_close(job->chip, &job->err);
	job->chip = NULL;
	if (job->bus) {
		closed = job->bus->close(job->bus, st == IMG_OK ? &job->err : NULL);
		st = st == IMG_OK ? closed : st;
	}
	job->bus = NULL;
	return st;
}

enum img_status flash_disconnect(struct flash *f)
{
	return flash_at_once(f, disconnect_one);
}

void flash_free_job(struct job *job)
{
	img_close(job->old);
	img_close(job->target);
	flash_safe_free(job);
	plan_free(&job->plan);
	bus_spec_free(&job->spec);
}

void flash_free(struct flash *f)
{
	size_t i;

	for (i = 0; i < f->jobs; i++)
		flash_free_job(&f->job[i]);
	bus_spec_free(&f->one);
	findings_free(&f->findings);
	img_close(f->image);
	img_close(f->contents);
	progress_line_free(f->line);
	board_close(f->board_);
	state_free(&f->state);
}

bool flash_complete(const struct flash *f)
{
	return !f->board || f->jobs == f->board->chip_count || (f->jobs && f->job[0].joined);
}
