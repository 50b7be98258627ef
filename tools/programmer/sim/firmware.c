/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/firmware.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "tools/programmer/bus/serprog_protocol.h"

#define PARAMS_MAX 6
#define FILLER 0xff		/* no command: what clients get in step with */

enum state { OPCODE, PARAMS, DATA, SWALLOW, HUNG };

struct firmware {
	const struct firmware_kind *kind;
	const struct firmware_host *host;
	struct firmware_counts counts;
	enum state state;
	uint8_t opcode;
	uint8_t param[PARAMS_MAX];
	size_t have, need;	/* of the parameters, or of the data */
	uint8_t *data;
	size_t room;
	bool fresh_packet;	/* a packet firmware: the next byte it takes begins one */
	bool shut;		/* S_PIN_STATE 0 was the last */
};

static const struct firmware_kind kinds[] = {
	{ .name = "ideal", .says = "romwright", .serbuf = 0xffff, .most_out = 65536,
	  .most_in = 1u << 20, .fifo = 65536, .selects = 1, .pins = true, .refuses = true },
	{ .name = "pages", .says = "romwright", .serbuf = 0xffff, .most_out = 256,
	  .beyond_out = 5, .most_in = 1u << 20, .fifo = 65536, .selects = 1, .pins = true,
	  .refuses = true },
	{ .name = "pico", .says = "pico-serprog", .serbuf = 0xffff, .buffer = 4096, .fifo = 4096,
	  .forgets_us = 500000, .pins = true },
	{ .name = "pico-libreboot", .says = "pico-serprog", .serbuf = 0xffff, .fifo = 4096,
	  .selects = 4, .select_hangs = true, .pins = true, .pins_shut = true },
	{ .name = "picoprog", .says = "Picoprog", .serbuf = 0xffff, .most_out = 2048,
	  .most_in = 2048, .buffer = 2048, .fifo = 4096, .pins = true, .packets = true },
	{ .name = "vserprog", .says = "stm32-vserprog", .serbuf = 0xffff, .fifo = 4096,
	  .hertz_step = 1125000, .pins = true, .mute = true },
	{ .name = "duino", .says = "frser-duino", .serbuf = 300, .most_out = 300, .most_in = 65535,
	  .buffer = 300, .fifo = 300, .hertz_step = 1000000, .no_flow_control = true },
};

const struct firmware_kind *firmware_kind_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

struct firmware *firmware_new(const struct firmware_kind *kind, const struct firmware_host *host)
{
	struct firmware *fw = calloc(1, sizeof(*fw));

	if (!fw)
		return NULL;
	fw->kind = kind;
	fw->host = host;
	fw->fresh_packet = true;
	return fw;
}

void firmware_free(struct firmware *fw)
{
	if (!fw)
		return;
	free(fw->data);
	free(fw);
}

void firmware_reset(struct firmware *fw)
{
	fw->state = OPCODE;
	fw->shut = false;
	fw->fresh_packet = true;
}

const struct firmware_counts *firmware_counts(const struct firmware *fw)
{
	return &fw->counts;
}

static bool offers(const struct firmware_kind *k, uint8_t opcode)
{
	switch (opcode) {
	case SP_Q_WRNMAXLEN: return k->most_out;
	case SP_Q_RDNMAXLEN: return k->most_in;
	case SP_S_PIN_STATE: return k->pins;
	case SP_S_SPI_CS: return k->selects;
	case SP_NOP:
	case SP_Q_IFACE:
	case SP_Q_CMDMAP:
	case SP_Q_PGMNAME:
	case SP_Q_SERBUF:
	case SP_Q_BUSTYPE:
	case SP_SYNCNOP:
	case SP_S_BUSTYPE:
	case SP_O_SPIOP:
	case SP_S_SPI_FREQ: return true;
	default: return false;
	}
}

static size_t params_of(uint8_t opcode)
{
	switch (opcode) {
	case SP_O_SPIOP: return 6;
	case SP_S_SPI_FREQ: return 4;
	case SP_S_BUSTYPE:
	case SP_S_PIN_STATE:
	case SP_S_SPI_CS: return 1;
	default: return 0;
	}
}

static void answer(struct firmware *fw, const uint8_t *bytes, size_t n)
{
	fw->host->answer(fw->host->ctx, bytes, n);
}

static void ack(struct firmware *fw, const uint8_t *bytes, size_t n)
{
	uint8_t all[1 + SP_MAP_SIZE] = { SP_ACK };

	if (n)
		memcpy(all + 1, bytes, n);
	answer(fw, all, 1 + n);
}

static void ack_number(struct firmware *fw, uint32_t value, size_t n)
{
	uint8_t bytes[4];

	img_put_le32(bytes, value);
	ack(fw, bytes, n);
}

static void refuse(struct firmware *fw)
{
	const uint8_t nak = SP_NAK;

	fw->counts.refused++;
	answer(fw, &nak, 1);
}

static void ack_if(struct firmware *fw, bool yes)
{
	if (yes)
		ack(fw, NULL, 0);
	else
		refuse(fw);
}

static void answer_map(struct firmware *fw)
{
	uint8_t map[SP_MAP_SIZE] = { 0 };
	unsigned op;

	for (op = 0; op < 256; op++)
		if (offers(fw->kind, (uint8_t)op))
			map[op / 8] |= (uint8_t)(1u << op % 8);
	ack(fw, map, sizeof(map));
}

static void answer_name(struct firmware *fw)
{
	char name[SP_NAME_SIZE + 1] = "";

	strncpy(name, fw->kind->says, SP_NAME_SIZE);
	ack(fw, (const uint8_t *)name, SP_NAME_SIZE);
}

static void set_clock(struct firmware *fw)
{
	const uint32_t step = fw->kind->hertz_step;
	uint32_t hertz = img_get_le32(fw->param);

	if (!hertz) {
		refuse(fw);
		return;
	}
	if (step)
		hertz = hertz < step ? step : hertz - hertz % step;
	ack_number(fw, fw->host->clock(fw->host->ctx, hertz), 4);
}

static void select_chip(struct firmware *fw)
{
	const uint8_t chip = fw->param[0];

	if (chip >= fw->kind->selects)
		refuse(fw);
	else if (!fw->kind->select_hangs)
		ack_if(fw, fw->host->select(fw->host->ctx, chip));
}

static uint32_t u24(const uint8_t *p)
{
	return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16;
}

static void run_frame(struct firmware *fw)
{
	const size_t nin = u24(fw->param + 3);

	fw->state = OPCODE;
	fw->counts.frames++;
	if (fw->shut) {
		fw->state = HUNG;
		return;
	}
	if (!fw->host->frame(fw->host->ctx, fw->data, fw->need, nin))
		refuse(fw);
}

/* The frame's bytes are next, unless there are none. */
static void begin_frame(struct firmware *fw)
{
	const struct firmware_kind *k = fw->kind;
	const uint32_t nout = u24(fw->param), nin = u24(fw->param + 3);
	const uint32_t most_out = k->most_out + k->beyond_out;
	uint8_t *larger;

	if ((k->most_out && nout > most_out) || (k->most_in && nin > k->most_in))
		fw->counts.overruns++;
	fw->need = nout;
	fw->have = 0;
	if (k->refuses && (nout > most_out || nin > k->most_in)) {
		fw->state = nout ? SWALLOW : OPCODE;
		if (!nout)
			refuse(fw);
		return;
	}
	if (nout > fw->room) {
		larger = realloc(fw->data, nout);
		if (!larger) {
			refuse(fw);
			fw->state = OPCODE;
			return;
		}
		fw->data = larger;
		fw->room = nout;
	}
	fw->state = DATA;
	if (!nout)
		run_frame(fw);
}

static void run_command(struct firmware *fw)
{
	static const uint8_t out_of_step[] = { SP_NAK, SP_ACK };
	const struct firmware_kind *k = fw->kind;

	fw->state = OPCODE;
	switch (fw->opcode) {
	case SP_NOP: ack(fw, NULL, 0); break;
	case SP_Q_IFACE: ack_number(fw, 1, 2); break;
	case SP_Q_CMDMAP: answer_map(fw); break;
	case SP_Q_PGMNAME: answer_name(fw); break;
	case SP_Q_SERBUF: ack_number(fw, k->serbuf, 2); break;
	case SP_Q_BUSTYPE: ack_number(fw, SP_BUS_SPI, 1); break;
	case SP_Q_WRNMAXLEN: ack_number(fw, k->most_out, 3); break;
	case SP_Q_RDNMAXLEN: ack_number(fw, k->most_in, 3); break;
	case SP_SYNCNOP: answer(fw, out_of_step, 2); break;
	case SP_S_BUSTYPE: ack_if(fw, fw->param[0] & SP_BUS_SPI); break;
	case SP_O_SPIOP: begin_frame(fw); break;
	case SP_S_SPI_FREQ: set_clock(fw); break;
	case SP_S_PIN_STATE:
		fw->shut = k->pins_shut && !fw->param[0];
		fw->counts.driving = fw->param[0];
		ack(fw, NULL, 0);
		break;
	case SP_S_SPI_CS: select_chip(fw); break;
	}
}

static void take_opcode(struct firmware *fw, uint8_t byte)
{
	fw->counts.commands++;
	fw->host->command(fw->host->ctx);
	if (!offers(fw->kind, byte)) {
		if (fw->kind->mute)
			return;
		refuse(fw);
		fw->counts.refused -= byte == FILLER;
		return;
	}
	fw->opcode = byte;
	fw->have = 0;
	fw->need = params_of(byte);
	fw->state = PARAMS;
	if (!fw->need)
		run_command(fw);
}

/* A packet firmware reads one packet for the opcode and others for what belongs to it. */
static bool is_lost(struct firmware *fw, bool first)
{
	if (!fw->kind->packets)
		return false;
	if (first)
		fw->fresh_packet = true;
	if (!fw->fresh_packet)
		fw->counts.lost++;
	return !fw->fresh_packet;
}

void firmware_take(struct firmware *fw, uint8_t byte, bool first)
{
	const enum state before = fw->state;

	if (fw->state == HUNG || is_lost(fw, first))
		return;
	switch (fw->state) {
	case OPCODE:
		take_opcode(fw, byte);
		break;
	case PARAMS:
		fw->param[fw->have++] = byte;
		if (fw->have == fw->need)
			run_command(fw);
		break;
	case DATA:
		fw->counts.overruns += fw->kind->buffer && fw->have == fw->kind->buffer;
		fw->data[fw->have++] = byte;
		if (fw->have == fw->need)
			run_frame(fw);
		break;
	case SWALLOW:
		if (++fw->have == fw->need) {
			fw->state = OPCODE;
			refuse(fw);
		}
		break;
	case HUNG:
		break;
	}
	if (before == OPCODE || fw->state == OPCODE)
		fw->fresh_packet = false;
}
