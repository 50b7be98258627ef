/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of external/: what its files share. */
#ifndef PROGRAMMER_EXTERNAL_STATE_H
#define PROGRAMMER_EXTERNAL_STATE_H

#include "tools/programmer/chip/driver.h"
#include "tools/programmer/external/chip.h"
#include "tools/programmer/external/program.h"

#define EXTERNAL_RANGES 4096	/* 4 KiB sectors of 16 MiB; no change has more pieces */

struct external_chip {
	struct chip base;
	const struct bus_spec *spec;
	const struct external_options *options;
	struct program program;
	bool own;
	char name[256];		/* of the chip, for -c; "": not needed */
	int contents;		/* file of what was read last and is to be written; -1: none */
	uint64_t next;		/* reading that goes on here takes what is in it; 0: none does */
	size_t count;
	struct img_range range[EXTERNAL_RANGES];	/* to be written */
};

/* What is asked of the program. */
struct external_job {
	const char *operation;	/* "-r", "-w"; NULL: to say what is there */
	int file;		/* of contents */
	const struct img_range *range;
	size_t count;		/* of range; 0: all of the chip */
	bool change;
};

/* One run. *a is what it said, *status its exit status; errors as program_run(). */
enum img_status external_ask(struct external_chip *e, const struct external_job *job,
			     struct external_answer *a, int *status,
			     struct img_error *err) IMG_CHECKED;

/* An anonymous file; -1 and errno. */
int external_file(void);

/* The sentence for a run that ended with a status that is not 0. */
enum img_status external_fail(const struct external_chip *e, const struct external_answer *a,
			      int status, struct img_error *err);

#endif
