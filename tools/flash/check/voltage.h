/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The supply of the chip that answers, against what it is given. */
#ifndef FLASH_CHECK_VOLTAGE_H
#define FLASH_CHECK_VOLTAGE_H

#include "tools/flash/job.h"

/* "1.8" or "3.3", with V or without, into millivolts; false: something else. */
bool voltage_parse(const char *text, unsigned *millivolts);

/*
 * IMG_E_REFUSED (voltage): a chip for 1.8 V without --voltage=1.8, one that is not for what
 * --voltage says, or an id that chips of both voltages have and nothing that tells which.
 * A machine that powers its own chip is not asked.
 */
enum img_status voltage_check(const struct flash *f, const struct job *job,
			      struct img_error *err) IMG_CHECKED;

#endif
