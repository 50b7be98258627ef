/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flashprog or flashrom: finding it, and running it once. */
#ifndef PROGRAMMER_EXTERNAL_PROGRAM_H
#define PROGRAMMER_EXTERNAL_PROGRAM_H

#include "libimg/core/error.h"
#include "tools/programmer/external/answer.h"

struct program {
	char path[256];
	const char *name;	/* "flashprog" */
};

/*
 * The first of flashprog and flashrom that is in PATH, or where the tools of root are, which
 * is not in everybody's PATH. false: neither is.
 */
bool program_find(struct program *out);

struct program_run {
	const char *const *args;	/* behind its name, ends with NULL */
	unsigned seconds;		/* until it is stopped */
	bool awake;			/* the machine is not to go to sleep meanwhile */
	/* Told once when a signal came and the program is left to finish; NULL: nobody is. */
	void (*say)(void *ctx, const char *sentence);
	void *ctx;
};

/*
 * Runs it to its end, or to the first signal, or between interrupt_hold() and interrupt_catch() to
 * the second. *out is what it said, also after a failure; *status its exit status, -1:
 * it has none. IMG_E_TIMEOUT: it was stopped after so many seconds. IMG_E_IO: it could not be
 * started, or a signal ended it, or us.
 */
enum img_status program_run(const struct program *p, const struct program_run *run,
			    struct external_answer *out, int *status,
			    struct img_error *err) IMG_CHECKED;

/* Can logind be asked to keep the machine awake? */
bool program_can_stay_awake(void);

#endif
