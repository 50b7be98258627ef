/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A flash chip that the kernel has a driver for: /dev/mtdN. It offers blocks to erase and bytes
 * to program, no commands and no status; two chips of a board may be one such device. Described
 * by files in /sys/class/mtd/mtdN:
 *
 *	type			"nor", or it is none of ours
 *	size, erasesize		bytes, decimal
 *	flags			0x400 it can be written, 0x1000 it needs no erase (that is no NOR)
 *	numeraseregions		0: all blocks have the erasesize
 *	name			"spi0.0", "BIOS"
 *
 * Blocks are erased by MEMERASE, one at a time; MEMISLOCKED tells which are protected, MEMUNLOCK
 * and MEMLOCK change that.
 */
#ifndef PROGRAMMER_MTD_MTD_H
#define PROGRAMMER_MTD_MTD_H

#include "tools/programmer/bus/spec.h"
#include "tools/programmer/chip/chip.h"

#define MTD_KIND "linux_mtd"

/*
 * Takes dev=N, 0 where it is not given. *out is the caller's: chip_close(), which locks again
 * what chip_unlock() found locked.
 * IMG_E_USAGE: a parameter. IMG_E_ABSENT: there is no such device. IMG_E_UNSUPPORTED: it is no
 * NOR flash with blocks of one size. IMG_E_IO: it cannot be opened.
 */
enum img_status mtd_open(const struct bus_spec *spec, struct chip **out,
			 struct img_error *err) IMG_CHECKED;

#endif
