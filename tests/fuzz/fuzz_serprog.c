/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A programmer that answers anything: the bus ends in time, and fills no more than was asked. */
#include "tests/fuzz/fuzz.h"
#include "tools/programmer/bus/serprog.h"
#include "tools/programmer/bus/spec.h"
#include "tools/programmer/sim/bus.h"
#include "tools/programmer/sim/link.h"

enum { EXCHANGES_MAX = 200000, MORE = 0x80, RECORD_MAX = 8192 };

/* Answers are chunks: a length, with MORE where the next comes without being asked for. */
struct hostile {
	struct wire wire;		/* first, so that one can be had from the other */
	struct img_reader answers;
	uint64_t now;
	unsigned exchanges;
	bool asked;
};

static struct hostile *self(struct wire *wire)
{
	return (struct hostile *)wire;
}

static size_t next_chunk(struct hostile *h, uint8_t *in, size_t room)
{
	size_t head = img_read_u8(&h->answers), n = head & (MORE - 1);

	h->asked = head & MORE;
	n = n < room ? n : room;
	img_read_bytes(&h->answers, in, n);
	return img_read_status(&h->answers) == IMG_OK ? n : 0;
}

static enum img_status exchange(struct wire *wire, const uint8_t *out, size_t nout,
				size_t *written, uint8_t *in, size_t room, size_t *got,
				uint64_t deadline, struct img_error *err)
{
	struct hostile *h = self(wire);

	(void)out;
	fuzz_must(++h->exchanges < EXCHANGES_MAX);
	*written = nout;
	*got = 0;
	h->asked |= nout != 0;
	h->now += 10;
	if (h->asked && room)
		*got = next_chunk(h, in, room);
	if (!nout && !*got && h->now < deadline)
		h->now = deadline;
	if (h->now > (uint64_t)3600 * 1000000 && !*got)
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "gone");
	return IMG_OK;
}

static void wait_us(struct wire *wire, uint64_t us)
{
	self(wire)->now += us;
}

static uint64_t now_us(struct wire *wire)
{
	return self(wire)->now;
}

static void close_wire(struct wire *wire)
{
	free(wire);
}

static void use(struct spi_bus *bus);

/* --- seeds: what the known firmwares answer --------------------------------------------- */

struct recorder {
	struct wire wire, *real;
	uint8_t bytes[RECORD_MAX];
	size_t used;
	size_t last;		/* where the last chunk begins; 0: something was written since */
};

static enum img_status record(struct wire *wire, const uint8_t *out, size_t nout, size_t *written,
			      uint8_t *in, size_t room, size_t *got, uint64_t deadline,
			      struct img_error *err)
{
	struct recorder *r = (struct recorder *)wire;
	enum img_status st;

	room = room < MORE - 1 ? room : MORE - 1;
	st = r->real->exchange(r->real, out, nout, written, in, room, got, deadline, err);
	if (st != IMG_OK || r->used + 1 + *got > sizeof(r->bytes))
		return st;
	if (*written)
		r->last = 0;
	if (*got) {
		if (r->last)
			r->bytes[r->last] |= MORE;
		r->last = r->used;
		r->bytes[r->used++] = (uint8_t)*got;
		memcpy(r->bytes + r->used, in, *got);
		r->used += *got;
	}
	return st;
}

static void record_sleep(struct wire *wire, uint64_t us)
{
	struct wire *real = ((struct recorder *)wire)->real;

	real->sleep(real, us);
}

static uint64_t record_now(struct wire *wire)
{
	struct wire *real = ((struct recorder *)wire)->real;

	return real->now_us(real);
}

static void record_close(struct wire *wire)
{
	struct wire *real = ((struct recorder *)wire)->real;

	real->close(real);
}

static void add_firmware(fuzz_add_fn *add, void *ctx, const char *name, uint8_t pipeline)
{
	struct recorder r = { .wire = { record, record_sleep, record_now, record_close, true, 0 },
			      .bytes = { pipeline }, .used = 1 };
	const struct serprog_options options = { .pipeline = pipeline };
	struct sim_chip *chip;
	struct sim_link *link;
	struct spi_bus *below, *bus;
	struct img_error err;

	fuzz_ok(sim_chip_new(chip_part_by_name("W25Q40.V"), 16000000, &chip, &err), &err);
	fuzz_ok(sim_bus_new(chip, NULL, &below, &err), &err);
	fuzz_ok(sim_link_new(firmware_kind_by_name(name), &sim_link_usual, below, &link, &err),
		&err);
	fuzz_ok(sim_link_connect(link, &r.real, &err), &err);
	fuzz_ok(serprog_attach(&r.wire, &options, &bus, &err), &err);
	use(bus);
	fuzz_ok(sim_link_free(link, &err), &err);
	add(ctx, img_view_of(r.bytes, r.used));
}

/* In front: how the bus is asked to talk. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const char *const names[] = { "ideal", "pico", "pico-libreboot", "picoprog",
					     "vserprog" };
	static const uint8_t naks[] = { 0, 3, 0x15, 0x15, 0x15, 1, 6, 0x83, 6, 6, 6 };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		for (uint8_t pipeline = SERPROG_TRY; pipeline <= SERPROG_PLAIN; pipeline++)
			add_firmware(add, ctx, names[i], pipeline);
	add(ctx, img_view_of(naks, sizeof(naks)));
}

/* --- the target ------------------------------------------------------------------------- */

static void use(struct spi_bus *bus)
{
	uint8_t out[2][4] = { { 0x9f }, { 3, 0, 0, 0 } }, in[2][64];
	const struct spi_transaction batch[] = {
		{ out[0], 1, in[0], 8, 0 }, { out[1], 4, in[1], 32, 5 },
		{ NULL, 0, NULL, 0, 100 },
	};
	struct img_error err;

	memset(in, 0x5a, sizeof(in));
	fuzz_check_error(bus->run(bus, batch, 3, &err), &err);
	for (size_t i = 8; i < 64; i++)
		fuzz_must(in[0][i] == 0x5a && (i < 32 || in[1][i] == 0x5a));
	fuzz_check_error(bus->select(bus, 1, &err), &err);
	fuzz_check_error(bus->run(bus, batch, 1, &err), &err);
	fuzz_check_error(bus->close(bus, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hostile *h = calloc(1, sizeof(*h));
	struct serprog_options options = { 0, SERPROG_TRY };
	char *text = fuzz_text(img_view_of(data, size));
	struct spi_bus *bus = NULL;
	struct bus_spec spec;
	struct img_error err;
	uint8_t front;
	enum img_status st;

	fuzz_must(h);
	h->wire = (struct wire){ exchange, wait_us, now_us, close_wire, true, 0 };
	h->answers = img_reader_of(img_view_of(data, size), NULL);
	front = img_read_u8(&h->answers);
	options.pipeline = front % 3;
	options.hertz = front & 0x80 ? 1000000 : 0;
	h->wire.keeps_bytes = !(front & 0x40);
	st = serprog_attach(&h->wire, &options, &bus, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		use(bus);
	st = bus_spec_parse(text, &spec, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		bus_spec_free(&spec);
	free(text);
	return 0;
}
