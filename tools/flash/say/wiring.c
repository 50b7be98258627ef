/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/say/wiring.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/common/hardware_report.h"
#include "tools/common/hardware_words.h"
#include "tools/common/json.h"
#include "tools/common/wrap.h"

#define CHIPS_MAX 8
#define CELL 20			/* columns of a programmer in the table */
#define FIRST 20		/* of signal and pins before them */

/* The answer, before it is printed. */
struct answer {
	const struct img_board *board;
	const struct wiring_chip *chip[CHIPS_MAX];
	size_t chips;
	const struct wiring_programmer *programmer[CHIPS_MAX];
	size_t programmers;
	unsigned when;		/* the bits of what is true */
};

static const struct {
	enum img_package package;
	unsigned when;
} circumstances[] = {
	{ IMG_SOIC8, WIRING_SOIC8_CLIP | WIRING_IN_CIRCUIT | WIRING_LOOSE },
	{ IMG_SOIC16, WIRING_SOIC16_CLIP | WIRING_IN_CIRCUIT | WIRING_LOOSE },
	{ IMG_WSON8, WIRING_WSON | WIRING_IN_CIRCUIT },
	{ IMG_DIP8, WIRING_SOCKET | WIRING_LOOSE },
};

static void add_chip(struct answer *a, const struct wiring_chip *chip)
{
	size_t i;

	for (i = 0; i < a->chips; i++)
		if (a->chip[i] == chip)
			return;
	a->chip[a->chips++] = chip;
	for (i = 0; i < sizeof(circumstances) / sizeof(circumstances[0]); i++)
		if (circumstances[i].package == chip->package)
			a->when |= circumstances[i].when;
}

/* "soic8|soic16|wson8|dip8", from the table. */
static void words(char *text, size_t size, const char *word, size_t count)
{
	const size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s", count ? "|" : "", word);
}

static enum img_status take_chip(struct answer *a, const char *word, struct img_error *err)
{
	char known[96] = "";
	size_t i;

	for (i = 0; i < wiring_chip_count; i++) {
		if (!strcmp(wiring_chips[i].word, word)) {
			add_chip(a, &wiring_chips[i]);
			return IMG_OK;
		}
		words(known, sizeof(known), wiring_chips[i].word, i);
	}
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "--wiring %s: no such chip; there are %s",
			word, known);
}

/* What a chip of this package can have round it where it is fitted this way. */
static void take_fitted(struct answer *a, const struct img_hardware_chip *c)
{
	size_t i;

	for (i = 0; i < wiring_chip_count; i++)
		if (c->packages & 1u << wiring_chips[i].package)
			add_chip(a, &wiring_chips[i]);
	if (c->fitted == IMG_FITTED_SOCKET)
		a->when &= ~(unsigned)WIRING_IN_CIRCUIT;
	else if (c->fitted == IMG_FITTED_SOLDERED)
		a->when &= ~(unsigned)WIRING_LOOSE;
	if (c->fitted == IMG_FITTED_SOCKET)
		a->when |= WIRING_SOCKET | WIRING_LOOSE;
}

static enum img_status take_board(struct answer *a, struct img_error *err)
{
	const struct img_hardware *h = a->board->hardware;
	size_t i;

	if (h && h->bus != IMG_BUS_SPI)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"%s: %s", a->board->id, h->bus == IMG_BUS_LPC
				? "its chip is LPC flash, which no SPI programmer can write"
				: "it has no chip, the emulator takes a file");
	for (i = 0; h && i < h->chip_count; i++)
		take_fitted(a, &h->chip[i]);
	if (!a->chips)
		add_chip(a, &wiring_chips[0]);
	return IMG_OK;
}

static enum img_status take_programmers(struct answer *a, const char *word, struct img_error *err)
{
	char known[96] = "";
	size_t i;

	for (i = 0; i < wiring_programmer_count; i++) {
		words(known, sizeof(known), wiring_programmers[i].word, i);
		if (word && strcmp(wiring_programmers[i].word, word))
			continue;
		a->programmer[a->programmers++] = &wiring_programmers[i];
		if (word)
			a->when |= (unsigned)WIRING_PROGRAMMER << i;
	}
	if (a->programmers)
		return IMG_OK;
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "--for %s: no such programmer; there are %s",
			word, known);
}

static bool applies(const struct answer *a, const struct wiring_rule *r)
{
	return (r->when & a->when) == r->when;
}

/* --- for people --------------------------------------------------------------------------- */

/* The signal of a pin; WIRING_SIGNALS: nothing that is needed. */
static size_t signal_at(const struct wiring_chip *c, unsigned pin)
{
	size_t i;

	for (i = 0; i < WIRING_SIGNALS && c->pin[i] != pin; i++)
		;
	return i;
}

static const char *signal_name(size_t signal)
{
	return signal < WIRING_SIGNALS ? wiring_signal_names[signal] : "-";
}

static const char *goes_to(const struct wiring_programmer *p, size_t signal)
{
	return p && signal < WIRING_SIGNALS && p->pin[signal] ? p->pin[signal] : "";
}

/*
 * The chip from above, with the pins of the programmer where there is but one:
 *	                  .-------.
 *	   7 (GP5)  CS# 1 | o     | 8  VCC    36 (3V3)
 *	        38  GND 4 |       | 5  MOSI   5 (GP3)
 *	                  '-------'
 */
static void draw(const struct wiring_chip *c, const struct wiring_programmer *p)
{
	const int indent = p ? CELL : 3;
	const unsigned side = c->pins / 2;
	const char *beside;
	size_t left, right;
	unsigned i;

	printf("%s from above; o is pin 1\n\n%*s.-------.\n",
	       hardware_package_words[c->package], indent + 10, "");
	for (i = 1; i <= side; i++) {
		left = signal_at(c, i);
		right = signal_at(c, c->pins + 1 - i);
		beside = goes_to(p, right);
		printf("%*s %5s %2u | %c     | %-2u ", indent, goes_to(p, left), signal_name(left),
		       i, i == 1 ? 'o' : ' ', c->pins + 1 - i);
		if (*beside)
			printf("%-5s %s\n", signal_name(right), beside);
		else
			printf("%s\n", signal_name(right));
	}
	printf("%*s'-------'\n", indent + 10, "");
}

static bool same_pins(const struct wiring_chip *a, const struct wiring_chip *b)
{
	return a->pins == b->pins && !memcmp(a->pin, b->pin, sizeof(a->pin));
}

/* A cell of the table; the last of a line has nothing behind it. */
static void put_cell(int columns, bool last, const char *text)
{
	if (last)
		printf("%s\n", text);
	else
		printf("%-*s", columns, text);
}

/* One column of chip pins for each way of numbering, then programmers first to last. */
static void print_block(const struct answer *a, size_t first, size_t last)
{
	const struct wiring_chip *c;
	size_t s, i;

	printf("\n  %-7s", "");
	for (i = 0; i < a->chips; i++)
		if (!i || !same_pins(a->chip[0], a->chip[i]))
			printf("%-9s", a->chip[i]->pins == 16 ? "16 pins" : "8 pins");
	for (i = first; i < last; i++)
		put_cell(CELL + 1, i + 1 == last, a->programmer[i]->word);
	for (s = 0; s < WIRING_SIGNALS; s++) {
		printf("  %-7s", wiring_signal_names[s]);
		for (i = 0; i < a->chips; i++) {
			c = a->chip[i];
			if (!i || !same_pins(a->chip[0], c))
				printf("%-9u", c->pin[s]);
		}
		for (i = first; i < last; i++)
			put_cell(CELL + 1, i + 1 == last,
				 a->programmer[i]->pin[s] ? a->programmer[i]->pin[s] : "-");
	}
}

static void print_table(const struct answer *a, unsigned width)
{
	const size_t room = (width > FIRST + CELL ? width - FIRST : CELL) / (CELL + 1);
	const size_t step = room ? room : 1;
	size_t i;

	for (i = 0; i < a->programmers; i += step)
		print_block(a, i, i + step < a->programmers ? i + step : a->programmers);
}

static void print_programmers(const struct answer *a, unsigned width)
{
	char line[256];
	size_t i;

	putchar('\n');
	for (i = 0; i < a->programmers; i++) {
		snprintf(line, sizeof(line), "%s: rom-flash %s", a->programmer[i]->title,
			 a->programmer[i]->use);
		wrap_print(stdout, width, a->programmer[i]->word, line);
	}
}

static void print_rules(const struct answer *a, unsigned width)
{
	const char *last = "";
	size_t i;

	puts("\nRules");
	for (i = 0; i < wiring_rule_count; i++) {
		if (!applies(a, &wiring_rules[i]))
			continue;
		wrap_print(stdout, width, strcmp(last, wiring_rules[i].topic)
			   ? wiring_rules[i].topic : "", wiring_rules[i].text);
		last = wiring_rules[i].topic;
	}
}

static void print(const struct answer *a)
{
	const unsigned width = wrap_width(stdout);
	size_t i, k;

	if (a->board)
		hardware_print(stdout, width, a->board);
	for (i = 0; i < a->chips; i++) {
		if (i || a->board)
			putchar('\n');
		for (k = 0; k < i && !same_pins(a->chip[k], a->chip[i]); k++)
			;
		if (k == i)
			draw(a->chip[i], a->programmers == 1 ? a->programmer[0] : NULL);
		else
			printf("%s has the same pins\n",
			       hardware_package_words[a->chip[i]->package]);
	}
	print_table(a, width);
	print_programmers(a, width);
	print_rules(a, width);
}

/* --- JSON --------------------------------------------------------------------------------- */

static json_t *chip_json(const struct wiring_chip *c)
{
	json_t *pins = json_object();
	size_t i;

	for (i = 0; i < WIRING_SIGNALS; i++)
		json_object_set_new(pins, wiring_signal_names[i], json_integer(c->pin[i]));
	return json_pack("{s:s, s:i, s:o}", "package", hardware_package_words[c->package], "pins",
			 (int)c->pins, "pin", pins);
}

static json_t *programmer_json(const struct wiring_programmer *p)
{
	json_t *pins = json_object();
	size_t i;

	for (i = 0; i < WIRING_SIGNALS; i++)
		json_object_set_new(pins, wiring_signal_names[i],
				    p->pin[i] ? json_string(p->pin[i]) : json_null());
	return json_pack("{s:s, s:s, s:o, s:s}", "name", p->word, "title", p->title, "pin", pins,
			 "use", p->use);
}

/* {"board":… or null,"hardware":{…} or null,"chips":[…],"programmers":[…],
 *  "rules":[{"topic":"…","text":"…"}]} */
static enum img_status print_json(const struct answer *a, struct img_error *err)
{
	json_t *chips = json_array(), *programmers = json_array(), *rules = json_array();
	size_t i;

	for (i = 0; i < a->chips; i++)
		json_array_append_new(chips, chip_json(a->chip[i]));
	for (i = 0; i < a->programmers; i++)
		json_array_append_new(programmers, programmer_json(a->programmer[i]));
	for (i = 0; i < wiring_rule_count; i++)
		if (applies(a, &wiring_rules[i]))
			json_array_append_new(rules, json_pack("{s:s, s:s}", "topic",
							       wiring_rules[i].topic, "text",
							       wiring_rules[i].text));
	return json_print(json_pack("{s:s?, s:o, s:o, s:o, s:o}", "board",
				    a->board ? a->board->id : NULL, "hardware",
				    hardware_json(a->board ? a->board->hardware : NULL), "chips",
				    chips, "programmers", programmers, "rules", rules), err);
}

enum img_status wiring_print(const struct wiring_ask *ask, struct img_error *err)
{
	struct answer a = { .board = ask->board };
	enum img_status st = IMG_OK;

	if (ask->chip)
		st = take_chip(&a, ask->chip, err);
	else if (ask->board)
		st = take_board(&a, err);
	else
		add_chip(&a, &wiring_chips[0]);
	if (st == IMG_OK)
		st = take_programmers(&a, ask->programmer, err);
	if (st != IMG_OK)
		return st;
	if (ask->json)
		return print_json(&a, err);
	print(&a);
	if (fflush(stdout) || ferror(stdout))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}
