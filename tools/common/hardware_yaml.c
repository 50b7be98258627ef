/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/hardware_yaml.h"

#include <stdio.h>
#include <string.h>

#include "libimg/format/ifd.h"
#include "tools/common/board_yaml.h"
#include "tools/common/hardware_words.h"
#include "tools/common/strict_yaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LINE_MAX_BYTES 300	/* of a value that is prose */

enum { KEY_NAME, KEY_BUS, KEY_CHIPS, KEY_VOLTAGE, KEY_NOTE, KEY_SUPPLY, KEY_ACCESS, KEY_POWER,
       KEY_SELECT, KEY_VENDOR, KEY_COREBOOT, KEY_PROTECTION, KEY_OTHER, KEY_KEEP, KEY_REMARKS,
       KEYS };

static enum img_status prose(struct yaml_in *in, const char *key, const char **out)
{
	return yaml_in_keep(in, key, LINE_MAX_BYTES, out);
}

/* --- a chip ------------------------------------------------------------------------------- */

struct packages {
	unsigned *bits;
	size_t count;
};

static enum img_status take_package(struct yaml_in *in, const char *key, void *ctx)
{
	struct packages *p = ctx;
	size_t word;
	enum img_status st = yaml_in_word(in, key, hardware_package_words, IMG_PACKAGES, &word);

	if (st == IMG_OK && *p->bits & 1u << word)
		return yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in), "%s: %s is there "
				    "twice", key, hardware_package_words[word]);
	if (st == IMG_OK)
		*p->bits |= 1u << word;
	return st;
}

static enum img_status chip_package(struct yaml_in *in, const char *key, void *ctx)
{
	struct packages p = { &((struct img_hardware_chip *)ctx)->packages, 0 };

	return yaml_in_list(in, key, IMG_PACKAGES, &p.count, take_package, &p);
}

static enum img_status chip_fitted(struct yaml_in *in, const char *key, void *ctx)
{
	size_t word = 0;
	enum img_status st = yaml_in_word(in, key, hardware_fitted_words + 1, 2, &word);

	((struct img_hardware_chip *)ctx)->fitted = (enum img_fitted)(word + 1);
	return st;
}

static enum img_status chip_called(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware_chip *)ctx)->called);
}

static enum img_status chip_where(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware_chip *)ctx)->where);
}

static enum img_status chip_models(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware_chip *)ctx)->models);
}

static enum img_status chip_access(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware_chip *)ctx)->access);
}

static enum img_status take_chip(struct yaml_in *in, const char *key, void *ctx)
{
	static const struct yaml_key keys[] = {
		{ "package", chip_package }, { "fitted", chip_fitted }, { "called", chip_called },
		{ "where", chip_where }, { "models", chip_models }, { "access", chip_access },
	};
	struct img_hardware *h = ctx;
	unsigned seen[COUNT(keys)] = { 0 };

	return yaml_in_mapping(in, key, keys, COUNT(keys), seen, &h->chip[h->chip_count]);
}

static enum img_status chips(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_hardware *h = ctx;

	return yaml_in_list(in, key, IMG_HARDWARE_CHIPS, &h->chip_count, take_chip, h);
}

/* --- another chip ------------------------------------------------------------------------- */

static enum img_status other_what(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 64, &((struct img_hardware_other *)ctx)->what);
}

static enum img_status other_holds(struct yaml_in *in, const char *key, void *ctx)
{
	size_t word = 0;
	enum img_status st = yaml_in_word(in, key, hardware_other_words, 4, &word);

	((struct img_hardware_other *)ctx)->kind = (enum img_other_kind)word;
	return st;
}

static enum img_status other_size(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_size(in, key, &((struct img_hardware_other *)ctx)->size);
}

static enum img_status other_where(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware_other *)ctx)->where);
}

static enum img_status other_note(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware_other *)ctx)->note);
}

static enum img_status take_other(struct yaml_in *in, const char *key, void *ctx)
{
	static const struct yaml_key keys[] = {
		{ "what", other_what }, { "holds", other_holds }, { "size", other_size },
		{ "where", other_where }, { "note", other_note },
	};
	struct img_hardware *h = ctx;
	unsigned seen[COUNT(keys)] = { 0 }, line = yaml_in_line(in);
	enum img_status st = yaml_in_mapping(in, key, keys, COUNT(keys), seen,
					     &h->other[h->other_count]);

	if (st == IMG_OK && (!seen[0] || !seen[1]))
		return yaml_in_fail(in->err, IMG_E_ABSENT, line,
				    "another chip needs both what and holds");
	return st;
}

static enum img_status others(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_hardware *h = ctx;

	return yaml_in_list(in, key, IMG_HARDWARE_OTHERS, &h->other_count, take_other, h);
}

/* --- lists of lines ----------------------------------------------------------------------- */

struct lines {
	const char **line;
	size_t *count;
};

static enum img_status take_line(struct yaml_in *in, const char *key, void *ctx)
{
	struct lines *l = ctx;

	return prose(in, key, &l->line[*l->count]);
}

static enum img_status power(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_hardware *h = ctx;
	struct lines l = { h->power, &h->power_count };

	return yaml_in_list(in, key, IMG_HARDWARE_LINES, l.count, take_line, &l);
}

static enum img_status remarks(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_hardware *h = ctx;
	struct lines l = { h->remark, &h->remark_count };

	return yaml_in_list(in, key, IMG_HARDWARE_LINES, l.count, take_line, &l);
}

static bool keep_plausible(const char *what)
{
	unsigned index;

	if (!strncmp(what, "fmap:", 5) || !strncmp(what, "cbfs:", 5))
		return what[5];
	return img_ifd_region_find(what, &index);
}

static enum img_status take_keep(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_hardware *h = ctx;
	enum img_status st = yaml_in_keep(in, key, 64, &h->keep[h->keep_count]);

	if (st == IMG_OK && !keep_plausible(h->keep[h->keep_count]))
		return yaml_in_fail(in->err, IMG_E_UNSUPPORTED, yaml_in_line(in),
				    "%s: \"%s\" is no region, fmap:AREA or cbfs:FILE", key,
				    h->keep[h->keep_count]);
	return st;
}

static enum img_status keep(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_hardware *h = ctx;

	return yaml_in_list(in, key, IMG_HARDWARE_LINES, &h->keep_count, take_keep, h);
}

/* --- single values ------------------------------------------------------------------------ */

static enum img_status name(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 128, &((struct img_hardware *)ctx)->name);
}

static enum img_status bus(struct yaml_in *in, const char *key, void *ctx)
{
	size_t word = 0;
	enum img_status st = yaml_in_word(in, key, hardware_bus_words, 3, &word);

	((struct img_hardware *)ctx)->bus = (enum img_hardware_bus)word;
	return st;
}

static enum img_status voltage(struct yaml_in *in, const char *key, void *ctx)
{
	static const char *const words[] = { "3.3", "1.8" };
	size_t word = 0;
	enum img_status st = yaml_in_word(in, key, words, COUNT(words), &word);

	((struct img_hardware *)ctx)->millivolts = word ? 1800 : 3300;
	return st;
}

static enum img_status voltage_note(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware *)ctx)->voltage_note);
}

static enum img_status supply(struct yaml_in *in, const char *key, void *ctx)
{
	size_t word = 0;
	enum img_status st = yaml_in_word(in, key, hardware_supply_words + 1, 3, &word);

	((struct img_hardware *)ctx)->supply = (enum img_supply)(word + 1);
	return st;
}

static enum img_status access_text(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware *)ctx)->access);
}

static enum img_status select_text(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware *)ctx)->select);
}

static enum img_status internal_vendor(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware *)ctx)->internal_vendor);
}

static enum img_status internal_coreboot(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware *)ctx)->internal_coreboot);
}

static enum img_status protection(struct yaml_in *in, const char *key, void *ctx)
{
	return prose(in, key, &((struct img_hardware *)ctx)->protection);
}

/* --- the file ----------------------------------------------------------------------------- */

static enum img_status check(const struct img_hardware *h, const unsigned *line,
			     struct img_error *err)
{
	if (!line[KEY_NAME])
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "the key name is missing");
	if (h->bus == IMG_BUS_NONE && (line[KEY_CHIPS] || line[KEY_VOLTAGE] || line[KEY_POWER]))
		return yaml_in_fail(err, IMG_E_CORRUPT, line[KEY_BUS],
				    "bus none, and yet chips, voltage or power");
	if (h->supply == IMG_SUPPLY_EITHER && !h->power_count)
		return yaml_in_fail(err, IMG_E_ABSENT, line[KEY_SUPPLY],
				    "supply either: power has to say when which");
	return IMG_OK;
}

static enum img_status parse(struct yaml_in *in, struct img_hardware *h)
{
	static const struct yaml_key keys[KEYS] = {
		[KEY_NAME] = { "name", name }, [KEY_BUS] = { "bus", bus },
		[KEY_CHIPS] = { "chips", chips }, [KEY_VOLTAGE] = { "voltage", voltage },
		[KEY_NOTE] = { "voltage_note", voltage_note },
		[KEY_SUPPLY] = { "supply", supply }, [KEY_ACCESS] = { "access", access_text },
		[KEY_POWER] = { "power", power }, [KEY_SELECT] = { "select", select_text },
		[KEY_VENDOR] = { "internal_vendor", internal_vendor },
		[KEY_COREBOOT] = { "internal_coreboot", internal_coreboot },
		[KEY_PROTECTION] = { "protection", protection }, [KEY_OTHER] = { "other", others },
		[KEY_KEEP] = { "keep", keep }, [KEY_REMARKS] = { "remarks", remarks },
	};
	unsigned seen[KEYS] = { 0 };
	enum img_status st = yaml_in_document(in, "the hardware file", keys, KEYS, seen, h);

	return st == IMG_OK ? check(h, seen, in->err) : st;
}

enum img_status hardware_yaml_parse(struct img_view yaml, const char *id,
				    struct hardware_record *out, struct img_error *err)
{
	struct yaml_in in;
	enum img_status st;

	memset(out, 0, sizeof(*out));
	if (!board_id_valid(id))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"the name of a hardware file is its id: 1 to %d letters, digits, "
				"\"_\", \"-\" and \".\"", HARDWARE_ID_MAX);
	if (img_view_size(yaml) > BOARD_FILE_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"over %zu KiB, which is too large for a hardware file",
				BOARD_FILE_MAX >> 10);
	snprintf(out->id_, sizeof(out->id_), "%s", id);
	st = yaml_in_open(&in, yaml, out->text_, sizeof(out->text_), err);
	if (st != IMG_OK)
		return st;
	out->hardware.id = out->id_;
	st = parse(&in, &out->hardware);
	yaml_in_close(&in);
	return st;
}
