/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A flash chip that has been identified. Everything above this header speaks of bytes and
 * blocks; what is no SPI chip (an mtd device, another program) can stand behind the same
 * functions.
 *
 * Addresses count bytes from the start of the chip. Errors that come from the wire:
 * IMG_E_IO (the programmer, or the chip stopped answering), IMG_E_TIMEOUT (the chip stayed
 * busy beyond its own maximum).
 */
#ifndef PROGRAMMER_CHIP_CHIP_H
#define PROGRAMMER_CHIP_CHIP_H

#include <stdbool.h>

#include "libimg/core/view.h"
#include "tools/programmer/bus/spi.h"
#include "tools/programmer/chip/part.h"

#define CHIP_NAME_MAX 256

struct chip;

struct chip_info {
	const char *vendor;
	char name[CHIP_NAME_MAX];	/* entries that share the id, separated by "|" */
	uint8_t id[CHIP_ID_SIZE];
	struct chip_geometry geometry;	/* what all of them agree on */
	uint8_t status;			/* first status register, as found */
	uint8_t protect_mask;		/* its bits of which any one protects blocks */
	bool protected;			/* one of them is set */
};

/*
 * Finds out what is on the bus. Until the id is known only 9F, AB and 05 are sent; a chip
 * in deep power-down is woken, and chip_close() sends it back. The bus stays the caller's
 * and has to live longer. *out is the caller's: chip_close().
 * IMG_E_ABSENT: nothing answers (all FF or all 00). IMG_E_UNSUPPORTED: an id that the
 * table does not have. IMG_E_CORRUPT: the id differs from one reading to the next.
 * IMG_E_TIMEOUT: there is a chip, busy with something.
 */
enum img_status chip_open(struct spi_bus *bus, struct chip **out,
			  struct img_error *err) IMG_CHECKED;

/* Takes write enable back, restores power-down, frees chip in every case. */
enum img_status chip_close(struct chip *chip, struct img_error *err) IMG_CHECKED;

const struct chip_info *chip_info(const struct chip *chip);
bool chip_is_named(const struct chip *chip, const char *name);

/* Fills all of into from at. IMG_E_BOUNDS: it would leave the chip. */
enum img_status chip_read(struct chip *chip, uint64_t at, struct img_span into,
			  struct img_error *err) IMG_CHECKED;

/*
 * Erases the block of this kind at at and waits for the end. IMG_E_BOUNDS: not where a
 * block begins, or beyond the chip. IMG_E_IO: also when the chip did not take the command
 * (write enable has no effect, or the block is protected).
 */
enum img_status chip_erase(struct chip *chip, const struct chip_erase_kind *kind, uint64_t at,
			   struct img_error *err) IMG_CHECKED;

/*
 * Programs bytes at at, any length, and waits for the end. Pages that the chip shows not
 * to have taken are sent again. What the array holds after it is for the caller to
 * read: programming only clears bits. Errors as chip_erase().
 */
enum img_status chip_program(struct chip *chip, uint64_t at, struct img_view bytes,
			     struct img_error *err) IMG_CHECKED;

/* Was an erase or program sent that the chip did not show to have ignored? */
bool chip_changed(const struct chip *chip);

#endif
