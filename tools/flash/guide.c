/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/guide.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tools/common/hardware_report.h"
#include "tools/common/wrap.h"
#include "tools/flash/ask.h"
#include "tools/flash/check/recognise.h"

#define ANSWER 32

struct guide {
	struct flash *f;
	guide_fn *operate;
	unsigned width;
	unsigned done;		/* bits of the chips that are finished */
	bool begun[IMG_BOARD_CHIPS];
	struct job kept[IMG_BOARD_CHIPS];	/* by chip, without spec */
	const char *kind;
	enum img_status failed;	/* the first answer that was no ... */
	struct img_error err;	/* ... in words */
	const char *about;
};

/* What became of a clip that was put on. */
enum turn { TURN_DONE, TURN_AGAIN, TURN_OVER };

static IMG_PRINTF(3, 4) void say(const struct guide *g, const char *first, const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	wrap_lines(stderr, g->width, 0, first, text);
}

static const char *chip_name(const struct guide *g, size_t i)
{
	return g->f->board->chip[i].name;
}

static bool is_done(const struct guide *g, size_t i)
{
	return g->done >> i & 1u;
}

static bool all_done(const struct guide *g)
{
	return g->done == (1u << g->f->board->chip_count) - 1;
}

/* --- what is said ------------------------------------------------------------------------- */

static void introduce(const struct guide *g)
{
	const struct img_board *b = g->f->board;
	char line[HARDWARE_LINE];

	say(g, "", "%s has %zu chips and there is one programmer: they are done one after the "
	    "other, and which one the clip is on is found out.", b->id, b->chip_count);
	if (b->hardware && b->hardware->access)
		wrap_print(stderr, g->width, "access", b->hardware->access);
	wrap_print(stderr, g->width, "voltage", hardware_voltage_line(b->hardware, line));
	hardware_print_power(stderr, g->width, b->hardware);
	if (b->hardware && b->hardware->select)
		wrap_print(stderr, g->width, "other's CS#", b->hardware->select);
	snprintf(line, sizeof(line), "rom-flash --wiring -b %s prints the pins and the rules",
		 b->id);
	wrap_print(stderr, g->width, "wiring", line);
}

/* Which chip comes next; any other that is not done will do as well. */
static void say_next(const struct guide *g)
{
	char line[HARDWARE_LINE];
	bool first = true;
	size_t i;

	for (i = 0; i < g->f->board->chip_count; i++) {
		if (is_done(g, i))
			continue;
		say(g, first ? "\nClip onto " : "or first onto ", "%s",
		    hardware_chip_line(g->f->board, i, false, line));
		first = false;
	}
}

static void say_finished(const struct guide *g, size_t i)
{
	static const char *const words[] = {
		[FLASH_READ] = "is read", [FLASH_VERIFY] = "is compared",
		[FLASH_ERASE] = "is erased", [FLASH_WRITE] = "is written",
	};
	const enum operation op = g->f->options.operation;

	say(g, "", "%s %s%s. Power off first, then take the clip off.", chip_name(g, i),
	    g->f->options.dry_run ? "is looked at" : words[op],
	    op == FLASH_WRITE && g->kept[i].result.verified ? " and verified" : "");
}

static void say_error(const struct guide *g, const struct img_error *err)
{
	if (err->at == IMG_NOWHERE)
		say(g, "! ", "%s", err->text);
	else
		say(g, "! ", "0x%08llx: %s", (unsigned long long)err->at, err->text);
}

/* --- what is asked ------------------------------------------------------------------------ */

/* false: the user wants to leave. */
static bool wait_for_clip(const struct guide *g)
{
	char answer[ANSWER];

	(void)g;
	do
		if (!ask_line("Clip on, power on? Enter goes on, q leaves: ", answer,
			      sizeof(answer)) || !strcmp(answer, "q"))
			return false;
	while (*answer);
	return true;
}

/* The user's word for what nothing else tells; false: none. */
static bool ask_which(const struct guide *g, const struct recognised *r, size_t *index)
{
	char question[256], answer[ANSWER];
	size_t i, used;

	say(g, "? ", "Which chip is this? It cannot be told: %s. Look at the board, and type its "
	    "name only if you are sure.", r->why);
	used = (size_t)snprintf(question, sizeof(question), "Name (");
	for (i = 0; i < g->f->board->chip_count; i++)
		if (r->possible >> i & 1u && !is_done(g, i))
			used += (size_t)snprintf(question + used, sizeof(question) - used, "%s, ",
						 chip_name(g, i));
	snprintf(question + used, sizeof(question) - used, "or nothing): ");
	if (!ask_line(question, answer, sizeof(answer)))
		return false;
	for (i = 0; i < g->f->board->chip_count; i++)
		if (r->possible >> i & 1u && !is_done(g, i) && !strcmp(answer, chip_name(g, i))) {
			*index = i;
			return true;
		}
	say(g, "", "Nothing was done to this chip.");
	return false;
}

/* --- one clip ----------------------------------------------------------------------------- */

static struct job *current(struct guide *g)
{
	return &g->f->job[0];
}

/* The chip is let go of; what else the job has stays. */
static void let_go(struct guide *g)
{
	struct img_error err = g->f->err;
	const char *about = g->f->about;

	if (flash_disconnect(g->f) != IMG_OK)
		say_error(g, &g->f->err);
	g->f->err = err;
	g->f->about = about;
}

static void begin_job(struct guide *g)
{
	*current(g) = (struct job){ .name = g->kind, .spec = g->f->one };
	g->f->jobs = 1;
}

/* Keeps the job as that of a chip, instead of what was tried before. */
static void keep_job(struct guide *g, size_t i)
{
	struct job *job = current(g);

	job->spec = (struct bus_spec){ 0 };
	if (g->begun[i])
		flash_free_job(&g->kept[i]);
	g->kept[i] = *job;
	g->begun[i] = true;
	g->f->jobs = 0;
}

static void drop_job(struct guide *g)
{
	let_go(g);
	current(g)->spec = (struct bus_spec){ 0 };
	flash_free_job(current(g));
	g->f->jobs = 0;
}

/* Finds out which chip it is, or has the user say so. *index is one that is not done. */
static enum turn find_index(struct guide *g, size_t *index)
{
	struct recognised r;

	if (recognise(g->f, current(g), &r, &g->f->err) != IMG_OK) {
		say_error(g, &g->f->err);
		return TURN_AGAIN;
	}
	if (r.sure && is_done(g, r.index)) {
		say(g, "! ", "This is %s again (%s), which is finished: the clip has to go onto "
		    "the other chip.", chip_name(g, r.index), r.why);
		return TURN_AGAIN;
	}
	if (!r.sure)
		return ask_which(g, &r, index) ? TURN_DONE : TURN_AGAIN;
	*index = r.index;
	say(g, "", "This is %s: %s.", chip_name(g, r.index), r.why);
	return TURN_DONE;
}

/*
 * The chip's work. A chip that holds something else than it should is an answer, and the
 * next one is asked; anything else that fails can be tried again, after a look at the clip.
 */
static enum turn work_on(struct guide *g, size_t index)
{
	struct flash *f = g->f;
	struct job *job = current(g);
	enum img_status st;

	job->index = index;
	job->name = chip_name(g, index);
	job->board_size = f->board->chip[index].size;
	st = f->image ? flash_cut(f) : IMG_OK;
	if (st == IMG_OK)
		st = g->operate(f);
	let_go(g);
	keep_job(g, index);
	if (st == IMG_OK || st == IMG_E_MISMATCH) {
		g->done |= 1u << index;
		if (st != IMG_OK && g->failed == IMG_OK) {
			g->failed = st;
			g->err = f->err;
			g->about = f->about;
		}
		if (st != IMG_OK)
			say_error(g, &f->err);
		say_finished(g, index);
		return TURN_DONE;
	}
	say_error(g, &f->err);
	if (st == IMG_E_REFUSED && !strstr(f->err.text, "(unstable-read)"))
		return TURN_OVER;
	if (g->kept[index].result.changed)
		say(g, "! ", "%s was changed and is not finished: leave the machine off, put the "
		    "clip back, and it goes on from there.", chip_name(g, index));
	return TURN_AGAIN;
}

static bool is_of_the_wire(const struct job *job, enum img_status st)
{
	return st == IMG_E_ABSENT || st == IMG_E_CORRUPT || st == IMG_E_UNSUPPORTED ||
	       st == IMG_E_TIMEOUT || (st == IMG_E_IO && job->bus);
}

/* A chip that does not answer is a clip that does not sit; a programmer that is not there
 * ends it all. */
static enum turn take_turn(struct guide *g)
{
	struct flash *f = g->f;
	enum turn turn;
	size_t index;

	begin_job(g);
	if (flash_connect(f) != IMG_OK) {
		turn = is_of_the_wire(current(g), f->err.status) ? TURN_AGAIN : TURN_OVER;
		if (turn == TURN_AGAIN)
			say_error(g, &f->err);
		drop_job(g);
		return turn;
	}
	turn = find_index(g, &index);
	if (turn == TURN_DONE)
		return work_on(g, index);
	drop_job(g);
	return turn;
}

/* --- all of them -------------------------------------------------------------------------- */

/* The jobs that were begun, where report and finish look for them. */
static void put_back(struct guide *g)
{
	struct flash *f = g->f;
	size_t i;

	f->jobs = 0;
	for (i = 0; i < f->board->chip_count; i++)
		if (g->begun[i])
			f->job[f->jobs++] = g->kept[i];
}

static enum img_status fail_left(struct guide *g)
{
	char left[128] = "";
	size_t i, used = 0;

	for (i = 0; i < g->f->board->chip_count; i++)
		if (!is_done(g, i))
			used += (size_t)snprintf(left + used, sizeof(left) - used, "%s%s",
						 used ? " and " : "", chip_name(g, i));
	g->f->about = NULL;
	return img_fail(&g->f->err, IMG_E_IO, IMG_NOWHERE, "left before the end: %s remain%s; the "
			"same command again asks for the clip anew", left,
			strstr(left, " and ") ? "" : "s");
}

static enum img_status guide_run(struct flash *f, guide_fn *operate)
{
	struct guide g = { .f = f, .operate = operate, .width = wrap_width(stderr),
			   .kind = f->job[0].name };
	enum img_status st = IMG_OK;
	enum turn turn = TURN_DONE;

	f->one = f->job[0].spec;
	introduce(&g);
	while (st == IMG_OK && !all_done(&g)) {
		if (turn == TURN_DONE)
			say_next(&g);
		if (!wait_for_clip(&g)) {
			st = fail_left(&g);
			break;
		}
		turn = take_turn(&g);
		if (turn == TURN_OVER)
			st = f->err.status;
	}
	put_back(&g);
	if (st == IMG_OK && g.failed != IMG_OK) {
		f->err = g.err;
		f->about = g.about;
		st = g.failed;
	}
	return st;
}

enum img_status guide_each(struct flash *f, guide_fn *operate)
{
	return f->guided ? guide_run(f, operate) : operate(f);
}

enum img_status guide_probe(struct flash *f)
{
	struct recognised r;
	struct job *job = &f->job[0];
	enum img_status st = recognise(f, job, &r, &f->err);

	if (st != IMG_OK)
		return st;
	if (!r.sure) {
		diag_note(&f->diag, job->name, "which chip of %s this is cannot be told: %s",
			  f->board->id, r.why);
		return IMG_OK;
	}
	job->index = r.index;
	job->name = f->board->chip[r.index].name;
	job->board_size = f->board->chip[r.index].size;
	diag_note(&f->diag, job->name, "this is what the clip is on: %s", r.why);
	return IMG_OK;
}
