/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/external/chip.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/programmer/bus/interrupt.h"
#include "tools/programmer/external/state.h"

#define OURS "serprog, linux_spi, linux_mtd, dummy"
#define SECTOR 4096u	/* what is written at least; most chips erase no less */

static struct external_chip *external_of(struct chip *base)
{
	return (struct external_chip *)base;
}

static enum img_status close_chip(struct chip *base, struct img_error *err)
{
	struct external_chip *e = external_of(base);

	(void)err;
	if (e->contents >= 0)
		close(e->contents);
	free(e);
	return IMG_OK;
}

/* The parts of [at, at + len) that can be read. */
static size_t readable(const struct external_chip *e, uint64_t at, uint64_t len,
		       struct img_range range[2 * CHIP_GUARDS])
{
	const uint64_t end = at + len;
	size_t count = 0;
	uint64_t n;
	bool open;

	for (; at < end && count < 2 * CHIP_GUARDS; at += n) {
		n = chip_open_bytes(&e->base.info, at, false, &open);
		if (n > end - at)
			n = end - at;
		if (open)
			range[count++] = (struct img_range){ at, n };
	}
	return count;
}

/* What the program left in the file: all of the chip, or it did not do its work. */
static enum img_status check_file(const struct external_chip *e, int fd, struct img_error *err)
{
	const uint64_t size = e->base.info.geometry.size;
	struct stat s;

	if (fstat(fd, &s) < 0)
		return img_fail_errno(err, errno, "cannot look at what %s read", e->program.name);
	if ((uint64_t)s.st_size == size)
		return IMG_OK;
	return img_fail(err, IMG_E_IO, IMG_NOWHERE,
			"%s says that it read the chip, but what it left has %lld bytes and the "
			"chip %llu", e->program.name, (long long)s.st_size,
			(unsigned long long)size);
}

static enum img_status take_range(int fd, struct img_range range, uint64_t at,
				  struct img_span into, struct img_error *err)
{
	struct img_span part;
	size_t done = 0;
	ssize_t n;
	enum img_status st = img_span_slice(into, range.start - at, range.size, &part, err);

	while (st == IMG_OK && done < range.size) {
		n = pread(fd, img_span_bytes(part) + done, range.size - done,
			  (off_t)(range.start + done));
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			st = img_fail_errno(err, n ? errno : EIO, "cannot take what was read");
		else
			done += (size_t)n;
	}
	return st;
}

/* Everything from at to the end that can be read, in one run of the program; *fd is a file as
 * large as the chip, -1: nothing can be read. */
static enum img_status ask_for_rest(struct external_chip *e, uint64_t at, int *fd,
				    struct img_error *err)
{
	const uint64_t size = e->base.info.geometry.size;
	struct img_range range[2 * CHIP_GUARDS];
	const size_t count = readable(e, at, size - at, range);
	const bool all = count == 1 && range[0].size == size;
	struct external_job job = { .operation = "-r", .range = range, .count = all ? 0 : count };
	struct external_answer a;
	int status;
	enum img_status st;

	*fd = -1;
	if (!count)
		return IMG_OK;
	job.file = external_file();
	if (job.file < 0)
		return img_fail_errno(err, errno, "cannot make a file for what is read");
	st = external_ask(e, &job, &a, &status, err);
	if (st == IMG_OK && status)
		st = external_fail(e, &a, status, err);
	if (st == IMG_OK)
		st = check_file(e, job.file, err);
	if (st == IMG_OK)
		*fd = job.file;
	else
		close(job.file);
	return st;
}

static enum img_status take_from(const struct external_chip *e, int fd, uint64_t at,
				 struct img_span into, struct img_error *err)
{
	const uint64_t len = img_span_size(into);
	struct img_range range[2 * CHIP_GUARDS];
	const size_t count = fd < 0 ? 0 : readable(e, at, len, range);
	enum img_status st = img_span_fill(into, 0, len, 0xff, err);
	size_t i;

	for (i = 0; st == IMG_OK && i < count; i++)
		st = take_range(fd, range[i], at, into, err);
	return st;
}

static void forget_contents(struct external_chip *e)
{
	if (e->contents >= 0)
		close(e->contents);
	e->contents = -1;
	e->next = 0;
}

/* A reading from the beginning runs the program, for all of the chip: what follows of it is of
 * the same run. With its end the file, which takes the room of the chip, is let go of. */
static enum img_status read_chip(struct chip *base, uint64_t at, struct img_span into,
				 struct img_error *err)
{
	struct external_chip *e = external_of(base);
	enum img_status st = IMG_OK;
	int other = -1;

	if (at && at == e->next) {
		st = take_from(e, e->contents, at, into, err);
	} else if (!at) {
		forget_contents(e);
		st = ask_for_rest(e, 0, &e->contents, err);
		if (st == IMG_OK)
			st = take_from(e, e->contents, 0, into, err);
	} else {
		st = ask_for_rest(e, at, &other, err);
		if (st == IMG_OK)
			st = take_from(e, other, at, into, err);
		if (other >= 0)
			close(other);
		return st;
	}
	e->next = st == IMG_OK ? at + img_span_size(into) : 0;
	if (e->next == base->info.geometry.size)
		forget_contents(e);
	return st;
}

static enum img_status add_range(struct external_chip *e, uint64_t at, size_t size,
				 struct img_error *err)
{
	struct img_range *last = e->count ? &e->range[e->count - 1] : NULL;

	if (last && img_range_end(*last) == at)
		last->size += size;
	else if (e->count < EXTERNAL_RANGES)
		e->range[e->count++] = (struct img_range){ at, size };
	else
		return img_fail(err, IMG_E_SPACE, at, "a change in more than %d places",
				EXTERNAL_RANGES);
	return IMG_OK;
}

static enum img_status program_more(struct chip *base, uint64_t at, struct img_view bytes,
				    struct img_error *err)
{
	struct external_chip *e = external_of(base);
	const size_t size = img_view_size(bytes);
	size_t done = 0;
	ssize_t n;
	enum img_status st = add_range(e, at, size, err);

	if (st == IMG_OK && e->contents < 0) {
		e->contents = external_file();
		if (e->contents < 0 ||
		    ftruncate(e->contents, (off_t)base->info.geometry.size) < 0)
			st = img_fail_errno(err, errno, "cannot make a file for what is written");
	}
	while (st == IMG_OK && done < size) {
		n = pwrite(e->contents, img_view_data(bytes) + done, size - done,
			   (off_t)(at + done));
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			st = img_fail_errno(err, errno, "cannot keep what is to be written");
	}
	if (st != IMG_OK)
		e->count = 0;
	return st;
}

static enum img_status program_end(struct chip *base, struct img_error *err)
{
	struct external_chip *e = external_of(base);
	const struct external_job job = { .operation = "-w", .file = e->contents,
					  .range = e->range, .count = e->count, .change = true };
	struct external_answer a;
	int status;
	enum img_status st;

	if (!e->count)
		return IMG_OK;
	st = interrupt_check(err);
	if (st != IMG_OK)
		return st;
	base->changed = true;
	e->next = 0;
	st = external_ask(e, &job, &a, &status, err);
	e->count = 0;
	if (st == IMG_OK && status)
		st = external_fail(e, &a, status, err);
	return st;
}

static bool is_named(const struct chip *base, const char *name)
{
	const struct external_chip *e = (const struct external_chip *)base;

	/* It was asked for this one. */
	return !strcmp(base->info.name, name) || (*e->name && !strcmp(e->name, name));
}

static const struct chip_driver external_driver = {
	.close = close_chip,
	.read = read_chip,
	.program_more = program_more,
	.program_end = program_end,
	.is_named = is_named,
};

bool external_is_own(const char *kind)
{
	return !strcmp(kind, "internal");
}

static void take_guards(const struct external_answer *a, struct chip_info *info)
{
	size_t i;

	for (i = 0; i < a->count && info->guards < CHIP_GUARDS; i++) {
		struct chip_guard *g = &info->guard[info->guards];

		if (a->range[i].read && a->range[i].write)
			continue;
		g->range = a->range[i].range;
		g->read = a->range[i].read;
		g->write = a->range[i].write;
		memcpy(g->name, a->range[i].name, sizeof(g->name));
		info->guards++;
	}
}

/* A chip of that size, of which nothing is known but that the program writes it. */
static void describe(struct external_chip *e, const struct external_answer *a)
{
	struct chip_info *info = &e->base.info;

	snprintf(info->name, sizeof(info->name), "%s", a->name);
	snprintf(info->vendor, sizeof(info->vendor), "%s", a->vendor);
	info->at_once = true;
	info->geometry = (struct chip_geometry){
		.size = a->size, .program = CHIP_PROGRAM_ANY, .page = SECTOR,
	};
	take_guards(a, info);
}

/* Why there is no chip, in the order in which one would look for the reason. */
static enum img_status no_chip(const struct external_chip *e, const struct external_answer *a,
			       int status, struct img_error *err)
{
	const char *program = e->program.name;

	if (a->signs & ANSWER_NO_PROGRAMMER)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"unknown programmer \"%s\": it is none of ours (" OURS "), nor "
				"does %s know it", e->spec->kind, program);
	if (a->signs & ANSWER_NO_SUCH_CHIP)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"-c %s: %s has no such chip; %s -L names them", e->name, program,
				program);
	if (*a->several)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%s takes the chip for one of %s: read the name on the chip and "
				"give it with -c", program, a->several);
	if (a->signs & ANSWER_NOT_OPENED || a->signs & ANSWER_NO_PRIVILEGE)
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "%s cannot open programmer %s%s%s",
				program, e->spec->kind, *a->error ? ": " : "", a->error);
	if (a->signs & ANSWER_NO_CHIP)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"no chip answers %s: check the clip, the power and the wires",
				program);
	if (status)
		return external_fail(e, a, status, err);
	return img_fail(err, IMG_E_IO, IMG_NOWHERE,
			"%s ended with success and does not say which chip there is", program);
}

static enum img_status probe(struct external_chip *e, struct external_state *state,
			     struct img_error *err)
{
	const struct external_job job = { .operation = NULL };
	struct external_answer a;
	int status;
	enum img_status st = external_ask(e, &job, &a, &status, err);
	const bool found = st == IMG_OK && !status && a.size && !*a.several;

	if (found)
		describe(e, &a);
	if (e->own)
		machine_judge(&state->machine, &a, found ? &e->base.info : NULL, &state->verdict);
	if (st == IMG_OK && !found)
		st = no_chip(e, &a, status, err);
	if (st != IMG_OK && e->own && !*a.several && !state->verdict.can)
		img_error_prefix(err, "%s", state->verdict.text);
	if (st == IMG_OK && (a.more || (a.signs & ANSWER_RESTRICTED && !e->base.info.guards)))
		st = img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			      "%s says that some regions are closed, and not in words that are "
			      "known which (closed-regions): use a clip", e->program.name);
	return st;
}

static enum img_status begin(struct external_chip *e, const struct bus_spec *spec,
			     const struct external_options *options, struct external_state *state,
			     struct img_error *err)
{
	e->base.driver = &external_driver;
	e->spec = spec;
	e->options = options;
	e->contents = -1;
	e->own = state->own = external_is_own(spec->kind);
	if (options->chip)
		snprintf(e->name, sizeof(e->name), "%s", options->chip);
	if (!program_find(&e->program))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"unknown programmer \"%s\": it is none of ours (" OURS "), and "
				"neither flashprog nor flashrom is installed, which would be "
				"asked then", spec->kind);
	snprintf(state->program, sizeof(state->program), "%s", e->program.name);
	if (e->own)
		machine_look(options->root ? options->root : "", &state->machine);
	return probe(e, state, err);
}

enum img_status external_open(const struct bus_spec *spec, const struct external_options *options,
			      struct external_state *state, struct chip **out,
			      struct img_error *err)
{
	struct external_chip *e = calloc(1, sizeof(*e));
	enum img_status st;

	*state = (struct external_state){ 0 };
	if (!e)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = begin(e, spec, options, state, err);
	if (st == IMG_OK)
		*out = &e->base;
	else
		free(e);
	return st;
}
