/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What flashprog and flashrom say, read as far as it is needed. The lines that are looked for,
 * wherever they begin (sources of flashrom 1.3 and 1.8, flashprog 1.4):
 *
 *	Found VENDOR flash chip "NAME" (N kB, BUS) ...
 *	Multiple flash chip definitions match the detected chip(s): "A", "B"
 *	FREG2: Management Engine region (0x00003000-0x004fffff) is locked.
 *	PR0: Warning: 0x00780000-0x007fffff is read-only.		also GPR0
 *
 * and sentences, by what is particular in them (answer.c). All of it is what another program
 * printed, so nothing here is relied on beyond what would make us stop.
 */
#ifndef PROGRAMMER_EXTERNAL_ANSWER_H
#define PROGRAMMER_EXTERNAL_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "libimg/core/range.h"

#define ANSWER_RANGES 48	/* 32 regions and the protected ranges */

/* Signs in the output, as bits of struct external_answer.signs. */
enum answer_sign {
	ANSWER_NO_CHIP = 1 << 0,		/* no flash device found */
	ANSWER_NO_PROGRAMMER = 1 << 1,		/* it does not know this programmer */
	ANSWER_NO_SUCH_CHIP = 1 << 2,		/* it does not know the chip named by -c */
	ANSWER_NOT_OPENED = 1 << 3,		/* the programmer could not be opened */
	ANSWER_NO_PRIVILEGE = 1 << 4,		/* the kernel gives no access to I/O ports */
	ANSWER_NO_MEMORY = 1 << 5,		/* the kernel does not let it map /dev/mem */
	ANSWER_SMM = 1 << 6,			/* the firmware guards the BIOS region by SMM */
	ANSWER_BIOS_CONTROL = 1 << 7,		/* writing cannot be enabled */
	ANSWER_STRAP = 1 << 8,			/* the descriptor's permissions are not in effect */
	ANSWER_RESTRICTED = 1 << 9,		/* some regions are not accessible */
	ANSWER_OTHER_BOARD = 1 << 10,		/* the image is for another board */
	ANSWER_UNTOUCHED = 1 << 11,		/* nothing seems to have changed */
	ANSWER_UNKNOWN_STATE = 1 << 12,		/* the chip is in an unknown state */
	ANSWER_NO_CHIPSET = 1 << 13,		/* no chipset that it knows */
};

struct answer_range {
	struct img_range range;
	bool read, write;	/* what is allowed */
	bool region;		/* of the descriptor; else a protected range */
	char name[40];		/* "Management Engine", "PR0" */
};

struct external_answer {
	char vendor[40];
	char name[256];		/* of the chip; "": none was found */
	uint64_t size;		/* bytes; 0: not said */
	char several[512];	/* names that fit, as they were printed; "": one */
	unsigned signs;
	size_t count;
	struct answer_range range[ANSWER_RANGES];
	bool more;		/* there were more than ANSWER_RANGES */
	char error[200];	/* the first line that looks like a reason; "": none */
};

/* out, err: what came on its two outputs. */
void answer_parse(const char *out, const char *err, struct external_answer *a);

#endif
