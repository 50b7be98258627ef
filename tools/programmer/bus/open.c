/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/open.h"

#include <stdio.h>
#include <string.h>

#include "tools/programmer/bus/serprog.h"
#include "tools/programmer/bus/spidev.h"
#include "tools/programmer/sim/dummy.h"

#define CHIP_SELECTS_MAX 255

struct bus_kind {
	const char *name;
	const char *keys[16];	/* besides cs */
	enum img_status (*open)(const struct bus_spec *spec, uint64_t expected_size,
				struct spi_bus **out, struct img_error *err);
};

static const struct bus_kind kinds[] = {
	{ "dummy", { "emulate", "image", "spispeed", "spi_status", "hwwp", "stats",
		     "power_lost_after", "late_bits", "fault", "firmware", "rtt", "rate",
		     "clip" },
	  dummy_open },
	{ "linux_spi", { "dev", "spispeed" }, spidev_open },
	{ "serprog", { "dev", "ip", "spispeed", "pipeline" }, serprog_open },
};

#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

bool bus_is_kind(const char *name)
{
	size_t i;

	for (i = 0; i < KINDS; i++)
		if (!strcmp(kinds[i].name, name))
			return true;
	return false;
}

static bool has_key(const struct bus_kind *kind, const char *key)
{
	size_t i;

	if (!strcmp(key, "cs"))
		return true;
	for (i = 0; kind->keys[i]; i++)
		if (!strcmp(key, kind->keys[i]))
			return true;
	return false;
}

static enum img_status check_keys(const struct bus_kind *kind, const struct bus_spec *spec,
				  struct img_error *err)
{
	char known[160] = "cs";
	size_t i, used = 2;

	for (i = 0; i < spec->count && has_key(kind, spec->param[i].key); i++)
		;
	if (i == spec->count)
		return IMG_OK;
	for (size_t k = 0; kind->keys[k] && used < sizeof(known); k++)
		used += (size_t)snprintf(known + used, sizeof(known) - used, ", %s", kind->keys[k]);
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			"programmer %s has no parameter \"%s\"; it takes %s", kind->name,
			spec->param[i].key, known);
}

static enum img_status select_chip(struct spi_bus *bus, const struct bus_spec *spec,
				   struct img_error *err)
{
	uint32_t chip = 0;
	enum img_status st;

	if (!bus_spec_get(spec, "cs"))
		return IMG_OK;
	st = bus_spec_number(spec, "cs", CHIP_SELECTS_MAX, &chip, err);
	if (st == IMG_OK)
		st = bus->select(bus, chip, err);
	return st;
}

enum img_status bus_open(const struct bus_spec *spec, uint64_t expected_size,
			 struct spi_bus **out, struct img_error *err)
{
	struct spi_bus *bus;
	enum img_status st;
	size_t i;

	for (i = 0; i < KINDS && strcmp(kinds[i].name, spec->kind); i++)
		;
	if (i == KINDS)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"unknown programmer \"%s\"; this version has serprog, linux_spi, "
				"and dummy, the simulated chip", spec->kind);
	st = check_keys(&kinds[i], spec, err);
	if (st == IMG_OK)
		st = kinds[i].open(spec, expected_size, &bus, err);
	if (st != IMG_OK)
		return st;
	st = select_chip(bus, spec, err);
	if (st == IMG_OK) {
		*out = bus;
		return IMG_OK;
	}
	/* The first failure is the one to tell. */
	if (bus->close(bus, NULL) != IMG_OK)
		return st;
	return st;
}
