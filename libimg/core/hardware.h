/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a machine's flash chips as one meets them at the bench, as a plain struct.
 * Several boards (x200_4mb, x200_8mb) can be images for one such hardware. The programs fill
 * it from layouts/hardware/ (see tools/common/hardware_yaml.h). All pointers are borrowed;
 * NULL, 0 and an empty list mean "not known", never "there is none".
 */
#ifndef IMG_CORE_HARDWARE_H
#define IMG_CORE_HARDWARE_H

#include <stddef.h>
#include <stdint.h>

#define IMG_HARDWARE_CHIPS 2
#define IMG_HARDWARE_OTHERS 4
#define IMG_HARDWARE_LINES 8

enum img_package { IMG_SOIC8, IMG_SOIC16, IMG_WSON8, IMG_DIP8, IMG_PLCC32, IMG_PACKAGES };

enum img_hardware_bus {
	IMG_BUS_SPI,
	IMG_BUS_LPC,		/* no SPI programmer can reach it */
	IMG_BUS_NONE,		/* an emulator: there is no chip */
};

enum img_fitted { IMG_FITTED_UNKNOWN, IMG_FITTED_SOLDERED, IMG_FITTED_SOCKET };

/* Who gives the chip its VCC while it is written. */
enum img_supply {
	IMG_SUPPLY_UNKNOWN,
	IMG_SUPPLY_PROGRAMMER,
	IMG_SUPPLY_BOARD,	/* VCC of the programmer stays open */
	IMG_SUPPLY_EITHER,	/* power says when which */
};

struct img_hardware_chip {
	unsigned packages;	/* bit 1 << IMG_SOIC8 and so on: one of these, it varies */
	enum img_fitted fitted;
	const char *called;	/* by guides and on the board */
	const char *where;
	const char *models;	/* seen there */
	const char *access;	/* where it differs from that of the board */
};

enum img_other_kind { IMG_OTHER_EC, IMG_OTHER_THUNDERBOLT, IMG_OTHER_BMC, IMG_OTHER_PRIVATE };

/* A flash chip of the machine that is not the one with its firmware. */
struct img_hardware_other {
	const char *what;	/* "Thunderbolt controller" */
	enum img_other_kind kind;
	uint64_t size;
	const char *where, *note;
};

struct img_hardware {
	const char *id;		/* "x230" */
	const char *name;
	enum img_hardware_bus bus;
	size_t chip_count;	/* in image order, or of the same image each; 0: not known */
	struct img_hardware_chip chip[IMG_HARDWARE_CHIPS];
	unsigned millivolts;	/* 3300 or 1800 */
	const char *voltage_note;
	enum img_supply supply;
	const char *access;	/* what has to come off */
	size_t power_count;
	const char *power[IMG_HARDWARE_LINES];	/* how it is made ready, in order */
	const char *select;	/* what to do with CS# of the chip that is not meant */
	const char *internal_vendor, *internal_coreboot;	/* written by itself */
	const char *protection;
	size_t other_count;
	struct img_hardware_other other[IMG_HARDWARE_OTHERS];
	/* What is this machine's own: a region as "gbe", "fmap:AREA" or "cbfs:FILE". */
	size_t keep_count;
	const char *keep[IMG_HARDWARE_LINES];
	size_t remark_count;
	const char *remark[IMG_HARDWARE_LINES];
};

#endif
