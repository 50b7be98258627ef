/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "tools/common/gen/put.h"

static void put_chips(const struct img_hardware *h)
{
	size_t i;

	printf(",\n\t  .chip_count = %zu, .chip = {", h->chip_count);
	for (i = 0; i < h->chip_count; i++) {
		const struct img_hardware_chip *c = &h->chip[i];

		printf("\n\t\t{ .packages = %u, .fitted = %d", c->packages, (int)c->fitted);
		put_field("called", c->called);
		put_field("where", c->where);
		put_field("models", c->models);
		put_field("access", c->access);
		fputs(" },", stdout);
	}
	fputs(" }", stdout);
}

static void put_others(const struct img_hardware *h)
{
	size_t i;

	printf(",\n\t  .other_count = %zu, .other = {", h->other_count);
	for (i = 0; i < h->other_count; i++) {
		const struct img_hardware_other *o = &h->other[i];

		printf("\n\t\t{ .kind = %d, .size = 0x%llx", (int)o->kind,
		       (unsigned long long)o->size);
		put_field("what", o->what);
		put_field("where", o->where);
		put_field("note", o->note);
		fputs(" },", stdout);
	}
	fputs(" }", stdout);
}

static void put_lines(const char *name, const char *const *line, size_t count)
{
	size_t i;

	printf(",\n\t  .%s_count = %zu, .%s = {", name, count, name);
	for (i = 0; i < count; i++) {
		fputs("\n\t\t", stdout);
		put_string(line[i]);
		putchar(',');
	}
	fputs(" }", stdout);
}

void put_hardware(const struct img_hardware *h)
{
	printf("\t{ .bus = %d, .millivolts = %u, .supply = %d", (int)h->bus, h->millivolts,
	       (int)h->supply);
	put_field("id", h->id);
	put_field("name", h->name);
	put_field("voltage_note", h->voltage_note);
	put_field("access", h->access);
	put_field("select", h->select);
	put_field("internal_vendor", h->internal_vendor);
	put_field("internal_coreboot", h->internal_coreboot);
	put_field("protection", h->protection);
	put_chips(h);
	put_others(h);
	put_lines("power", h->power, h->power_count);
	put_lines("keep", h->keep, h->keep_count);
	put_lines("remark", h->remark, h->remark_count);
	puts(" },");
}
