/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A serprog programmer as a machine that eats one byte after the other, with what the
 * known firmwares do differently (read from their sources). It has no time and no cable of
 * its own: both are the owner's, who is asked for SPI frames and given the answers.
 *
 *	ideal		a server: all answers right, what is over its limits is refused
 *	pico		stacksmashing/pico-serprog: more than 4096 bytes to the chip overrun its
 *			buffer, no chip select, S_PIN_STATE does nothing, answers that nobody
 *			reads for 500 ms are dropped
 *	pico-libreboot	Riku_V's: any length, S_SPI_CS is never answered, S_PIN_STATE 0 shuts
 *			the SPI block and frames hang until S_PIN_STATE 1
 *	picoprog	9elements: opcode and parameters come in packets of their own, what else
 *			is in such a packet is lost; 2048 bytes at most either way
 *	vserprog	dword1511/stm32-vserprog: unknown opcodes are not answered
 *	pages		no real one: states 256 bytes, a page, as what it takes, and takes its
 *			command and address, too, which some clients do not count
 *	duino		frser-duino on a UART: 300 bytes of buffer, and what does not fit is lost
 */
#ifndef PROGRAMMER_SIM_FIRMWARE_H
#define PROGRAMMER_SIM_FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct firmware_kind {
	const char *name;	/* as above */
	const char *says;	/* the answer to Q_PGMNAME */
	uint16_t serbuf;	/* to Q_SERBUF; FFFF: flow control works */
	uint32_t most_out, most_in;	/* to Q_WRNMAXLEN, Q_RDNMAXLEN; 0: not offered */
	uint32_t beyond_out;	/* what a frame may have more than most_out */
	uint32_t buffer;	/* bytes of a frame to the chip that it has room for; 0: any */
	uint32_t fifo;		/* bytes received that it has not looked at yet */
	uint32_t forgets_us;	/* answers nobody reads for so long are dropped; 0: never */
	uint32_t hertz_step;	/* the clock is a multiple of it */
	uint8_t selects;	/* chip selects; 0: no S_SPI_CS */
	bool select_hangs;	/* S_SPI_CS of a number that exists is never answered */
	bool pins;		/* S_PIN_STATE is offered */
	bool pins_shut;		/* with 0 it shuts the SPI block, which then hangs */
	bool packets;
	bool refuses;		/* NAK to a frame over its limits */
	bool mute;		/* unknown opcodes are not answered */
	bool no_flow_control;	/* what does not fit into fifo is lost */
};

/* NULL: no such firmware. */
const struct firmware_kind *firmware_kind_by_name(const char *name);

struct firmware_counts {
	uint64_t commands, frames;
	uint64_t refused;	/* answered NAK, but for SYNCNOP and FF */
	uint64_t overruns;	/* frames over a stated limit, or more than its buffer holds */
	uint64_t lost;		/* bytes in packets that it did not look at */
	bool driving;		/* the last S_PIN_STATE was not 0 */
};

/* What the owner does for it. */
struct firmware_host {
	/* n bytes for the client */
	void (*answer)(void *ctx, const uint8_t *bytes, size_t n);
	/* One CS# frame; its nin bytes follow an ACK to the client. false: it failed. */
	bool (*frame)(void *ctx, const uint8_t *out, size_t nout, size_t nin);
	/* Another clock; returns what was really set. */
	uint32_t (*clock)(void *ctx, uint32_t hertz);
	bool (*select)(void *ctx, unsigned chip);
	void (*command)(void *ctx);	/* one was begun: time passes */
	void *ctx;
};

struct firmware;

/* NULL: out of memory. What kind and host point to has to live longer. */
struct firmware *firmware_new(const struct firmware_kind *kind, const struct firmware_host *host);
void firmware_free(struct firmware *fw);	/* NULL is fine */

/* One byte from the client; first: it begins a USB packet. */
void firmware_take(struct firmware *fw, uint8_t byte, bool first);

/* A new connection: half a command is forgotten (a server; a USB device never does). */
void firmware_reset(struct firmware *fw);

const struct firmware_counts *firmware_counts(const struct firmware *fw);

#endif
