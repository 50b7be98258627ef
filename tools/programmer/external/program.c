/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/external/program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/child.h"
#include "tools/programmer/bus/interrupt.h"

#define ARGS_MAX 8200	/* two for each of the ranges there can be, and a few */

static const char *const inhibit[] = {
	"systemd-inhibit", "--what=sleep:idle:shutdown:handle-lid-switch", "--mode=block",
	"--who=rom-flash", "--why=The firmware is being written",
};

#define INHIBIT_ARGS (sizeof(inhibit) / sizeof(inhibit[0]))

static bool is_program(const char *directory, size_t len, const char *name, char path[256])
{
	const int n = snprintf(path, 256, "%.*s/%s", (int)len, directory, name);

	return len && n > 0 && n < 256 && access(path, X_OK) == 0;
}

static bool in_path(const char *list, const char *name, char path[256])
{
	size_t len;

	for (;; list += len + 1) {
		len = strcspn(list, ":");
		if (is_program(list, len, name, path))
			return true;
		if (!list[len])
			return false;
	}
}

bool program_find(struct program *out)
{
	static const char *const names[] = { "flashprog", "flashrom" };
	const char *path = getenv("PATH");
	size_t i;

	for (i = 0; i < 2; i++) {
		out->name = names[i];
		if ((path && in_path(path, names[i], out->path)) ||
		    in_path("/usr/local/sbin:/usr/sbin:/sbin", names[i], out->path))
			return true;
	}
	return false;
}

struct patience {
	const struct program_run *run;
	bool said;
};

/* A signal ends reading at once; who holds signals goes on until a second one insists. */
static bool go_on(void *ctx)
{
	struct patience *p = ctx;

	if (!interrupt_count())
		return true;
	if (!interrupt_held() || interrupt_count() > 1)
		return false;
	if (!p->said && p->run->say)
		p->run->say(p->run->ctx, "half a write is worse than a whole one, so it goes on to "
				     "its end; a second signal stops it");
	p->said = true;
	return true;
}

bool program_can_stay_awake(void)
{
	const char *argv[INHIBIT_ARGS + 2];
	struct child_result result;
	const struct child c = { .argv = argv, .seconds = 10 };

	memcpy(argv, inhibit, sizeof(inhibit));
	argv[INHIBIT_ARGS] = "true";
	argv[INHIBIT_ARGS + 1] = NULL;
	return child_run(&c, &result, NULL) == IMG_OK && !result.status;
}

/* *out is the caller's to free. */
static enum img_status make_argv(const struct program *p, const struct program_run *run,
				 const char ***out, struct img_error *err)
{
	const char **argv = calloc(ARGS_MAX + INHIBIT_ARGS + 2, sizeof(*argv));
	size_t n = 0, i;

	if (!argv)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	for (i = 0; run->awake && i < INHIBIT_ARGS; i++)
		argv[n++] = inhibit[i];
	argv[n++] = p->path;
	for (i = 0; run->args[i] && i < ARGS_MAX; i++)
		argv[n++] = run->args[i];
	*out = argv;
	if (!run->args[i])
		return IMG_OK;
	free(argv);
	*out = NULL;
	return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "too many arguments for %s", p->name);
}

enum img_status program_run(const struct program *p, const struct program_run *run,
			    struct external_answer *out, int *status, struct img_error *err)
{
	struct patience patience = { run, false };
	struct child c = { .seconds = run->seconds, .working = true, .go_on = go_on,
			   .ctx = &patience };
	struct child_result *result = calloc(1, sizeof(*result));
	const char **argv = NULL;
	enum img_status st;

	*status = -1;
	*out = (struct external_answer){ 0 };
	if (!result)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = make_argv(p, run, &argv, err);
	if (st == IMG_OK) {
		c.argv = argv;
		st = child_run(&c, result, err);
		answer_parse(result->out, result->err, out);
	}
	if (st == IMG_OK)
		*status = result->status;
	else if (interrupt_count() && st == IMG_E_IO)
		st = img_fail(err, IMG_E_IO, IMG_NOWHERE, "interrupted, and %s was stopped",
			      p->name);
	free(argv);
	free(result);
	return st;
}
