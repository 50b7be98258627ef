/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What rom-flash says of chips, plans and results, as text or as one JSON object. */
#ifndef FLASH_SAY_REPORT_H
#define FLASH_SAY_REPORT_H

#include "tools/flash/job.h"

/* The answer, on standard output (standard error where that takes the image). */
enum img_status report_result(const struct flash *f, struct img_error *err) IMG_CHECKED;

/* Names of the table: --list-chips. */
enum img_status report_parts(bool json, struct img_error *err) IMG_CHECKED;

/* What is attached: --list. */
enum img_status report_ports(bool json, struct img_error *err) IMG_CHECKED;

/*
 * Adds to the sentence in f->err in what state the chips were left. Returns true when one
 * of them was changed and is not verified.
 */
bool report_state(struct flash *f);

#endif
