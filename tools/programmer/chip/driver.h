/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What stands behind a struct chip: a chip on an SPI bus (state.h), or something that offers
 * no SPI access and still reads and writes bytes. Each kind has this struct as its first
 * member and its own table of functions; everybody else goes through chip.h.
 */
#ifndef PROGRAMMER_CHIP_DRIVER_H
#define PROGRAMMER_CHIP_DRIVER_H

#include "tools/programmer/chip/chip.h"

/*
 * Each as the function of the same name in chip.h says. Ranges that are read or programmed
 * lie on the chip, and nothing is programmed where geometry.program is CHIP_PROGRAM_NONE.
 */
struct chip_driver {
	enum img_status (*close)(struct chip *chip, struct img_error *err);
	enum img_status (*read)(struct chip *chip, uint64_t at, struct img_span into,
				struct img_error *err);
	enum img_status (*unlock)(struct chip *chip, struct img_error *err);	/* NULL: no need */
	enum img_status (*erase)(struct chip *chip, const struct chip_erase_kind *kind,
				 uint64_t at, struct img_error *err);	/* NULL: no kinds */
	enum img_status (*program_more)(struct chip *chip, uint64_t at, struct img_view bytes,
					struct img_error *err);
	enum img_status (*program_end)(struct chip *chip, struct img_error *err);
	void (*set_pace)(struct chip *chip, unsigned pages);	/* NULL: it has none */
	uint64_t (*now_us)(const struct chip *chip);	/* NULL: time is real */
	bool (*is_named)(const struct chip *chip, const char *name);
};

struct chip {
	const struct chip_driver *driver;
	struct chip_info info;
	bool changed;
};

#endif
