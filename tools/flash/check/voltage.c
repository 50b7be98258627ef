/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/voltage.h"

#include <string.h>

#define USUAL 3300u		/* what programmers give by themselves */

bool voltage_parse(const char *text, unsigned *millivolts)
{
	if (!strcmp(text, "1.8") || !strcmp(text, "1.8V"))
		*millivolts = 1800;
	else if (!strcmp(text, "3.3") || !strcmp(text, "3.3V"))
		*millivolts = 3300;
	else
		return false;
	return true;
}

static bool takes(const struct chip_info *c, unsigned millivolts)
{
	return c->mv_min <= millivolts && millivolts <= c->mv_max;
}

static enum img_status fail_mixed(const struct chip_info *c, struct img_error *err)
{
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"chips for 1.8 V and for 3.3 V have this id (%s): read the marking on "
			"the chip and its data sheet, then give --voltage=1.8 or --voltage=3.3 "
			"(voltage)", c->name);
}

static enum img_status fail_low(const struct chip_info *c, struct img_error *err)
{
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"this chip is for %u.%02u to %u.%02u V (%s) and must not get 3.3 V: take "
			"the power off now; with a programmer or adapter that gives 1.8 V add "
			"--voltage=1.8 (voltage)", c->mv_min / 1000u, c->mv_min % 1000u / 10,
			c->mv_max / 1000u, c->mv_max % 1000u / 10, c->name);
}

enum img_status voltage_check(const struct flash *f, const struct job *job,
			      struct img_error *err)
{
	const struct img_hardware *h = f->board ? f->board->hardware : NULL;
	const struct chip_info *c = &job->info;
	const unsigned given = f->options.millivolts ? f->options.millivolts : USUAL;

	if (!job->bus || !c->mv_max)
		return IMG_OK;
	if (c->mv_mixed) {
		/* Whoever named the voltage has looked, and so have those who know the board. */
		if (f->options.millivolts || (h && h->millivolts == given && !h->voltage_note))
			return IMG_OK;
		return fail_mixed(c, err);
	}
	if (takes(c, given))
		return IMG_OK;
	if (given == USUAL && c->mv_max < given)
		return fail_low(c, err);
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"--voltage=%u.%u, and this chip (%s) wants %u.%02u to %u.%02u V: look at "
			"the marking (voltage)", given / 1000, given / 100 % 10, c->name,
			c->mv_min / 1000u, c->mv_min % 1000u / 10, c->mv_max / 1000u,
			c->mv_max % 1000u / 10);
}
