/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A simulated serprog programmer at the end of a cable: what a client writes arrives
 * after half the round trip and no faster than the cable carries it, is eaten by a
 * firmware (sim/firmware.h) that needs its time for each command and each byte on the SPI
 * bus, and the answers come back the same way. The chip behind it is any bus.
 *
 * All of it is computed from the moments at which the client writes and reads, so it runs
 * in virtual time (sim_link_connect(): waiting costs nothing) as well as in real time
 * (sim_link_feed() and the others, by the owner's clock).
 */
#ifndef PROGRAMMER_SIM_LINK_H
#define PROGRAMMER_SIM_LINK_H

#include "tools/programmer/bus/spi.h"
#include "tools/programmer/bus/wire.h"
#include "tools/programmer/sim/firmware.h"

struct sim_link_model {
	uint32_t rtt_us;	/* there and back, without the bytes themselves */
	uint32_t bytes_per_s;	/* each way; 0: no limit */
	uint32_t command_us;	/* what the firmware needs for a command */
	uint32_t hertz;		/* of the SPI bus; 0: the bus below takes real time */
};

/* Full-speed USB to a Pico, as measured by others: 1 ms, 1 MB/s, 5 us, 16 MHz. */
extern const struct sim_link_model sim_link_usual;

/* What goes wrong; all count from 1, 0 is never. */
struct sim_link_faults {
	uint64_t lose_sent;	/* this byte of the client never arrives */
	uint64_t lose_answer;	/* this byte never comes back */
	uint64_t silent_after;	/* so many frames; then nothing is answered any more */
	uint64_t closed_after;	/* so many frames; then the connection is closed */
	uint64_t cut_after;	/* so many bytes of the client; a packet that holds more is
				 * not delivered at all, and the connection is closed */
};

struct sim_link_counts {
	uint64_t sent, answered;	/* bytes */
	uint64_t writes;		/* calls of the client */
	uint64_t most_unread;		/* answers on their way while the client wrote on */
	uint64_t overflows;		/* bytes that the device had no room for */
	uint64_t forgotten;		/* answers that nobody read in time */
};

struct sim_link;

/*
 * below belongs to the link from now on, also on failure. Its clock starts with that of
 * below. *out is the caller's: sim_link_free(), after every wire of it is closed.
 */
enum img_status sim_link_new(const struct firmware_kind *kind, const struct sim_link_model *model,
			     struct spi_bus *below, struct sim_link **out,
			     struct img_error *err) IMG_CHECKED;
/* Closes the bus below; its status is that of the bus. */
enum img_status sim_link_free(struct sim_link *link, struct img_error *err) IMG_CHECKED;

/* A client's end, in virtual time; one at a time. What the last client left half done is
 * still half done, as on USB, and the line is whole again. */
enum img_status sim_link_connect(struct sim_link *link, struct wire **out,
				 struct img_error *err) IMG_CHECKED;

/* The same, but the time is that of the thread which uses the wire: what is computed between two
 * calls takes its time, too, and waiting sets the thread's clock ahead (common/clock.h). */
enum img_status sim_link_connect_in_time(struct sim_link *link, struct wire **out,
					 struct img_error *err) IMG_CHECKED;

/* The same for an owner with a clock. Nanoseconds since sim_link_new(), not decreasing. */
void sim_link_feed(struct sim_link *link, uint64_t now_ns, const uint8_t *bytes, size_t n);
size_t sim_link_take(struct sim_link *link, uint64_t now_ns, uint8_t *into, size_t room);
/* When the next answers are there, of which those that come close behind each other come as one
 * packet; UINT64_MAX: none is on its way. */
uint64_t sim_link_next_ns(const struct sim_link *link);
bool sim_link_is_closed(const struct sim_link *link);
/* A new TCP connection, or unplugged and plugged in: half a command and unread answers are
 * forgotten. */
void sim_link_reset(struct sim_link *link);

uint64_t sim_link_now_us(const struct sim_link *link);
struct sim_link_faults *sim_link_faults(struct sim_link *link);
const struct sim_link_counts *sim_link_counts(const struct sim_link *link);
const struct firmware_counts *sim_link_firmware(const struct sim_link *link);

#endif
