/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SIGINT, SIGTERM and SIGHUP become a wish to end: buses finish the command that is under
 * way, run() then fails, and on the way out the pins are released. A second signal of the
 * same kind ends the process at once.
 */
#ifndef PROGRAMMER_BUS_INTERRUPT_H
#define PROGRAMMER_BUS_INTERRUPT_H

#include <stdbool.h>

#include "libimg/core/error.h"

#define INTERRUPT_MANY 99

void interrupt_catch(void);
bool interrupt_pending(void);

/*
 * From here to interrupt_catch() no number of signals ends the process: for work that leaves a
 * machine without firmware when it is left half way. interrupt_count() is how many came, up to
 * INTERRUPT_MANY, and whoever holds decides what a second one means.
 */
void interrupt_hold(void);
bool interrupt_held(void);
int interrupt_count(void);

/* IMG_E_IO and the sentence when somebody wants an end, else IMG_OK. */
enum img_status interrupt_check(struct img_error *err) IMG_CHECKED;

#endif
