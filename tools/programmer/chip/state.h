/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of chip/: what the files there share. */
#ifndef PROGRAMMER_CHIP_STATE_H
#define PROGRAMMER_CHIP_STATE_H

#include "tools/programmer/chip/driver.h"
#include "tools/programmer/chip/opcode.h"
#include "tools/programmer/chip/protect.h"
#include "tools/programmer/chip/sfdp.h"

#define CHIP_READ_FRAME ((size_t)1 << 20)	/* bytes of one read command, or batch of them */
#define CHIP_READ_BATCH 64			/* read commands in a batch */
#define CHIP_PROGRAM_BATCH 256			/* pages in a batch */
#define CHIP_BATCH_MAX (4 * CHIP_PROGRAM_BATCH)	/* transactions */
#define CHIP_CANDIDATES 32
#define CHIP_HEADER_MAX 5			/* opcode and address */
#define CHIP_DUMMY 256				/* bytes read to keep a chip busy */
#define CHIP_LOCKS_MAX 32			/* bytes of SST26's block-protection register */

struct chip_page {		/* a page on its way to the chip */
	uint8_t frame[CHIP_HEADER_MAX + CHIP_PAGE_MAX];
	size_t header;
	size_t size;
	uint64_t at;
	uint8_t before, after;	/* status between write enable and program, and behind */
	bool taken;
};

struct chip_candidates {	/* the rows that fit what the chip answered */
	const struct chip_part *part[CHIP_CANDIDATES];
	size_t count;
};

/* What is common to the candidates, besides geometry. */
struct chip_traits {
	unsigned flags;		/* abilities all have, cautions any has */
	bool sr2_differs;	/* only some write SR2 by 01 */
	uint8_t odd_bits;	/* bits of SR1 that change without anybody writing them */
	struct chip_bit mode;
	enum chip_unlock unlock;
	uint8_t unlock_mask;
	bool unlock_srwd;
	struct chip_protect protect;
	enum chip_errors errors;
};

enum chip_addressing {
	CHIP_ADDRESS_3,
	CHIP_ADDRESS_NATIVE,	/* commands of their own with 4-byte addresses */
	CHIP_ADDRESS_MODE,	/* B7 ... E9 */
	CHIP_ADDRESS_EAR,	/* a register for the highest byte */
	CHIP_ADDRESS_4,		/* never anything else */
};

struct spi_chip {
	struct chip base;
	struct spi_bus *bus;
	struct chip_traits traits;
	struct chip_candidates candidates;
	bool asleep;		/* it was found in deep power-down */
	bool enabled;		/* write enable has been sent */
	bool gave_up;		/* it stayed busy, and waiting once more is in vain */
	unsigned pace;		/* pages in a batch */

	enum chip_addressing addressing;
	bool leave_4byte;	/* it was found in 3-byte mode */
	uint8_t ear_found, ear;
	bool ear_changed;

	bool lifted;		/* protection is to be put back: */
	struct chip_registers found;	/* as they were before */
	uint8_t sr1;		/* what SR1 is to show now, but for WIP, WEL and odd_bits ... */
	bool settling;		/* ... unless it is just being written */
	uint8_t locks[CHIP_LOCKS_MAX];

	uint8_t dummy[CHIP_DUMMY];
	struct spi_transaction wide[2 * CHIP_BATCH_MAX];
	uint32_t page_us;	/* what a page takes, ... */
	bool learned;		/* ... as it turned out */
	struct spi_transaction batch[CHIP_BATCH_MAX];	/* of pages */
	struct chip_page page[CHIP_PROGRAM_BATCH];
	size_t loaded;		/* of page, and not sent yet */
};

/* The chip of which this is the base. */
struct spi_chip *spi_chip_of(struct chip *base);

/* --- chip.c: one door to the bus --- */

/* Runs a batch of at most CHIP_BATCH_MAX; keeps the chip busy where it wants that. */
enum img_status chip_run(struct spi_chip *chip, const struct spi_transaction *batch, size_t n,
			 struct img_error *err) IMG_CHECKED;

/* How many of want bytes fit a frame that carries most; 0: any number. */
size_t chip_carried(size_t most, size_t want);

/* A command without address: its bytes out, nin bytes in. */
enum img_status chip_command(struct spi_chip *chip, const uint8_t *out, size_t nout, uint8_t *in,
			     size_t nin, struct img_error *err) IMG_CHECKED;

/* Could this be the first status register of this chip? Only WIP, WEL and odd bits change. */
bool chip_status_plausible(const struct spi_chip *chip, uint8_t status);

/*
 * Asks until WIP is 0, at intervals of a sixteenth of typical_us; then looks for error
 * flags. what and at: for messages.
 * IMG_E_TIMEOUT: after max_us it still was 1. IMG_E_IO: the chip stopped answering, or
 * reports an error.
 */
enum img_status chip_wait(struct spi_chip *chip, const char *what, uint32_t typical_us,
			  uint32_t max_us, uint64_t at, struct img_error *err) IMG_CHECKED;

/* --- identify.c, merge.c --- */

/* Fills candidates, traits and info up to the voltages. */
enum img_status chip_identify(struct spi_chip *chip, const struct chip_options *options,
			      struct img_error *err) IMG_CHECKED;

/* All rows of this kind and id; of rows with further bytes those that fit best. */
void chip_find_candidates(enum chip_probe probe, const uint8_t *answer, size_t size,
			  struct chip_candidates *out);

/* The known id that an unknown one is, shifted; *by: bits it is late, negative: early.
 * NULL: none. */
const struct chip_part *chip_shifted_id(const uint8_t *answer, size_t size, int *by);

/* Leaves out those whose ext is not what AB answered, unless that leaves none. */
void chip_narrow_by_res(struct chip_candidates *c, uint8_t res);

/* Leaves out those that have no SFDP or other erase sizes, unless that leaves none. */
void chip_narrow_by_sfdp(struct chip_candidates *c, const struct sfdp *s);

/* Merges the candidates; s: NULL: none was read. */
void chip_merge(struct spi_chip *chip, const struct sfdp *s);

/* --- sfdp_read.c: IMG_E_ABSENT: there is none that can be used --- */
enum img_status chip_read_sfdp(struct spi_chip *chip, struct sfdp *out,
			       struct img_error *err) IMG_CHECKED;

/* --- address.c --- */

/* How this chip is addressed; drops the erase commands that do not go with it. */
enum img_status chip_choose_addressing(struct spi_chip *chip, struct img_error *err) IMG_CHECKED;
enum img_status chip_enter_addressing(struct spi_chip *chip, struct img_error *err) IMG_CHECKED;
enum img_status chip_leave_addressing(struct spi_chip *chip, struct img_error *err) IMG_CHECKED;

/* Before commands between at and the next multiple of 16 MiB. */
enum img_status chip_reach(struct spi_chip *chip, uint64_t at, struct img_error *err) IMG_CHECKED;

/* Opcode and address; returns how many bytes that is. */
size_t chip_put_address(const struct spi_chip *chip, uint8_t frame[CHIP_HEADER_MAX], uint8_t opcode,
			uint64_t at);
uint8_t chip_read_opcode(const struct spi_chip *chip);
uint8_t chip_program_opcode(const struct spi_chip *chip);

/* --- registers.c, unlock.c --- */

/* The registers that this chip has. */
enum img_status chip_read_registers(struct spi_chip *chip, struct chip_registers *out,
				    struct img_error *err) IMG_CHECKED;
enum img_status chip_read_register(struct spi_chip *chip, enum chip_register which, uint8_t *out,
				   struct img_error *err) IMG_CHECKED;

/* Writes SR1, SR2 and SR3 where they differ from is, reads back, IMG_E_MISMATCH: they are
 * not what was written; *is holds what was read. */
enum img_status chip_write_registers(struct spi_chip *chip, struct chip_registers *is,
				     const struct chip_registers *want,
				     struct img_error *err) IMG_CHECKED;

/* One byte by 01, for chips that have no more; chip->sr1 is what can be read then. */
enum img_status chip_write_sr1(struct spi_chip *chip, uint8_t value,
			       struct img_error *err) IMG_CHECKED;

/* Fills what info says of protection. */
enum img_status chip_look_at_protection(struct spi_chip *chip, struct img_error *err) IMG_CHECKED;
enum img_status chip_relock(struct spi_chip *chip, struct img_error *err) IMG_CHECKED;

/* --- errors.c --- */

/* status: of SR1. Does it show an error that blocks the chip? */
bool chip_shows_error(const struct spi_chip *chip, uint8_t status);

/* Clears error flags. *word says what they told, NULL: nothing. status: as above. */
enum img_status chip_take_errors(struct spi_chip *chip, uint8_t status, const char **word,
				 struct img_error *err) IMG_CHECKED;

/* --- the driver's functions: identify.c, unlock.c, change.c --- */
bool spi_chip_is_named(const struct chip *base, const char *name);
enum img_status spi_chip_unlock(struct chip *base, struct img_error *err) IMG_CHECKED;
enum img_status spi_chip_erase(struct chip *base, const struct chip_erase_kind *kind, uint64_t at,
			       struct img_error *err) IMG_CHECKED;
enum img_status spi_chip_program_more(struct chip *base, uint64_t at, struct img_view bytes,
				      struct img_error *err) IMG_CHECKED;
enum img_status spi_chip_program_end(struct chip *base, struct img_error *err) IMG_CHECKED;
void spi_chip_set_pace(struct chip *base, unsigned pages);

/* --- change.c, bytes.c --- */
enum img_status chip_fail_ignored(struct spi_chip *chip, const char *what, uint64_t at,
				  uint8_t before, struct img_error *err);
enum img_status chip_program_bytes(struct spi_chip *chip, uint64_t at, struct img_view bytes,
				   struct img_error *err) IMG_CHECKED;

#endif
