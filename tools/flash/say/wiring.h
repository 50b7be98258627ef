/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --wiring: which pin of a chip goes to which pin of a programmer, and the rules at the
 * bench. The facts are the tables of wiring_data.c; everything else prints them.
 */
#ifndef FLASH_SAY_WIRING_H
#define FLASH_SAY_WIRING_H

#include "libimg/core/board.h"
#include "tools/common/diag.h"

enum wiring_signal { WIRING_CS, WIRING_MISO, WIRING_WP, WIRING_GND, WIRING_MOSI, WIRING_CLK,
		     WIRING_HOLD, WIRING_VCC, WIRING_SIGNALS };

struct wiring_chip {
	const char *word;	/* "soic8" */
	enum img_package package;
	unsigned pins;
	unsigned pin[WIRING_SIGNALS];
};

struct wiring_programmer {
	const char *word;	/* "rpi40" */
	const char *title;
	const char *pin[WIRING_SIGNALS];	/* NULL: nothing goes there */
	const char *use;	/* what to give rom-flash */
};

/* When a rule is said: all bits that it has have to be among those of the question. */
enum {
	WIRING_IN_CIRCUIT = 1u << 0,
	WIRING_LOOSE = 1u << 1,		/* out of its socket, or not soldered yet */
	WIRING_SOIC8_CLIP = 1u << 2,
	WIRING_SOIC16_CLIP = 1u << 3,
	WIRING_WSON = 1u << 4,
	WIRING_SOCKET = 1u << 5,
	WIRING_PROGRAMMER = 1u << 8,	/* the first programmer of the table, and so on */
};

struct wiring_rule {
	unsigned when;		/* 0: always */
	const char *topic;
	const char *text;
};

extern const char *const wiring_signal_names[WIRING_SIGNALS];
extern const struct wiring_chip wiring_chips[];
extern const size_t wiring_chip_count;
extern const struct wiring_programmer wiring_programmers[];
extern const size_t wiring_programmer_count;
extern const struct wiring_rule wiring_rules[];
extern const size_t wiring_rule_count;

/* What is asked for. */
struct wiring_ask {
	const struct img_board *board;	/* NULL: none */
	const char *chip;	/* word, NULL: the board's, else SOIC-8 */
	const char *programmer;	/* word, NULL: all */
	bool json;
};

/* IMG_E_USAGE: no such chip or programmer. IMG_E_UNSUPPORTED: the board has no SPI chip.
 * IMG_E_IO: standard output. */
enum img_status wiring_print(const struct wiring_ask *ask, struct img_error *err) IMG_CHECKED;

#endif
