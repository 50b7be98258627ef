/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is known of a machine's chips, for people at the bench and as JSON. */
#ifndef TOOLS_COMMON_HARDWARE_REPORT_H
#define TOOLS_COMMON_HARDWARE_REPORT_H

#include <stdio.h>

#include "libimg/core/board.h"
#include "tools/common/json.h"

#define HARDWARE_LINE 1024

/* Of a board's chip; NULL: not known, or the board has other chips than the hardware. */
const struct img_hardware_chip *hardware_chip(const struct img_board *b, size_t chip);

/*
 * "bottom, 8 MiB, SOIC-8, soldered; where it is; called SPI1 on the board": as far as known,
 * with models also which were seen there. Returns line, which has HARDWARE_LINE bytes.
 */
const char *hardware_chip_line(const struct img_board *b, size_t chip, bool models, char *line);

/* "3.3 V", or that it is not known, with what else is to be said of it. Likewise. */
const char *hardware_voltage_line(const struct img_hardware *h, char *line);

/* All of it. */
void hardware_print(FILE *to, unsigned width, const struct img_board *b);

/* Only the lines of how the board is made ready; its general rule where nothing is known. */
void hardware_print_power(FILE *to, unsigned width, const struct img_hardware *h);

/*
 * {"id":"…","name":"…","bus":"spi","voltage":3300 or null,"voltage_note":…,"supply":"…",
 *  "access":…,"select":…,"internal_vendor":…,"internal_coreboot":…,"protection":…,
 *  "chips":[{"package":["SOIC-8"],"fitted":"…","called":…,"where":…,"models":…,"access":…},…],
 *  "power":["…"],"other":[{"what":"…","holds":"…","size":N or null,"where":…,"note":…}],
 *  "keep":["…"],"remarks":["…"]}; what is not known is null, "unknown" or an empty list.
 */
json_t *hardware_json(const struct img_hardware *h);

#endif
