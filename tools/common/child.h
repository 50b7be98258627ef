/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Another program: run without a shell, for a limited time, its output kept. */
#ifndef TOOLS_COMMON_CHILD_H
#define TOOLS_COMMON_CHILD_H

#include <stdbool.h>
#include <stddef.h>

#include "libimg/core/error.h"

#define CHILD_OUTPUT_MAX 32768	/* bytes of each of its two outputs */

struct child {
	const char *const *argv;	/* argv[0] is looked for in PATH; ends with NULL */
	const int *fds;			/* what it finds as its descriptors 3, 4, ... */
	size_t fd_count;
	unsigned seconds;		/* until it is stopped */

	/*
	 * For one that is at work on something: it is in a process group of its own, so that
	 * the terminal's signals reach only us. It is asked to end (SIGTERM) and killed, with all
	 * that it started, only CHILD_GRACE seconds later. However much it says it is let finish:
	 * the beginning and the end are kept.
	 */
	bool working;
	/* Asked several times a second while it runs; false: stop it. NULL: nobody asks. */
	bool (*go_on)(void *ctx);
	void *ctx;
};

#define CHILD_GRACE 5

/* What it said, as text: behind a NUL byte of its own nothing is seen. */
struct child_result {
	int status;			/* exit status */
	char out[CHILD_OUTPUT_MAX + 1];
	char err[CHILD_OUTPUT_MAX + 1];
};

/*
 * Waits for its end. Standard input is empty, the environment is ours, and of the descriptors that
 * are close-on-exec, as all of ours are, it has only those given. IMG_E_ABSENT: no such program.
 * IMG_E_TIMEOUT: it took too long and was killed. IMG_E_SPACE: it said too much, likewise.
 * IMG_E_IO: it could not be started, was stopped, or was killed by a signal; the sentence has its
 * name. What it said until then is in *out, unless it could not be started.
 */
enum img_status child_run(const struct child *c, struct child_result *out, struct img_error *err)
	IMG_CHECKED;

#endif
