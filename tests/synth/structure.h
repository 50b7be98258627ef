/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where the numbers are that an image is understood by, found without libimg: by their magic
 * words, as far as these lead. What is damaged there hurts more than a flipped bit in the middle
 * of a payload.
 */
#ifndef TESTS_SYNTH_STRUCTURE_H
#define TESTS_SYNTH_STRUCTURE_H

#include <stdbool.h>

#include "libimg/core/view.h"

struct structure_field {
	uint32_t at;
	uint8_t width;		/* bytes: 1, 2 or 4 */
	bool big;		/* endian */
	const char *what;	/* structure it belongs to: "FLREG" */
	unsigned index;		/* which one of these */
};

#define STRUCTURE_FIELDS 8192

/* Fills at most room fields, by structure; returns how many. */
size_t structure_find(struct img_view image, struct structure_field *out, size_t room);

uint32_t structure_get(struct img_view image, const struct structure_field *f);
void structure_put(struct img_span image, const struct structure_field *f, uint32_t value);

/* The next number of a generator; *state is not 0. */
uint64_t structure_random(uint64_t *state);

/* Another value for the field: an extreme, a neighbour, a bit less or more, another field's. */
uint32_t structure_other(struct img_view image, const struct structure_field *fields, size_t count,
			 size_t which, uint64_t *state);

#endif
