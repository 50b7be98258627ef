/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-serprogd: serve any SPI bus as a serprog programmer on TCP. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/options.h"
#include "tools/programmer/bus/interrupt.h"
#include "tools/programmer/bus/open.h"
#include "tools/programmer/bus/tcp.h"
#include "tools/programmer/sim/cable.h"
#include "tools/programmer/sim/fault.h"
#include "tools/serprogd/serve.h"

enum { OPT_LISTEN = OPT_OWN, OPT_FIRMWARE, OPT_RTT, OPT_RATE, OPT_SPEED, OPT_STATS,
       OPT_FAULT };

#define FAST 1000		/* times real time, where nobody asked for a cable */
#define SPI_HERTZ 16000000

struct serprogd {
	struct diag diag;
	const char *programmer, *listen, *stats;
	const struct firmware_kind *firmware;
	struct sim_link_faults faults;
	struct sim_link_model model;
	unsigned speed;
	struct bus_spec spec;
	struct sim_link *link;
	int listener;
	const char *about;
	struct img_error err;
};

static const struct option_row rows[] = {
	{ 'p', "programmer", "PROG", "the bus to serve: KIND:key=value,..., as for rom-flash" },
	{ OPT_LISTEN, "listen", "HOST:PORT", "where (default 127.0.0.1:5555); port 0 takes one" },
	{ OPT_FIRMWARE, "firmware", "NAME", "behave as pico, pico-libreboot, vserprog, ..." },
	{ OPT_RTT, "rtt", "US", "simulated cable: microseconds there and back" },
	{ OPT_RATE, "rate", "BYTES", "simulated cable: bytes a second, each way" },
	{ OPT_SPEED, "speed", "N", "simulated time passes N times as fast as real time" },
	{ OPT_FAULT, "fault", "NAME@N", "what goes wrong: lost-byte, lost-answer, silent, closed" },
	{ OPT_STATS, "stats", "FILE", "at the end write what was counted, as JSON" },
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-serprogd",
	.synopsis = "-p PROG [--listen HOST:PORT]",
	.summary = "Serve an SPI bus, real or simulated, as a serprog programmer on TCP, until a\n"
		   "signal ends it.",
	.rows = rows,
};

static bool take_number(struct serprogd *d, const char *name, const char *arg, uint32_t least,
			uint32_t most, uint32_t *out)
{
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || n < least || n > most) {
		diag_usage(&d->diag, "--%s %s: not a number from %lu to %lu", name, arg,
			   (unsigned long)least, (unsigned long)most);
		return false;
	}
	*out = (uint32_t)n;
	return true;
}

static bool take_firmware(struct serprogd *d, const char *arg)
{
	d->firmware = firmware_kind_by_name(arg);
	if (!d->firmware)
		diag_usage(&d->diag, "--firmware %s: expected ideal, pages, pico, "
			   "pico-libreboot, vserprog or duino", arg);
	else if (d->firmware->packets)
		diag_usage(&d->diag, "--firmware %s: it goes by USB packets, which TCP does not "
			   "have", arg);
	return d->firmware && !d->firmware->packets;
}

static bool take_fault(struct serprogd *d, const char *arg)
{
	if (sim_fault_of_link(arg, &d->faults, &d->err) == IMG_OK)
		return true;
	diag_usage(&d->diag, "--fault: %s", d->err.text);
	return false;
}

static bool take(void *ctx, int key, const char *arg)
{
	struct serprogd *d = ctx;

	switch (key) {
	case 'p': d->programmer = arg; break;
	case OPT_LISTEN: d->listen = arg; break;
	case OPT_STATS: d->stats = arg; break;
	case OPT_RTT: return take_number(d, "rtt", arg, 1, 10000000, &d->model.rtt_us);
	case OPT_RATE: return take_number(d, "rate", arg, 1000, 1000000000, &d->model.bytes_per_s);
	case OPT_SPEED: return take_number(d, "speed", arg, 1, 1000000, &d->speed);
	case OPT_FAULT: return take_fault(d, arg);
	case OPT_FIRMWARE: return take_firmware(d, arg);
	}
	return true;
}

/* What is simulated has a cable and a clock; a real bus has its own. */
static int check_options(struct serprogd *d, int operands)
{
	const bool cable = d->model.rtt_us || d->model.bytes_per_s;

	if (operands)
		return diag_usage(&d->diag, "takes no operands");
	if (!d->programmer)
		return diag_usage(&d->diag, "no programmer: give -p");
	if (!strncmp(d->programmer, "dummy", 5)) {
		d->model.hertz = SPI_HERTZ;
		d->model.command_us = cable ? sim_link_usual.command_us : 0;
		if (!d->speed)
			d->speed = cable ? 1 : FAST;
	} else if (cable || d->speed) {
		return diag_usage(&d->diag, "--rtt, --rate and --speed are for -p dummy:..., the "
				  "simulated chip");
	} else {
		d->speed = 1;
	}
	return OPTIONS_GO;
}

static enum img_status connect_bus(struct serprogd *d)
{
	struct spi_bus *bus;
	enum img_status st;

	d->about = d->programmer;
	st = bus_spec_parse(d->programmer, &d->spec, &d->err);
	if (st == IMG_OK && sim_cable_wanted(&d->spec))
		return img_fail(&d->err, IMG_E_USAGE, IMG_NOWHERE,
				"here firmware and cable are options of their own: --firmware, "
				"--rtt, --rate");
	if (st == IMG_OK)
		st = bus_open(&d->spec, 0, &bus, &d->err);
	if (st == IMG_OK)
		st = sim_link_new(d->firmware, &d->model, bus, &d->link, &d->err);
	if (st == IMG_OK)
		*sim_link_faults(d->link) = d->faults;
	return st;
}

static enum img_status listen_there(struct serprogd *d)
{
	char at[TCP_ADDRESS_MAX];
	enum img_status st;

	d->about = "--listen";
	st = tcp_listen(d->listen, &d->listener, at, &d->err);
	if (st != IMG_OK)
		return st;
	d->about = NULL;
	if (printf("listening %s\n", at) < 0 || fflush(stdout))
		st = img_fail_errno(&d->err, errno, "cannot write standard output");
	return st;
}

static enum img_status write_stats(struct serprogd *d)
{
	const struct sim_link_counts *l = sim_link_counts(d->link);
	const struct firmware_counts *f = sim_link_firmware(d->link);
	json_t *o;
	char *text;
	enum img_status st;

	if (!d->stats)
		return IMG_OK;
	o = json_pack("{s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "firmware",
		      d->firmware->name, "received", (json_int_t)l->sent, "answered",
		      (json_int_t)l->answered, "commands", (json_int_t)f->commands, "frames",
		      (json_int_t)f->frames, "refused", (json_int_t)f->refused, "overruns",
		      (json_int_t)f->overruns, "lost", (json_int_t)f->lost, "overflows",
		      (json_int_t)l->overflows, "forgotten", (json_int_t)l->forgotten,
		      "most_unread", (json_int_t)l->most_unread, "pins_driven",
		      (int)f->driving);
	text = o ? json_dumps(o, JSON_INDENT(2)) : NULL;
	json_decref(o);
	if (!text)
		return img_fail(&d->err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	d->about = d->stats;
	st = io_save(img_view_of(text, strlen(text)), d->stats, true, &d->err);
	free(text);
	return st;
}

static enum img_status work(struct serprogd *d)
{
	struct img_error closing;
	enum img_status st, closed;

	st = connect_bus(d);
	if (st != IMG_OK)
		return st;
	st = listen_there(d);
	if (st == IMG_OK)
		st = serve(d->listener, d->link, d->speed, &d->diag, &d->err);
	if (st == IMG_OK)
		st = write_stats(d);
	closed = sim_link_free(d->link, &closing);
	if (st == IMG_OK && closed != IMG_OK) {
		d->err = closing;
		d->about = d->programmer;
		return closed;
	}
	return st;
}

int main(int argc, char **argv)
{
	struct serprogd d = { .listen = "127.0.0.1:5555", .err = { .at = IMG_NOWHERE } };
	int first, status;

	d.firmware = firmware_kind_by_name("ideal");
	status = options_parse(&table, argc, argv, take, &d, &d.diag, &first);
	if (status == OPTIONS_GO)
		status = check_options(&d, argc - first);
	if (status != OPTIONS_GO)
		return status;
	interrupt_catch();
	status = work(&d) == IMG_OK ? EXIT_DONE : diag_error(&d.diag, d.about, &d.err);
	bus_spec_free(&d.spec);
	return status;
}
