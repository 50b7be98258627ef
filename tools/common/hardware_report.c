/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/hardware_report.h"

#include <stdarg.h>
#include <string.h>

#include "tools/common/hardware_words.h"
#include "tools/common/words.h"
#include "tools/common/wrap.h"

static IMG_PRINTF(2, 3) void add(char *line, const char *fmt, ...)
{
	const size_t used = strlen(line);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(line + used, HARDWARE_LINE - used, fmt, ap);
	va_end(ap);
}

static void add_packages(char *line, const struct img_hardware_chip *c)
{
	const char *join = ", ";
	size_t i;

	for (i = 0; i < IMG_PACKAGES; i++)
		if (c->packages & 1u << i) {
			add(line, "%s%s", join, hardware_package_words[i]);
			join = " or ";
		}
	if (!c->packages)
		add(line, ", package not known");
	if (c->fitted == IMG_FITTED_SOCKET)
		add(line, ", in a socket");
	else if (c->fitted == IMG_FITTED_SOLDERED)
		add(line, ", soldered");
}

static void add_chip(char *line, const struct img_hardware_chip *c, bool models)
{
	add_packages(line, c);
	if (c->where)
		add(line, "; %s", c->where);
	if (c->called)
		add(line, "; called %s", c->called);
	if (c->access)
		add(line, "; %s", c->access);
	if (c->models && models)
		add(line, "; seen there: %s", c->models);
}

const struct img_hardware_chip *hardware_chip(const struct img_board *b, size_t chip)
{
	return b->hardware && b->hardware->chip_count == b->chip_count ? &b->hardware->chip[chip]
								       : NULL;
}

const char *hardware_chip_line(const struct img_board *b, size_t chip, bool models, char *line)
{
	const struct img_hardware_chip *c = hardware_chip(b, chip);
	char size[WORDS_SIZE];

	*line = 0;
	add(line, "%s, %s", b->chip[chip].name, words_size(b->chip[chip].size, size));
	if (c)
		add_chip(line, c, models);
	else
		add(line, ", package not known");
	return line;
}

const char *hardware_voltage_line(const struct img_hardware *h, char *line)
{
	*line = 0;
	if (h && h->millivolts)
		add(line, "%u.%u V", h->millivolts / 1000, h->millivolts / 100 % 10);
	else
		add(line, "not known: read the marking of the chip and its data sheet");
	if (h && h->voltage_note)
		add(line, "; %s", h->voltage_note);
	return line;
}

static void print_chips(FILE *to, unsigned width, const struct img_board *b)
{
	const struct img_hardware *h = b->hardware;
	char line[HARDWARE_LINE], label[40];
	const char *text;
	size_t i;

	for (i = 0; i < b->chip_count && h->bus != IMG_BUS_NONE; i++) {
		text = hardware_chip_line(b, i, true, line);
		wrap_print(to, width, b->chip[i].name, text + strlen(b->chip[i].name) + 2);
	}
	for (i = 0; i < h->chip_count && h->chip_count != b->chip_count; i++) {
		*line = 0;
		add_chip(line, &h->chip[i], true);
		snprintf(label, sizeof(label), "fitted %zu", i + 1);
		wrap_print(to, width, label, line + 2);
	}
}

static void print_others(FILE *to, unsigned width, const struct img_hardware *h)
{
	const struct img_hardware_other *o;
	char line[HARDWARE_LINE], size[WORDS_SIZE];

	for (o = h->other; o < h->other + h->other_count; o++) {
		*line = 0;
		add(line, "%s", o->what);
		if (o->size)
			add(line, ", %s", words_size(o->size, size));
		if (o->where)
			add(line, ", %s", o->where);
		if (o->note)
			add(line, ": %s", o->note);
		wrap_print(to, width, "not this", line);
	}
}

static void print_text(FILE *to, unsigned width, const char *label, const char *text)
{
	if (text)
		wrap_print(to, width, label, text);
}

void hardware_print_power(FILE *to, unsigned width, const struct img_hardware *h)
{
	static const char *const supplies[] = {
		[IMG_SUPPLY_UNKNOWN] = NULL,
		[IMG_SUPPLY_PROGRAMMER] = "the programmer gives VCC, and nothing else does",
		[IMG_SUPPLY_BOARD] = "the board gives VCC: leave that wire of the programmer open",
		[IMG_SUPPLY_EITHER] = "the programmer or the board gives VCC, never both",
	};

	if (h && h->bus == IMG_BUS_NONE)
		return;
	print_text(to, width, "supply", h ? supplies[h->supply] : NULL);
	if (h)
		wrap_list(to, width, "power", h->power, h->power_count);
	if (!h || !h->power_count)
		wrap_print(to, width, "power", "nothing is known of this board alone; the general "
			   "rule is AC, every battery and the coin cell off, then wait 30 s");
}

void hardware_print(FILE *to, unsigned width, const struct img_board *b)
{
	const struct img_hardware *h = b->hardware;
	char line[HARDWARE_LINE];

	fprintf(to, "%s: %s\n", b->id, h ? h->name : b->name);
	if (!h) {
		wrap_print(to, width, "hardware", "nothing is known of it");
		return;
	}
	if (h->bus == IMG_BUS_LPC)
		wrap_print(to, width, "bus", "LPC, not SPI: no SPI programmer can write this chip");
	else if (h->bus == IMG_BUS_NONE)
		wrap_print(to, width, "bus", "none: the image is a file for the emulator");
	print_chips(to, width, b);
	if (h->bus == IMG_BUS_SPI)
		wrap_print(to, width, "voltage", hardware_voltage_line(h, line));
	print_text(to, width, "access", h->access);
	hardware_print_power(to, width, h);
	print_text(to, width, "other's CS#", h->select);
	print_others(to, width, h);
	print_text(to, width, "from vendor", h->internal_vendor);
	print_text(to, width, "from own", h->internal_coreboot);
	print_text(to, width, "protection", h->protection);
	wrap_list(to, width, "own data", h->keep, h->keep_count);
	wrap_list(to, width, "remarks", h->remark, h->remark_count);
}

/* --- JSON --------------------------------------------------------------------------------- */

static json_t *text_json(const char *text)
{
	return text ? json_string(text) : json_null();
}

static json_t *number_json(uint64_t n)
{
	return n ? json_integer((json_int_t)n) : json_null();
}

static json_t *lines_json(const char *const *line, size_t count)
{
	json_t *list = json_array();
	size_t i;

	for (i = 0; i < count; i++)
		json_array_append_new(list, json_string(line[i]));
	return list;
}

static json_t *chip_json(const struct img_hardware_chip *c)
{
	json_t *packages = json_array();
	size_t i;

	for (i = 0; i < IMG_PACKAGES; i++)
		if (c->packages & 1u << i)
			json_array_append_new(packages, json_string(hardware_package_words[i]));
	return json_pack("{s:o, s:s, s:o, s:o, s:o, s:o}", "package", packages, "fitted",
			 hardware_fitted_words[c->fitted], "called", text_json(c->called), "where",
			 text_json(c->where), "models", text_json(c->models), "access",
			 text_json(c->access));
}

static json_t *other_json(const struct img_hardware_other *o)
{
	return json_pack("{s:s, s:s, s:o, s:o, s:o}", "what", o->what, "holds",
			 hardware_other_words[o->kind], "size", number_json(o->size), "where",
			 text_json(o->where), "note", text_json(o->note));
}

json_t *hardware_json(const struct img_hardware *h)
{
	json_t *chips, *others, *o;
	size_t i;

	if (!h)
		return json_null();
	chips = json_array();
	for (i = 0; i < h->chip_count; i++)
		json_array_append_new(chips, chip_json(&h->chip[i]));
	others = json_array();
	for (i = 0; i < h->other_count; i++)
		json_array_append_new(others, other_json(&h->other[i]));
	o = json_pack("{s:s, s:s, s:s, s:o, s:o, s:s}", "id", h->id, "name", h->name, "bus",
		      hardware_bus_words[h->bus], "voltage", number_json(h->millivolts),
		      "voltage_note", text_json(h->voltage_note), "supply",
		      hardware_supply_words[h->supply]);
	json_object_set_new(o, "access", text_json(h->access));
	json_object_set_new(o, "select", text_json(h->select));
	json_object_set_new(o, "internal_vendor", text_json(h->internal_vendor));
	json_object_set_new(o, "internal_coreboot", text_json(h->internal_coreboot));
	json_object_set_new(o, "protection", text_json(h->protection));
	json_object_set_new(o, "chips", chips);
	json_object_set_new(o, "power", lines_json(h->power, h->power_count));
	json_object_set_new(o, "other", others);
	json_object_set_new(o, "keep", lines_json(h->keep, h->keep_count));
	json_object_set_new(o, "remarks", lines_json(h->remark, h->remark_count));
	return o;
}
