/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/spec.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define HERTZ_MAX 1000000000u	/* no 25-series chip comes near */

static enum img_status add_param(struct bus_spec *spec, char *text, struct img_error *err)
{
	char *equals = strchr(text, '=');

	if (equals)
		*equals = 0;
	if (!*text)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"the parameters of programmer %s are key=value, separated by "
				"commas", spec->kind);
	if (bus_spec_get(spec, text))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"parameter %s of programmer %s is given twice", text, spec->kind);
	if (spec->count == BUS_PARAMS_MAX)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"more than %d parameters for programmer %s", BUS_PARAMS_MAX,
				spec->kind);
	spec->param[spec->count++] = (struct bus_param){ text, equals ? equals + 1 : "" };
	return IMG_OK;
}

enum img_status bus_spec_parse(const char *text, struct bus_spec *out, struct img_error *err)
{
	const size_t size = strlen(text) + 1;
	struct bus_spec spec = { .text_ = malloc(2 * size) };
	enum img_status st = IMG_OK;
	char *rest, *next;

	if (!spec.text_)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	spec.whole = memcpy(spec.text_ + size, text, size);
	spec.kind = memcpy(spec.text_, text, size);
	rest = strchr(spec.text_, ':');
	if (rest)
		*rest++ = 0;
	if (!*spec.kind)
		st = img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			      "a programmer is KIND:key=value,..., as in "
			      "dummy:emulate=W25Q64BV,image=FILE");
	for (; st == IMG_OK && rest && *rest; rest = next) {
		next = strchr(rest, ',');
		if (next)
			*next++ = 0;
		st = add_param(&spec, rest, err);
	}
	if (st == IMG_OK)
		*out = spec;
	else
		bus_spec_free(&spec);
	return st;
}

void bus_spec_free(struct bus_spec *spec)
{
	free(spec->text_);
	*spec = (struct bus_spec){ 0 };
}

const char *bus_spec_get(const struct bus_spec *spec, const char *key)
{
	size_t i;

	for (i = 0; i < spec->count; i++)
		if (!strcmp(spec->param[i].key, key))
			return spec->param[i].value;
	return NULL;
}

static uint64_t unit_of(const char *suffix)
{
	if (!*suffix)
		return 1;
	if (suffix[1])
		return 0;
	switch (*suffix) {
	case 'k':
	case 'K':
		return 1000;
	case 'M':
		return 1000000;
	default:
		return 0;
	}
}

static enum img_status parse(const struct bus_spec *spec, const char *key, bool units,
			     uint32_t max, uint32_t *out, struct img_error *err)
{
	const char *value = bus_spec_get(spec, key);
	unsigned long long n;
	uint64_t unit;
	char *end;

	if (!value)
		return IMG_OK;
	errno = 0;
	n = strtoull(value, &end, strncmp(value, "0x", 2) ? 10 : 16);
	unit = units || !*end ? unit_of(end) : 0;
	if (!isdigit((unsigned char)*value) || errno || !unit || n > max / unit)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%s=%s for programmer %s: expected a number up to %lu%s", key,
				value, spec->kind, (unsigned long)max,
				units ? ", k and M may follow it" : "");
	*out = (uint32_t)(n * unit);
	return IMG_OK;
}

enum img_status bus_spec_number(const struct bus_spec *spec, const char *key, uint32_t max,
				uint32_t *out, struct img_error *err)
{
	return parse(spec, key, false, max, out, err);
}

enum img_status bus_spec_hertz(const struct bus_spec *spec, const char *key, uint32_t *out,
			       struct img_error *err)
{
	uint32_t hertz = *out;
	enum img_status st = parse(spec, key, true, HERTZ_MAX, &hertz, err);

	if (st == IMG_OK && !hertz)
		st = img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			      "%s=%s for programmer %s: a clock of 0", key,
			      bus_spec_get(spec, key), spec->kind);
	if (st == IMG_OK)
		*out = hertz;
	return st;
}
