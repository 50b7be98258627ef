/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programmers as users write them, in flashprog's syntax: KIND[:key=value,key=value...] */
#ifndef PROGRAMMER_BUS_SPEC_H
#define PROGRAMMER_BUS_SPEC_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/core/error.h"

#define BUS_PARAMS_MAX 16

struct bus_param {
	const char *key;
	const char *value;	/* "" for a key without "=" */
};

struct bus_spec {
	const char *kind;	/* "dummy" */
	const char *whole;	/* as it was written */
	size_t count;
	struct bus_param param[BUS_PARAMS_MAX];
	char *text_;		/* what the others point into */
};

/*
 * *out is the caller's: bus_spec_free(). There is no escape for a comma, as in flashprog.
 * IMG_E_USAGE: an empty kind or key, a key given twice, more than BUS_PARAMS_MAX.
 */
enum img_status bus_spec_parse(const char *text, struct bus_spec *out,
			       struct img_error *err) IMG_CHECKED;
void bus_spec_free(struct bus_spec *spec);

/* The value of a key, borrowed; NULL: not given. */
const char *bus_spec_get(const struct bus_spec *spec, const char *key);

/*
 * A number in [0, max], decimal or 0x...; *out keeps its value when the key was not given.
 * bus_spec_hertz() also takes k and M (thousands and millions): "16M".
 * IMG_E_USAGE: anything else.
 */
enum img_status bus_spec_number(const struct bus_spec *spec, const char *key, uint32_t max,
				uint32_t *out, struct img_error *err) IMG_CHECKED;
enum img_status bus_spec_hertz(const struct bus_spec *spec, const char *key, uint32_t *out,
			       struct img_error *err) IMG_CHECKED;

#endif
