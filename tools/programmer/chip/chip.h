/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A flash chip that has been identified. Everything above this header speaks of bytes and
 * blocks; what is no SPI chip (an mtd device, another program) can stand behind the same
 * functions.
 *
 * Addresses count bytes from the start of the chip. Errors that come from the wire:
 * IMG_E_IO (the programmer, the chip stopped answering, or it refused a command),
 * IMG_E_TIMEOUT (the chip stayed busy beyond its own maximum).
 */
#ifndef PROGRAMMER_CHIP_CHIP_H
#define PROGRAMMER_CHIP_CHIP_H

#include <stdbool.h>

#include "libimg/core/view.h"
#include "tools/programmer/bus/spi.h"
#include "tools/programmer/chip/part.h"

#define CHIP_NAME_MAX 512
#define CHIP_VENDOR_MAX 40
#define CHIP_ID_READ 8		/* bytes read by 9F */

struct chip;

struct chip_options {
	uint64_t size;		/* what the user says the chip has; 0: nothing */
	bool keep_busy;		/* -m: dummy reads before every command, as for CHIP_MX */
};

/* A part of the chip that is closed to us, whatever its own protection says. */
struct chip_guard {
	struct img_range range;
	bool read, write;	/* what may be done there; never both */
	char name[40];		/* "Management Engine", "PR0" */
};

#define CHIP_GUARDS 48

struct chip_info {
	char vendor[CHIP_VENDOR_MAX];
	char name[CHIP_NAME_MAX];	/* entries that it may be, separated by "|" */
	uint8_t id[CHIP_ID_SIZE];
	size_t id_size;
	uint8_t ext[CHIP_EXT_SIZE];	/* what told variants of the id apart */
	size_t ext_size;
	bool sfdp;		/* its own table was read and decided the geometry */
	struct chip_geometry geometry;	/* what all that it may be agree on */
	uint16_t mv_min, mv_max;	/* supply, of several possible the lowest; 0: unknown */
	bool mv_mixed;		/* the id is shared by chips of different supply */
	uint8_t status;		/* first status register, as found */
	uint8_t protect_mask;	/* its bits of which any one protects blocks */
	bool protected;		/* something is, or is likely to be */
	bool range_known;	/* then this is: */
	struct img_range protected_range;
	bool status_locked;	/* SRP is set: protection cannot be lifted while WP# is low */
	bool keeps_busy;	/* the MX workaround is on */
	/* Another program reads and writes it, all in one go: a part takes as long. */
	bool at_once;
	size_t guards;
	struct chip_guard guard[CHIP_GUARDS];
};

/*
 * How many bytes from at on, up to the end of the chip, are alike in whether they can be
 * read, or written; *open: they can.
 */
uint64_t chip_open_bytes(const struct chip_info *info, uint64_t at, bool write, bool *open);

/*
 * Finds out what is on the bus. Until the id is known only 9F, 5A, AB and 05 are sent, and
 * where 9F answers nothing 90 and 15; a chip in deep power-down is woken, and chip_close()
 * sends it back. Error flags that a predecessor left are cleared. A chip above 16 MiB is
 * put into the address mode it needs, which chip_close() undoes.
 * options: NULL: none. The bus stays the caller's and has to live longer. *out is the
 * caller's: chip_close().
 * IMG_E_ABSENT: nothing answers (all FF or all 00). IMG_E_UNSUPPORTED: an id that the
 * table does not have, and no SFDP either. IMG_E_CORRUPT: the id differs from one
 * reading to the next. IMG_E_REFUSED: the id tells another size than SFDP or
 * options->size. IMG_E_TIMEOUT: there is a chip, busy with something.
 */
enum img_status chip_open_with(struct spi_bus *bus, const struct chip_options *options,
			       struct chip **out, struct img_error *err) IMG_CHECKED;
enum img_status chip_open(struct spi_bus *bus, struct chip **out,
			  struct img_error *err) IMG_CHECKED;

/*
 * Puts back what was changed: protection, address mode, power-down; takes write enable
 * back; frees chip in every case. Each is tried, whatever became of the others; the first
 * failure is told.
 */
enum img_status chip_close(struct chip *chip, struct img_error *err) IMG_CHECKED;

const struct chip_info *chip_info(const struct chip *chip);
bool chip_is_named(const struct chip *chip, const char *name);

/* Fills all of into from at. IMG_E_BOUNDS: it would leave the chip. */
enum img_status chip_read(struct chip *chip, uint64_t at, struct img_span into,
			  struct img_error *err) IMG_CHECKED;

/*
 * Lifts block protection, where there is any, until chip_close(): for the time the chip
 * has power, where the chip can do that. What was written is read back. IMG_E_IO: it
 * cannot be lifted; the sentence says what holds it (WP#, a lock until power-off, ...).
 */
enum img_status chip_unlock(struct chip *chip, struct img_error *err) IMG_CHECKED;

/*
 * Erases the block of this kind that begins at at and waits for the end. For
 * geometry.whole at is 0. IMG_E_BOUNDS: not where a block begins, or beyond the chip.
 * IMG_E_IO: also when the chip did not take the command (write enable has no effect, or
 * the block is protected) or reports that it failed; its error flags are cleared.
 */
enum img_status chip_erase(struct chip *chip, const struct chip_erase_kind *kind, uint64_t at,
			   struct img_error *err) IMG_CHECKED;

/*
 * Programs bytes at at, any length, and waits for the end. Pages that the chip shows not
 * to have taken are sent again. What the array holds after it is for the caller to
 * read: programming only clears bits. Errors as chip_erase(); IMG_E_UNSUPPORTED: the chip
 * is read only.
 */
enum img_status chip_program(struct chip *chip, uint64_t at, struct img_view bytes,
			     struct img_error *err) IMG_CHECKED;

/*
 * The same in two steps: more may keep pages back until there are enough to be sent
 * together, end sends what is left and waits. After a failure of either nothing is kept
 * back; all since the last end has to be given again.
 */
enum img_status chip_program_more(struct chip *chip, uint64_t at, struct img_view bytes,
				  struct img_error *err) IMG_CHECKED;
enum img_status chip_program_end(struct chip *chip, struct img_error *err) IMG_CHECKED;

/* At most so many pages follow each other before the chip is asked how they went; 1 at
 * least. What is more than the driver can do is all it can do. False: pages are the affair of
 * somebody else there, and there is no pace. */
bool chip_set_pace(struct chip *chip, unsigned pages);

/* Microseconds since some moment, of the clock the chip lives by: a simulated one's is not
 * real. */
uint64_t chip_now_us(const struct chip *chip);

/* Was an erase or program sent that the chip did not show to have ignored? */
bool chip_changed(const struct chip *chip);

#endif
