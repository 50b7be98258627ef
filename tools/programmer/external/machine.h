/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine this runs on, when its own flash is to be written: what the kernel tells of it,
 * and what follows from that. Read below one directory, where a test has a machine of its own:
 *
 *	sys/class/dmi/id/{sys_vendor,product_name,product_version,board_vendor,board_name}
 *	sys/class/power_supply/NAME/{type,scope,online,capacity}
 *	sys/kernel/security/lockdown	"none [integrity] confidentiality"
 *	proc/cmdline			iomem=relaxed
 *	dev/mem
 */
#ifndef PROGRAMMER_EXTERNAL_MACHINE_H
#define PROGRAMMER_EXTERNAL_MACHINE_H

#include "tools/programmer/chip/chip.h"
#include "tools/programmer/external/answer.h"

#define MACHINE_TEXT 64
#define MACHINE_BATTERY_MIN 30	/* percent; more is enough for a write */

enum machine_name { MACHINE_VENDOR, MACHINE_PRODUCT, MACHINE_VERSION, MACHINE_BOARD_VENDOR,
		    MACHINE_BOARD, MACHINE_NAMES };

struct machine {
	bool privileged;	/* the user is root */
	char name[MACHINE_NAMES][MACHINE_TEXT];	/* by DMI; "": not said */
	bool memory;		/* there is a /dev/mem */
	bool relaxed;		/* iomem=relaxed */
	char lockdown[24];	/* "integrity"; "": none, or not said */
	bool mains;		/* an adapter is on line */
	bool battery;
	unsigned percent;	/* of the fullest battery */
};

/* root: "" for the machine itself. Cannot fail: what is not there is not said. */
void machine_look(const char *root, struct machine *out);

struct machine_verdict {
	bool can;		/* be written, at least some of it */
	char text[768];		/* "this machine can be written internally, because ..." */
};

/*
 * What the kernel, the chipset and the descriptor make of writing. a: what the program said of
 * it; info: of the chip, NULL: none was found.
 */
void machine_judge(const struct machine *m, const struct external_answer *a,
		   const struct chip_info *info, struct machine_verdict *out);

/* Will the power last for a write? The sentence says what to do; NULL: it will. */
const char *machine_power(const struct machine *m, char text[160]);

/*
 * Is this the machine that coreboot calls so? True also when the machine does not say what it
 * is. Words that DMI has beside each other ("LENOVO", "ThinkPad X230") are compared whatever
 * their case; a part name may be the product, its version or the board.
 */
bool machine_is(const struct machine *m, const char *vendor, const char *part);

#endif
