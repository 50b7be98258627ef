/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/dummy.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libimg/core/image.h"
#include "tools/programmer/sim/bus.h"
#include "tools/programmer/sim/cable.h"
#include "tools/programmer/sim/fault.h"

#define USUAL_HERTZ 16000000

/* What a driver can know only from the chip itself, in the sizes that tests like. */
#define UNLISTED(code) { .vendor = "Nobody", .name = "SFDP", .id = { 0x2a, 0x53, code }, \
	.id_size = 3, .size = 1u << (code), .flags = CHIP_SFDP | CHIP_WRSR_06, \
	.erase = { { 0x20, 4u << 10, NULL }, { 0x52, 32u << 10, NULL }, \
		   { 0xd8, 64u << 10, NULL } }, \
	.whole = { 0x60, 0xc7 } }

static const struct chip_part unlisted[] = {
	UNLISTED(16), UNLISTED(17), UNLISTED(18), UNLISTED(19), UNLISTED(20), UNLISTED(21),
	UNLISTED(22), UNLISTED(23), UNLISTED(24),
};
#define UNLISTED_USUAL 7	/* 8 MiB */

/* Of the file's size where there is one. */
static const struct chip_part *unlisted_part(const struct img *contents)
{
	size_t i;

	for (i = 0; contents && i < sizeof(unlisted) / sizeof(unlisted[0]); i++)
		if (img_size(contents) == unlisted[i].size)
			return &unlisted[i];
	return &unlisted[UNLISTED_USUAL];
}

/* *out stays NULL where the file is missing. */
static enum img_status read_file(const char *path, struct img **out, struct img_error *err)
{
	struct img_error why = { 0 };
	enum img_status st;

	if (!path)
		return IMG_OK;
	if (!*path || !strcmp(path, "-"))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"image= of programmer dummy needs the name of a file");
	st = img_open(path, out, &why);
	if (st == IMG_OK || (st == IMG_E_IO && why.sys == ENOENT))
		return IMG_OK;
	img_error_prefix(&why, "the simulated chip's file %s", path);
	if (err)
		*err = why;
	return st;
}

static enum img_status named_part(const char *name, const char *path, const struct img *contents,
				  const struct chip_part **out, struct img_error *err)
{
	const struct chip_part *part = strcmp(name, "SFDP") ? chip_part_by_name(name)
							    : unlisted_part(contents);

	if (!part)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"no chip \"%s\" to simulate; rom-flash --list-chips names them",
				name);
	if (contents && img_size(contents) != part->size)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"the simulated chip's file %s has %llu bytes, a %s has %lu", path,
				(unsigned long long)img_size(contents), name,
				(unsigned long)part->size);
	*out = part;
	return IMG_OK;
}

static enum img_status part_of_size(uint64_t size, const char *path, const struct chip_part **out,
				    struct img_error *err)
{
	*out = chip_part_by_size(size);
	if (*out)
		return IMG_OK;
	if (!size)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"the simulated chip's file %s does not exist, so nothing tells "
				"which chip it is: add emulate=NAME (rom-flash --list-chips)",
				path);
	return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
			"no chip that can be simulated has %llu bytes, which the file %s needs",
			(unsigned long long)size, path);
}

static enum img_status choose_part(const struct bus_spec *spec, const struct img *contents,
				   uint64_t expected_size, const struct chip_part **out,
				   struct img_error *err)
{
	const char *name = bus_spec_get(spec, "emulate"), *path = bus_spec_get(spec, "image");

	if (name)
		return named_part(name, path, contents, out, err);
	if (path)
		return part_of_size(contents ? img_size(contents) : expected_size, path, out, err);
	*out = NULL;
	return IMG_OK;
}

static enum img_status make_chip(const struct bus_spec *spec, const struct chip_part *part,
				 const struct img *contents, struct sim_chip **out,
				 struct img_error *err)
{
	const char *wp = bus_spec_get(spec, "hwwp");
	uint32_t hertz = USUAL_HERTZ, status = 0, frames = 0, late = 0;
	enum img_status st = bus_spec_hertz(spec, "spispeed", &hertz, err);

	if (st == IMG_OK)
		st = bus_spec_number(spec, "spi_status", 0xff, &status, err);
	if (st == IMG_OK)
		st = bus_spec_number(spec, "power_lost_after", UINT32_MAX, &frames, err);
	if (st == IMG_OK)
		st = bus_spec_number(spec, "late_bits", 7, &late, err);
	if (st == IMG_OK && wp && strcmp(wp, "yes") && strcmp(wp, "no"))
		st = img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "hwwp=%s: yes or no", wp);
	if (st == IMG_OK)
		st = sim_chip_new(part, hertz, out, err);
	if (st != IMG_OK)
		return st;
	if (bus_spec_get(spec, "spi_status"))
		sim_chip_set_status(*out, (uint8_t)status);
	sim_chip_faults(*out)->wp_low = wp && !strcmp(wp, "yes");
	sim_chip_faults(*out)->power_lost_after = frames;
	sim_chip_faults(*out)->late_bits = late;
	if (bus_spec_get(spec, "fault"))
		st = sim_fault_of_chip(bus_spec_get(spec, "fault"), sim_chip_faults(*out), err);
	if (st == IMG_OK && contents)
		st = img_span_write(sim_chip_array(*out), 0, img_bytes(contents), err);
	if (st != IMG_OK)
		sim_chip_free(*out);
	return st;
}

/* What the clip is on just now, as the file says it: parameters, or nothing. */
static enum img_status read_clip(const char *path, struct bus_spec *out, struct img_error *err)
{
	char text[512] = "dummy:";
	const size_t kind = strlen(text);
	FILE *file = fopen(path, "re");
	bool any;

	if (!file && errno != ENOENT)
		return img_fail_errno(err, errno, "cannot read what the clip is on, %s", path);
	any = file && fgets(text + kind, (int)(sizeof(text) - kind), file);
	if (file)
		fclose(file);
	text[strcspn(text, "\n")] = 0;
	return bus_spec_parse(any && text[kind] ? text : "dummy", out, err);
}

static enum img_status open_one(const struct bus_spec *spec, uint64_t expected_size,
				struct spi_bus **out, struct img_error *err)
{
	const char *counts = bus_spec_get(spec, "stats");
	const struct chip_part *part = NULL;
	struct sim_chip *chip = NULL;
	uint32_t hertz = USUAL_HERTZ;
	struct spi_bus *bus;
	struct img *contents = NULL;
	enum img_status st = read_file(bus_spec_get(spec, "image"), &contents, err);

	if (st == IMG_OK)
		st = choose_part(spec, contents, expected_size, &part, err);
	if (st == IMG_OK && part)
		st = make_chip(spec, part, contents, &chip, err);
	img_close(contents);
	if (st == IMG_OK)
		st = sim_bus_new(chip, bus_spec_get(spec, "image"), &bus, err);
	if (st != IMG_OK)
		return st;
	if (counts)
		st = sim_bus_count_to(bus, counts, err);
	if (st == IMG_OK)
		st = bus_spec_hertz(spec, "spispeed", &hertz, err);
	if (st == IMG_OK && sim_cable_wanted(spec))
		return sim_cable_new(spec, hertz, bus, out, err);
	if (st == IMG_OK)
		*out = bus;
	else if (bus->close(bus, NULL) != IMG_OK)
		return st;
	return st;
}

enum img_status dummy_open(const struct bus_spec *spec, uint64_t expected_size,
			   struct spi_bus **out, struct img_error *err)
{
	const char *clip = bus_spec_get(spec, "clip");
	struct bus_spec there = { 0 };
	enum img_status st;

	if (!clip)
		return open_one(spec, expected_size, out, err);
	st = read_clip(clip, &there, err);
	if (st != IMG_OK)
		return st;
	st = open_one(&there, expected_size, out, err);
	bus_spec_free(&there);
	return st;
}
