/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A serial port, played by a pseudo terminal with a simulated programmer behind it, in
 * real time; and what is said where there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "libimg/core/image.h"
#include "tools/programmer/bus/open.h"
#include "tools/programmer/bus/tty.h"
#include "tools/programmer/chip/chip.h"
#include "tools/programmer/sim/bus.h"
#include "tools/programmer/sim/link.h"

struct port {
	int master, hold;	/* hold: the other end, so that it is never without one */
	char dev[96];
	struct sim_link *link;
	pthread_t thread;
	int quit[2];
};

static uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static void *play(void *ctx)
{
	struct port *p = ctx;
	struct pollfd fds[2] = { { .fd = p->master, .events = POLLIN },
				 { .fd = p->quit[0], .events = POLLIN } };
	const uint64_t begun = now_ns();
	uint8_t bytes[4096];
	ssize_t n;

	while (!(fds[1].revents & POLLIN)) {
		poll(fds, 2, 1);
		if (fds[0].revents & POLLIN) {
			n = read(p->master, bytes, sizeof(bytes));
			if (n > 0)
				sim_link_feed(p->link, now_ns() - begun, bytes, (size_t)n);
		}
		n = (ssize_t)sim_link_take(p->link, now_ns() - begun, bytes, sizeof(bytes));
		if (n > 0 && write(p->master, bytes, (size_t)n) != n)
			return NULL;
	}
	return NULL;
}

static struct port *plug(void)
{
	static const struct sim_link_model quick = { 0, 0, 0, 16000000 };
	struct port *p = calloc(1, sizeof(*p));
	struct spi_bus *below;
	struct sim_chip *chip;

	assert_non_null(p);
	assert_int_equal(sim_chip_new(chip_part_by_name("W25Q40.V"), 16000000, &chip, NULL),
			 IMG_OK);
	assert_int_equal(sim_bus_new(chip, NULL, &below, NULL), IMG_OK);
	assert_int_equal(sim_link_new(firmware_kind_by_name("pico"), &quick, below, &p->link, NULL),
			 IMG_OK);
	p->master = posix_openpt(O_RDWR | O_NOCTTY);
	assert_true(p->master >= 0 && !grantpt(p->master) && !unlockpt(p->master));
	assert_int_equal(ptsname_r(p->master, p->dev, sizeof(p->dev)), 0);
	p->hold = open(p->dev, O_RDWR | O_NOCTTY);
	assert_true(p->hold >= 0 && !pipe(p->quit));
	assert_int_equal(pthread_create(&p->thread, NULL, play, p), 0);
	return p;
}

static void unplug(struct port *p)
{
	assert_int_equal(write(p->quit[1], "q", 1), 1);
	pthread_join(p->thread, NULL);
	close(p->quit[0]);
	close(p->quit[1]);
	close(p->hold);
	close(p->master);
	assert_int_equal(sim_link_free(p->link, NULL), IMG_OK);
	free(p);
}

static enum img_status open_with(const char *dev, const char *more, struct spi_bus **bus,
				 struct img_error *err)
{
	struct bus_spec spec;
	char text[160];
	enum img_status st;

	snprintf(text, sizeof(text), "serprog:dev=%s%s", dev, more);
	assert_int_equal(bus_spec_parse(text, &spec, NULL), IMG_OK);
	st = bus_open(&spec, 0, bus, err);
	bus_spec_free(&spec);
	return st;
}

static void test_port(void **state)
{
	struct port *p = plug();
	struct img_error err = { 0 };
	struct termios t;
	struct chip *chip;
	struct spi_bus *bus, *second;
	struct img *contents;

	(void)state;
	assert_int_equal(open_with(p->dev, ",spispeed=12M", &bus, &err), IMG_OK);
	/* Raw: no byte is taken for a control character, none is echoed. */
	assert_int_equal(tcgetattr(p->hold, &t), 0);
	assert_false(t.c_lflag & (ICANON | ECHO | ISIG));
	assert_false(t.c_iflag & (IXON | ICRNL));
	assert_int_equal(open_with(p->dev, "", &second, &err), IMG_E_IO);
	assert_non_null(strstr(err.text, "in use"));
	assert_int_equal(chip_open(bus, &chip, &err), IMG_OK);
	assert_int_equal(img_new(65536, 0, &contents, NULL), IMG_OK);
	assert_int_equal(chip_read(chip, 0, img_span(contents), &err), IMG_OK);
	assert_true(img_view_filled(img_bytes(contents), 0xff));
	img_close(contents);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
	/* With a baud rate it is a UART, where bytes get lost: one command at a time. */
	assert_int_equal(open_with(p->dev, ":115200", &bus, &err), IMG_OK);
	assert_non_null(strstr(bus->about, "one command at a time"));
	assert_int_equal(tcgetattr(p->hold, &t), 0);
	assert_int_equal(cfgetospeed(&t), B115200);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
	unplug(p);
}

static void test_refusals(void **state)
{
	struct img_error err = { 0 };
	struct spi_bus *bus;

	(void)state;
	assert_int_equal(open_with("/dev/null", "", &bus, &err), IMG_E_IO);
	assert_non_null(strstr(err.text, "no serial port"));
	assert_int_equal(open_with("/dev/ttyS0:12345x", "", &bus, &err), IMG_E_USAGE);
	assert_int_equal(open_with("/nowhere/ttyACM0", "", &bus, &err), IMG_E_IO);
	assert_non_null(strstr(err.text, "--list"));
}

/* The port vanishes under the client: it is told so, at once. */
static void test_unplugged(void **state)
{
	struct port *p = plug();
	struct img_error err = { 0 };
	const uint8_t rdid = 0x9f;
	uint8_t id[3];
	const struct spi_transaction t = { &rdid, 1, id, 3, 0 };
	struct spi_bus *bus;
	uint64_t ns;

	(void)state;
	assert_int_equal(open_with(p->dev, "", &bus, &err), IMG_OK);
	unplug(p);
	ns = now_ns();
	assert_int_equal(bus->run(bus, &t, 1, &err), IMG_E_IO);
	assert_true(now_ns() - ns < 2000000000);
	assert_non_null(strstr(err.text, "cable"));
	assert_int_equal(bus->close(bus, &err), IMG_E_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_port),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_unplugged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
