/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Talking with somebody who sits at the terminal. Questions go to standard error; answers
 * come from standard input where that is a terminal, else from the terminal itself.
 */
#ifndef FLASH_ASK_H
#define FLASH_ASK_H

#include <stdbool.h>
#include <stddef.h>

#include "libimg/core/error.h"

/* Is there somebody? Only where standard error is a terminal, too: a script is nobody. */
bool ask_possible(void);

/*
 * Prints the question and waits for a line, which comes without its end and cut to size.
 * What was typed before the question does not answer it. false: the end of the input, or a
 * signal.
 */
bool ask_line(const char *question, char *answer, size_t size);

#endif
