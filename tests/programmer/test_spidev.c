/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * linux_spi through its real device interface: umockdev gives this process a /dev/spidev0.0
 * of its own, and each ioctl is carried out here as the kernel does it, on a simulated chip.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/programmer/mock.h"

#ifdef HAVE_UMOCKDEV

#include <errno.h>
#include <linux/spi/spidev.h>
#include <umockdev.h>
#include <unistd.h>

#include "tools/programmer/bus/open.h"
#include "tools/programmer/run/run.h"
#include "tools/programmer/sim/chip.h"

#define PART "W25Q40.V"
#define SIZE ((size_t)512 << 10)
#define TRANSFERS 512
#define BUFSIZ_USUAL 4096

struct kernel {
	UMockdevTestbed *testbed;
	UMockdevIoctlBase *handler;
	struct sim_chip *chip;
	uint64_t begun;
	size_t bufsiz;
	unsigned messages, transfers, oversized;
	unsigned reading;	/* messages until all was read */
	uint8_t mode, bits;
	uint32_t hertz;
	uint8_t out[65536];
	size_t nout;
	struct img_error err;
};

static size_t rounded(size_t n)
{
	return (n + 127) / 128 * 128;
}

/* The kernel's own rules: all tx and all rx bytes, each rounded up. */
static bool fits(const struct kernel *k, const struct spi_ioc_transfer *t, size_t n)
{
	size_t i, tx = 0, rx = 0;

	for (i = 0; i < n; i++) {
		tx += t[i].tx_buf ? rounded(t[i].len) : 0;
		rx += t[i].rx_buf ? rounded(t[i].len) : 0;
	}
	return tx <= k->bufsiz && rx <= k->bufsiz;
}

/*
 * One transfer. The delay passes while CS# is still low, then cs_change raises it, as the
 * end of the message does. The chip sees a frame when CS# rises, so what is read is read
 * as a frame of the bytes before it.
 */
static void transfer(struct kernel *k, const struct spi_ioc_transfer *t, bool last,
		     UMockdevIoctlData *all, size_t index)
{
	const size_t at = index * sizeof(*t);
	struct spi_transaction frame = { .out = k->out };
	UMockdevIoctlData *data;
	uint8_t *bytes;
	int n;

	if (t->tx_buf) {
		data = umockdev_ioctl_data_resolve(all,
						   at + offsetof(struct spi_ioc_transfer, tx_buf),
						   t->len, NULL);
		umockdev_ioctl_data_retrieve(data, &bytes, &n);
		memcpy(k->out + k->nout, bytes, t->len);
		k->nout += t->len;
		g_free(bytes);
		umockdev_ioctl_data_unref(data);
	}
	if (t->rx_buf) {
		data = umockdev_ioctl_data_resolve(
			all, at + offsetof(struct spi_ioc_transfer, rx_buf), t->len, NULL);
		bytes = g_malloc(t->len);
		frame.in = bytes;
		frame.nin = t->len;
		frame.nout = k->nout;
		sim_chip_frame(k->chip, &frame);
		umockdev_ioctl_data_update(data, 0, bytes, (int)t->len);
		g_free(bytes);
		umockdev_ioctl_data_unref(data);
		k->nout = 0;
	}
	sim_chip_frame(k->chip, &(struct spi_transaction){ .delay_us = t->delay_usecs });
	if (k->nout && (last || t->cs_change)) {
		frame.nout = k->nout;
		sim_chip_frame(k->chip, &frame);
		k->nout = 0;
	}
}

/* The chip's clock knows only frames; between the calls real time passes. */
static void catch_up(struct kernel *k)
{
	const uint64_t now = (uint64_t)g_get_monotonic_time(), is = sim_chip_now_us(k->chip);

	if (!k->begun)
		k->begun = now;
	if (now - k->begun > is)
		sim_chip_frame(k->chip, &(struct spi_transaction){
			.delay_us = (uint32_t)(now - k->begun - is) });
}

static long message(struct kernel *k, UMockdevIoctlClient *client, size_t n)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client), *all;
	struct spi_ioc_transfer t[TRANSFERS];
	uint8_t *bytes;
	size_t i;
	int size;

	all = umockdev_ioctl_data_resolve(arg, 0, n * sizeof(*t), NULL);
	umockdev_ioctl_data_retrieve(all, &bytes, &size);
	memcpy(t, bytes, n * sizeof(*t));
	g_free(bytes);
	catch_up(k);
	k->messages++;
	k->transfers += (unsigned)n;
	if (!fits(k, t, n)) {
		k->oversized++;
		return -EMSGSIZE;
	}
	for (i = 0; i < n; i++)
		transfer(k, &t[i], i + 1 == n, all, i);
	/* CS# would stay low behind the last one. */
	if (t[n - 1].cs_change)
		return -EINVAL;
	umockdev_ioctl_data_unref(all);
	return 1;
}

static void take_setting(UMockdevIoctlClient *client, void *to, size_t size)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client);
	UMockdevIoctlData *data = umockdev_ioctl_data_resolve(arg, 0, size, NULL);
	uint8_t *bytes;
	int n;

	umockdev_ioctl_data_retrieve(data, &bytes, &n);
	memcpy(to, bytes, size);
	g_free(bytes);
	umockdev_ioctl_data_unref(data);
}

static gboolean handle(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer ctx)
{
	const gulong request = umockdev_ioctl_client_get_request(client);
	struct kernel *k = ctx;
	long r = 0;

	(void)base;
	if (request == SPI_IOC_WR_MODE)
		take_setting(client, &k->mode, 1);
	else if (request == SPI_IOC_WR_BITS_PER_WORD)
		take_setting(client, &k->bits, 1);
	else if (request == SPI_IOC_WR_MAX_SPEED_HZ)
		take_setting(client, &k->hertz, 4);
	else if (_IOC_TYPE(request) == SPI_IOC_MAGIC && _IOC_NR(request) == 0)
		r = message(k, client, _IOC_SIZE(request) / sizeof(struct spi_ioc_transfer));
	else
		r = -ENOTTY;
	umockdev_ioctl_client_complete(client, r < 0 ? -1 : r, r < 0 ? (int)-r : 0);
	return TRUE;
}

static struct kernel *make(size_t bufsiz)
{
	struct kernel *k = calloc(1, sizeof(*k));
	char text[16];

	assert_non_null(k);
	k->testbed = umockdev_testbed_new();
	k->bufsiz = BUFSIZ_USUAL;
	assert_int_equal(sim_chip_new(chip_part_by_name(PART), 16000000, &k->chip, NULL), IMG_OK);
	assert_true(umockdev_testbed_add_from_string(k->testbed,
		"P: /devices/platform/soc/spi0/spidev/spidev0.0\nN: spidev0.0\n"
		"E: SUBSYSTEM=spidev\nE: DEVNAME=/dev/spidev0.0\n", NULL));
	if (bufsiz) {
		gchar *sys = umockdev_testbed_get_sys_dir(k->testbed);
		gchar *dir = g_strdup_printf("%s/module/spidev/parameters", sys);
		gchar *file = g_strdup_printf("%s/bufsiz", dir);

		snprintf(text, sizeof(text), "%zu\n", bufsiz);
		assert_int_equal(g_mkdir_with_parents(dir, 0755), 0);
		assert_true(g_file_set_contents(file, text, -1, NULL));
		g_free(sys);
		g_free(dir);
		g_free(file);
		k->bufsiz = bufsiz;
	}
	k->handler = umockdev_ioctl_base_new();
	g_signal_connect(k->handler, "handle-ioctl", G_CALLBACK(handle), k);
	assert_true(umockdev_testbed_attach_ioctl(k->testbed, "/dev/spidev0.0", k->handler, NULL));
	return k;
}

static void drop(struct kernel *k)
{
	umockdev_testbed_detach_ioctl(k->testbed, "/dev/spidev0.0", NULL);
	g_object_unref(k->handler);
	g_object_unref(k->testbed);
	sim_chip_free(k->chip);
	free(k);
}

static struct spi_bus *connect(struct kernel *k, const char *text)
{
	struct bus_spec spec;
	struct spi_bus *bus = NULL;

	assert_int_equal(bus_spec_parse(text, &spec, NULL), IMG_OK);
	assert_int_equal(bus_open(&spec, 0, &bus, &k->err), IMG_OK);
	bus_spec_free(&spec);
	return bus;
}

/* A whole job: identify, read, erase, program, verify. */
static void write_chip(struct kernel *k)
{
	struct spi_bus *bus = connect(k, "linux_spi:dev=/dev/spidev0.0,spispeed=16000");
	struct run_result result;
	struct img *image, *old;
	struct chip *chip;
	struct plan plan;
	uint8_t *bytes;
	size_t i;

	memset(img_span_bytes(sim_chip_array(k->chip)), 0x33, 8192);
	assert_int_equal(img_new(SIZE, 0xff, &image, NULL), IMG_OK);
	bytes = img_span_bytes(img_span(image));
	for (i = 0; i < 20000; i++)
		bytes[i] = (uint8_t)(i * 13 >> 3);
	assert_int_equal(chip_open(bus, &chip, &k->err), IMG_OK);
	assert_int_equal(run_read(chip, 1, (struct run_hope){ 0 }, NULL, &old, &k->err), IMG_OK);
	k->reading = k->messages;
	assert_int_equal(plan_make(img_bytes(old), img_bytes(image), &chip_info(chip)->geometry,
				   NULL, &plan, &k->err), IMG_OK);
	assert_int_equal(run_plan(chip, &plan, img_bytes(old), img_bytes(image), true, NULL,
				  &result, &k->err), IMG_OK);
	assert_true(result.verified && !result.rewritten);
	assert_true(img_view_equal(img_bytes(image), img_span_view(sim_chip_array(k->chip))));
	assert_int_equal(k->oversized, 0);
	assert_int_equal(k->mode, SPI_MODE_0);
	assert_int_equal(k->bits, 8);
	assert_int_equal(k->hertz, 16000000);
	plan_free(&plan);
	img_close(image);
	img_close(old);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

static void test_write(void **state)
{
	struct kernel *k = make(0);
	unsigned reading;

	(void)state;
	write_chip(k);
	reading = k->reading;
	drop(k);
	/* A larger bufsiz is used: fewer calls. */
	k = make(65536);
	write_chip(k);
	assert_true(k->reading < reading / 4);
	drop(k);
}

/* Several frames are one call; the chip sees each of them, and the pause between them. */
static void test_batch(void **state)
{
	static const uint8_t wren = 6, rdsr = 5, program[] = { 2, 0, 0, 0, 0x5a };
	struct kernel *k = make(0);
	struct spi_bus *bus = connect(k, "linux_spi:dev=/dev/spidev0.0,spispeed=1000");
	uint8_t before, after, byte;
	const uint8_t read[] = { 3, 0, 0, 0 };
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { &rdsr, 1, &before, 1, 0 },
		{ program, 5, NULL, 0, 5000 }, { &rdsr, 1, &after, 1, 0 },
		{ read, 4, &byte, 1, 0 },
	};

	(void)state;
	assert_int_equal(bus->run(bus, batch, 5, &k->err), IMG_OK);
	assert_int_equal(k->messages, 1);
	assert_int_equal(k->transfers, 9);
	assert_int_equal(before, 2);
	assert_int_equal(after, 0);
	assert_int_equal(byte, 0x5a);
	assert_int_equal(sim_chip_counts(k->chip)->programs, 1);
	assert_int_equal(bus->select(bus, 1, &k->err), IMG_E_UNSUPPORTED);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
	drop(k);
}

static void refuses(struct kernel *k, const char *text, enum img_status want, const char *says)
{
	struct bus_spec spec;
	struct spi_bus *bus = NULL;

	assert_int_equal(bus_spec_parse(text, &spec, NULL), IMG_OK);
	assert_int_equal(bus_open(&spec, 0, &bus, &k->err), want);
	assert_non_null(strstr(k->err.text, says));
	bus_spec_free(&spec);
}

static void test_refusals(void **state)
{
	struct kernel *k = make(0);

	(void)state;
	refuses(k, "linux_spi", IMG_E_USAGE, "dev=");
	refuses(k, "linux_spi:dev=/dev/spidev0.0,spispeed=16M", IMG_E_USAGE, "spispeed=16M");
	refuses(k, "linux_spi:dev=/dev/spidev7.7", IMG_E_IO, "is SPI switched on");
	drop(k);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_batch),
		cmocka_unit_test(test_refusals),
	};

	(void)argc;
	mock_enter(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return mock_skip();
}

#endif
