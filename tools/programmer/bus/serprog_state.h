/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of bus/serprog*.c: what they share. */
#ifndef PROGRAMMER_BUS_SERPROG_STATE_H
#define PROGRAMMER_BUS_SERPROG_STATE_H

#include "tools/programmer/bus/serprog.h"
#include "tools/programmer/bus/serprog_protocol.h"

#define SERPROG_SILENCE_US 1000000	/* nobody who is alive thinks longer than that */
#define SERPROG_UNREAD ((size_t)2048)	/* answers on their way while we write on */
/* Bytes of commands without an answer. When one gets lost, these and what it takes to get
 * in step again may all end in one frame, and that has to fit the 4096 bytes of a Pico. */
#define SERPROG_WINDOW ((size_t)3072)
#define SERPROG_HEADER 7		/* of O_SPIOP: opcode, two lengths */
#define SERPROG_FRAME_MAX ((size_t)4096)	/* to the chip, where nothing else is told */

struct serprog {
	struct spi_bus bus;	/* first, so that one can be had from the other */
	struct wire *wire;
	uint8_t map[SP_MAP_SIZE];
	char about[160];
	uint32_t hertz;		/* of the SPI clock; 0: unknown */
	size_t window;
	uint64_t trip_us;	/* to the programmer and back; 0 where there is no stream */
	uint32_t nop_ns;	/* how long the programmer is busy with a NOP; 0: too short */
	unsigned chip;		/* selected */
	bool stream;
	bool ready;		/* to run frames */
	bool driving;		/* the pins */
	bool risky;		/* the batch has frames that FFs may complete to something bad */
	bool dead;		/* not in step with the programmer any more, and for good */
	bool ending;		/* the interrupt has been told: what follows cleans up */
	uint8_t rx[65536];	/* what has come and nobody has looked at */
	size_t rx_first, rx_used;
};

static inline bool serprog_offers(const struct serprog *s, uint8_t opcode)
{
	return s->map[opcode / 8] >> opcode % 8 & 1;
}

/* How long to wait for the next byte while so many cross the wire and the SPI bus. */
uint64_t serprog_patience(const struct serprog *s, uint64_t bytes);

/* interrupt_check(), which fails once: what is done after that is done to clean up. */
enum img_status serprog_check_interrupt(struct serprog *s, struct img_error *err) IMG_CHECKED;

/* One step of writing and reading; what comes goes to the end of rx. */
enum img_status serprog_step(struct serprog *s, const uint8_t *out, size_t n, size_t *written,
			     uint64_t deadline, bool *moved, struct img_error *err) IMG_CHECKED;

/*
 * Lets answers gather: to be woken for every packet is most of what reading and writing cost the
 * processor. due: bytes that are still to come before there is anything to do. pauses_us: how
 * long the programmer is busy at least with what it was sent, of which half is left to send more.
 */
void serprog_gather(struct serprog *s, size_t due, uint64_t pauses_us);

/* All of it in one write, reading meanwhile. */
enum img_status serprog_write(struct serprog *s, const uint8_t *out, size_t n,
			      struct img_error *err) IMG_CHECKED;

/* Exactly n bytes. IMG_E_TIMEOUT: no byte came for so long; what now is the caller's. */
enum img_status serprog_read(struct serprog *s, uint8_t *into, size_t n, uint64_t patience_us,
			     struct img_error *err) IMG_CHECKED;

/*
 * One command in the plain way, and n bytes of answer behind its ACK. IMG_E_UNSUPPORTED:
 * NAK. IMG_E_CORRUPT: something else; programmer and host are in step again.
 */
enum img_status serprog_command(struct serprog *s, uint8_t opcode, const uint8_t *params,
				size_t nparams, uint8_t *answer, size_t n,
				struct img_error *err) IMG_CHECKED;

/* Gets in step, whatever was before. IMG_E_TIMEOUT: nobody there speaks serprog. */
enum img_status serprog_sync(struct serprog *s, struct img_error *err) IMG_CHECKED;

/*
 * The answer makes no sense (byte), or none comes (-1): from now on one command at a time.
 * IMG_E_CORRUPT: programmer and host are in step again. IMG_E_TIMEOUT: they are not, or
 * the FFs that this takes could complete an erase that got lost halfway, so that it was
 * not tried.
 */
enum img_status serprog_confused(struct serprog *s, int byte, struct img_error *err);

/* Drops what has come and comes until nothing has come for so long. */
enum img_status serprog_hush(struct serprog *s, uint64_t us, struct img_error *err) IMG_CHECKED;

/* Does a write of several commands get their answers? Fills stream, trip_us and
 * nop_ns. */
enum img_status serprog_try_stream(struct serprog *s, struct img_error *err) IMG_CHECKED;

void serprog_put_header(uint8_t header[SERPROG_HEADER], size_t nout, size_t nin);

/* spi_bus.run with commands that follow each other. */
enum img_status serprog_run_stream(struct serprog *s, const struct spi_transaction *batch,
				   size_t n, struct img_error *err) IMG_CHECKED;

#endif
