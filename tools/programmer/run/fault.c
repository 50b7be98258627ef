/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/fault.h"

#define LEAST 16		/* fewer bytes that differ show no pattern */

/* What the byte at i would read as, if this were the fault. */
typedef uint8_t fault_fn(const uint8_t *want, size_t i);

static uint8_t shifted_right(const uint8_t *want, size_t i)
{
	return (uint8_t)(want[i] >> 1 | (i ? want[i - 1] << 7 : 0x80));
}

static uint8_t shifted_left(const uint8_t *want, size_t i)
{
	return (uint8_t)(want[i] << 1 | want[i + 1] >> 7);
}

static uint8_t doubled(const uint8_t *want, size_t i)
{
	return want[i / 2];
}

static uint8_t inverted(const uint8_t *want, size_t i)
{
	return (uint8_t)~want[i];
}

static const struct { fault_fn *would; const char *text; } faults[] = {
	{ shifted_right, "all bits come one clock late: shorten the wires, lower the clock and "
			 "check the ground wire" },
	{ shifted_left, "all bits come one clock early: shorten the wires, lower the clock and "
			"check the ground wire" },
	{ doubled, "every byte comes twice: another master drives the clock; keep the machine "
		   "off, and its chipset in reset" },
	{ inverted, "every bit is inverted: a level adapter or the wrong line inverts" },
};

/* The last byte of a left shift depends on what follows, so it is not looked at. */
static bool explains(fault_fn *would, struct img_view want, struct img_view is)
{
	const uint8_t *a = img_view_data(want), *b = img_view_data(is);
	const size_t n = img_view_size(want) - 1;
	size_t i, moved = 0;

	for (i = 1; i < n; i++) {
		if (would(a, i) != b[i])
			return false;
		moved += a[i] != b[i];
	}
	return moved >= LEAST;
}

const char *run_fault(struct img_view want, struct img_view is)
{
	size_t i;

	if (img_view_size(want) > LEAST && img_view_size(want) == img_view_size(is)) {
		if (img_view_filled(is, 0xff))
			return "nothing but FF comes: the clip slipped, or the chip has no power";
		if (img_view_filled(is, 0x00))
			return "nothing but 00 comes: the data line is held low, or shorted";
		for (i = 0; i < sizeof(faults) / sizeof(faults[0]); i++)
			if (explains(faults[i].would, want, is))
				return faults[i].text;
	}
	return "check the contacts, shorten the wires or lower the clock";
}
