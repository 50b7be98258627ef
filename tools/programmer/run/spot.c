/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/run.h"
#include "tools/programmer/run/steady.h"

#define SPOTS 64
#define SPOT 256u
#define STEP 0x9e3779b1u	/* spreads the spots over their parts of the chip */

/* Somewhere in its part, and where it can be, where the contents are not blank. */
static enum img_status choose(struct img_view contents, uint64_t start, uint64_t size,
			      unsigned which, struct img_view *out, struct img_error *err)
{
	const uint64_t pages = size / SPOT;
	const uint64_t first = (uint64_t)which * STEP % pages;
	enum img_status st = IMG_OK;
	uint64_t i;

	for (i = 0; st == IMG_OK && i < pages; i++) {
		st = img_view_slice(contents, start + (first + i) % pages * SPOT, SPOT, out, err);
		if (st == IMG_OK && !img_view_filled(*out, 0xff))
			return st;
	}
	return st;
}

/* Where a spot takes as long as all of it, all of it tells more. */
static enum img_status check_all(struct chip *chip, struct img_view contents, bool *agrees,
				 struct img_error *err)
{
	const bool sized = img_view_size(contents) == chip_info(chip)->geometry.size;
	uint64_t where = 0;
	enum img_status st = IMG_OK;

	if (sized)
		st = steady_compare(chip, &contents, 1, &where, err);
	*agrees = st == IMG_OK && where == STEADY_SAME;
	return st;
}

enum img_status run_spot_check(struct chip *chip, struct img_view contents, bool *agrees,
			       struct img_error *err)
{
	const uint64_t part = chip_info(chip)->geometry.size / SPOTS;
	uint8_t there[SPOT];
	struct img_view want;
	enum img_status st = IMG_OK;
	unsigned i;

	if (chip_info(chip)->at_once)
		return check_all(chip, contents, agrees, err);
	*agrees = img_view_size(contents) == part * SPOTS;
	for (i = 0; st == IMG_OK && *agrees && i < SPOTS; i++) {
		st = choose(contents, i * part, part, i, &want, err);
		if (st == IMG_OK)
			st = steady_read(chip, img_view_origin(want) - img_view_origin(contents),
					 img_span_of(there, SPOT), err);
		*agrees = st == IMG_OK && img_view_equal(want, img_view_of(there, SPOT));
	}
	return st;
}
