/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of C on standard output, for the table that compile-boards makes. */
#ifndef TOOLS_COMMON_GEN_PUT_H
#define TOOLS_COMMON_GEN_PUT_H

#include "libimg/core/hardware.h"

void put_string(const char *text);	/* a literal, or NULL */
void put_field(const char *name, const char *text);	/* ", .name = ..."; nothing for NULL */
void put_hardware(const struct img_hardware *h);	/* one row of hardware_table */

#endif
