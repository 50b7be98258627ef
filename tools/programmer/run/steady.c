/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/steady.h"

#define TRIES 4

enum img_status steady_give_up(struct img_error *err)
{
	if (err)
		err->status = IMG_E_IO;
	return IMG_E_IO;
}

enum img_status steady_read(struct chip *chip, uint64_t at, struct img_span into,
			    struct img_error *err)
{
	enum img_status st;
	unsigned i;

	for (i = 0; i < TRIES; i++) {
		st = chip_read(chip, at, into, err);
		if (st != IMG_E_CORRUPT)
			return st;
	}
	return steady_give_up(err);
}
