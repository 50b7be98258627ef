/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The command lines of flashprog and flashrom, which are the same. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tools/programmer/external/state.h"

#define FIXED_ARGS 16
#define REGION_NAME 12		/* "r4095" */
#define LINE_MAX_ 48		/* of a layout */
#define START_SECONDS 120	/* to find the chip, and whatever else does not grow with it */
#define WRITE_TIMES 3		/* a write erases, programs and reads */

/* These take hours for what the others do in minutes. */
static const char *const slow[] = { "buspirate_spi", "pickit2_spi", "rayer_spi", "pony_spi",
				    "linux_gpio_spi", "linux_gpio2_spi", "usbblaster_spi" };

struct command {
	char file[40], layout[40];
	int layout_fd;
	char (*name)[REGION_NAME];
	const char **args;
	size_t n;
};

int external_file(void)
{
	return memfd_create("romwright", MFD_CLOEXEC);
}

/* Not through a descriptor of its own, which a program in between might close. */
static void put_path(char path[40], int fd)
{
	snprintf(path, 40, "/proc/%ld/fd/%d", (long)getpid(), fd);
}

static void add(struct command *c, const char *arg)
{
	c->args[c->n++] = arg;
}

static enum img_status write_layout(struct command *c, const struct external_job *job,
				    struct img_error *err)
{
	char line[LINE_MAX_];
	size_t i;
	int n;

	c->layout_fd = external_file();
	if (c->layout_fd < 0)
		return img_fail_errno(err, errno, "cannot make a layout");
	for (i = 0; i < job->count; i++) {
		n = snprintf(line, sizeof(line), "%08llx:%08llx %s\n",
			     (unsigned long long)job->range[i].start,
			     (unsigned long long)img_range_end(job->range[i]) - 1, c->name[i]);
		if (write(c->layout_fd, line, (size_t)n) != n)
			return img_fail_errno(err, errno, "cannot write a layout");
	}
	put_path(c->layout, c->layout_fd);
	return IMG_OK;
}

static enum img_status add_layout(struct command *c, const struct external_job *job,
				  struct img_error *err)
{
	enum img_status st;
	size_t i;

	if (!job->count)
		return IMG_OK;
	c->name = calloc(job->count, REGION_NAME);
	if (!c->name)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	for (i = 0; i < job->count; i++)
		snprintf(c->name[i], REGION_NAME, "r%u", (unsigned)i);
	st = write_layout(c, job, err);
	if (st != IMG_OK)
		return st;
	add(c, "-l");
	add(c, c->layout);
	for (i = 0; i < job->count; i++) {
		add(c, "-i");
		add(c, c->name[i]);
	}
	return IMG_OK;
}

static enum img_status make_command(const struct external_chip *e, const struct external_job *job,
				    struct command *c, struct img_error *err)
{
	c->args = calloc(FIXED_ARGS + 2 * job->count, sizeof(*c->args));
	if (!c->args)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	add(c, "-p");
	add(c, e->spec->whole);
	if (*e->name) {
		add(c, "-c");
		add(c, e->name);
	}
	if (!job->operation)
		return IMG_OK;
	put_path(c->file, job->file);
	add(c, job->operation);
	add(c, c->file);
	/* What it would read back we read back ourselves. */
	if (job->change)
		add(c, "-n");
	return add_layout(c, job, err);
}

static unsigned seconds(const struct external_chip *e, bool change)
{
	uint64_t per_second = e->own ? 32768 : 16384;
	size_t i;

	if (e->options->seconds)
		return e->options->seconds;
	for (i = 0; i < sizeof(slow) / sizeof(slow[0]); i++)
		if (!strcmp(e->spec->kind, slow[i]))
			per_second = 2048;
	return START_SECONDS + (unsigned)(e->base.info.geometry.size / per_second) *
				       (change ? WRITE_TIMES : 1);
}

enum img_status external_ask(struct external_chip *e, const struct external_job *job,
			     struct external_answer *a, int *status, struct img_error *err)
{
	struct command c = { .layout_fd = -1 };
	struct program_run run = { .seconds = seconds(e, job->change), .say = e->options->say,
				   .ctx = e->options->ctx };
	enum img_status st = make_command(e, job, &c, err);

	*a = (struct external_answer){ 0 };
	*status = -1;
	if (st == IMG_OK) {
		run.args = c.args;
		run.awake = job->change && e->own && program_can_stay_awake();
		st = program_run(&e->program, &run, a, status, err);
	}
	if (c.layout_fd >= 0)
		close(c.layout_fd);
	free(c.name);
	free(c.args);
	return st;
}

enum img_status external_fail(const struct external_chip *e, const struct external_answer *a,
			      int status, struct img_error *err)
{
	return img_fail(err, IMG_E_IO, IMG_NOWHERE, "%s failed (exit status %d)%s%s",
			e->program.name, status, *a->error ? ": " : " and gives no reason",
			a->error);
}
