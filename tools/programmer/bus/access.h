/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PROGRAMMER_BUS_ACCESS_H
#define PROGRAMMER_BUS_ACCESS_H

#include "libimg/core/error.h"

/* Why a node could not be opened (an errno); where it is the right to do so, the sentence
 * names the group that has it, which is the most common first failure. Returns IMG_E_IO. */
enum img_status access_fail(const char *path, int why, struct img_error *err);

#endif
