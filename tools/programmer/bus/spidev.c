/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/spidev.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/spi/spidev.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/common/clock.h"
#include "tools/programmer/bus/access.h"
#include "tools/programmer/bus/interrupt.h"

#define USUAL_KHZ 2000
#define KHZ_MAX 200000
#define USUAL_BUFSIZ 4096
#define DMA_ALIGNMENT 128
#define TRANSFERS_MAX 511	/* what the size field of the ioctl can say */
#define DELAY_MAX 65535
#define STATUS 0x05

struct spidev {
	struct spi_bus bus;	/* first, so that one can be had from the other */
	int fd;
	uint32_t hertz;
	size_t bufsiz;
	char about[160];
	bool ending;		/* the interrupt has been told: what follows cleans up */
	struct spi_ioc_transfer transfer[TRANSFERS_MAX];
	size_t count, out, in;	/* of the message that is being made */
};

static const uint8_t status = STATUS;

static struct spidev *self(struct spi_bus *bus)
{
	return (struct spidev *)bus;
}

/* SPI_IOC_MESSAGE(n), whose own definition wants an n that is a constant. */
static unsigned long message_of(size_t n)
{
	return _IOC(_IOC_WRITE, SPI_IOC_MAGIC, 0, n * sizeof(struct spi_ioc_transfer));
}

static enum img_status send(struct spidev *s, struct img_error *err)
{
	const size_t n = s->count;
	int why;

	if (!n)
		return IMG_OK;
	s->transfer[n - 1].cs_change = 0;
	s->count = s->out = s->in = 0;
	if (ioctl(s->fd, message_of(n), s->transfer) >= 0)
		return IMG_OK;
	why = errno;
	if (why == EMSGSIZE)
		return img_fail_errno(err, why, "the kernel takes less than the %zu bytes that its "
				      "spidev bufsiz promises", s->bufsiz);
	return img_fail_errno(err, why, "the SPI bus refuses to work");
}

static size_t rounded(size_t n)
{
	return (n + DMA_ALIGNMENT - 1) / DMA_ALIGNMENT * DMA_ALIGNMENT;
}

/* A frame is two transfers, out and in, of which the last raises CS#. */
static void add_transfer(struct spidev *s, const uint8_t *out, uint8_t *in, size_t n, bool last,
			 uint32_t delay_us)
{
	s->transfer[s->count++] = (struct spi_ioc_transfer){
		.tx_buf = (uintptr_t)out, .rx_buf = (uintptr_t)in, .len = (uint32_t)n,
		.speed_hz = s->hertz, .bits_per_word = 8, .cs_change = last,
		.delay_usecs = (uint16_t)delay_us,
	};
	s->out += out ? rounded(n) : 0;
	s->in += in ? rounded(n) : 0;
}

static bool has_room(const struct spidev *s, size_t out, size_t in)
{
	return s->count + 2 <= TRANSFERS_MAX && s->out + rounded(out) <= s->bufsiz &&
	       s->in + rounded(in) <= s->bufsiz;
}

static enum img_status add_frame(struct spidev *s, const struct spi_transaction *t,
				 struct img_error *err)
{
	enum img_status st = IMG_OK;

	if (t->nout > s->bus.most_out || t->nin > s->bus.most_in)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a frame of %zu bytes there and %zu back is more than spidev takes",
				t->nout, t->nin);
	if (!has_room(s, t->nout, t->nin))
		st = send(s, err);
	if (st == IMG_OK && t->nout)
		add_transfer(s, t->out, NULL, t->nout, !t->nin, 0);
	if (st == IMG_OK && t->nin)
		add_transfer(s, NULL, t->in, t->nin, true, 0);
	return st;
}

/*
 * The kernel lets its delay pass before it raises CS#, and the chip begins its work when
 * CS# rises. So a pause is a frame of its own: the first byte of a status read, which a
 * chip allows at any time, and the delay behind it.
 */
static enum img_status add_pause(struct spidev *s, uint32_t us, struct img_error *err)
{
	enum img_status st = IMG_OK;

	if (us > DELAY_MAX || !s->count) {
		st = send(s, err);
		if (st == IMG_OK)
			clock_sleep_us(us);
		return st;
	}
	if (!has_room(s, 1, 0))
		st = send(s, err);
	if (st == IMG_OK)
		add_transfer(s, &status, NULL, 1, true, us);
	return st;
}

static enum img_status run(struct spi_bus *bus, const struct spi_transaction *batch, size_t n,
			   struct img_error *err)
{
	struct spidev *s = self(bus);
	enum img_status st = s->ending ? IMG_OK : interrupt_check(err);
	size_t i;

	s->ending |= st != IMG_OK;
	s->count = s->out = s->in = 0;
	for (i = 0; st == IMG_OK && i < n; i++) {
		if (batch[i].nout || batch[i].nin)
			st = add_frame(s, &batch[i], err);
		if (st == IMG_OK && batch[i].delay_us)
			st = add_pause(s, batch[i].delay_us, err);
	}
	return st == IMG_OK ? send(s, err) : st;
}

static enum img_status choose(struct spi_bus *bus, unsigned chip, struct img_error *err)
{
	(void)bus;
	if (chip)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the chip select is part of the node's name: dev=/dev/spidev0.%u "
				"instead of cs=%u", chip, chip);
	return IMG_OK;
}

static uint64_t now_us(struct spi_bus *bus)
{
	(void)bus;
	return clock_now_us();
}

static enum img_status close_bus(struct spi_bus *bus, struct img_error *err)
{
	struct spidev *s = self(bus);

	(void)err;
	close(s->fd);
	free(s);
	return IMG_OK;
}

static size_t read_bufsiz(void)
{
	FILE *f = fopen("/sys/module/spidev/parameters/bufsiz", "re");
	unsigned long n = 0;

	if (!f)
		return USUAL_BUFSIZ;
	if (fscanf(f, "%lu", &n) != 1 || n < 1024 || n > 16 << 20)
		n = USUAL_BUFSIZ;
	fclose(f);
	return n / DMA_ALIGNMENT * DMA_ALIGNMENT;
}

static enum img_status prepare(struct spidev *s, const char *dev, struct img_error *err)
{
	const uint8_t mode = SPI_MODE_0, bits = 8;

	s->fd = open(dev, O_RDWR | O_CLOEXEC);
	if (s->fd < 0 && errno == ENOENT)
		return img_fail_errno(err, errno, "no SPI bus %s: is SPI switched on "
				      "(raspi-config, device tree), and spidev loaded?", dev);
	if (s->fd < 0)
		return access_fail(dev, errno, err);
	if (ioctl(s->fd, SPI_IOC_WR_MODE, &mode) < 0 ||
	    ioctl(s->fd, SPI_IOC_WR_BITS_PER_WORD, &bits) < 0 ||
	    ioctl(s->fd, SPI_IOC_WR_MAX_SPEED_HZ, &s->hertz) < 0)
		return img_fail_errno(err, errno, "%s cannot be set to mode 0 at %u kHz", dev,
				      s->hertz / 1000);
	return IMG_OK;
}

static void describe(struct spidev *s, const char *dev)
{
	snprintf(s->about, sizeof(s->about), "%s, SPI clock %u kHz, %zu bytes a call%s", dev,
		 s->hertz / 1000, s->bufsiz,
		 s->bufsiz <= USUAL_BUFSIZ ? " (spidev.bufsiz=65536 on the kernel's command line "
		 "makes it faster)" : "");
	s->bus.about = s->about;
}

enum img_status spidev_open(const struct bus_spec *spec, uint64_t expected_size,
			    struct spi_bus **out, struct img_error *err)
{
	const char *dev = bus_spec_get(spec, "dev");
	uint32_t khz = USUAL_KHZ;
	enum img_status st = bus_spec_number(spec, "spispeed", KHZ_MAX, &khz, err);
	struct spidev *s;

	(void)expected_size;
	if (st != IMG_OK)
		return st;
	if (!dev || !khz)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"programmer linux_spi needs dev=/dev/spidevX.Y; spispeed= is in "
				"kHz and not 0");
	s = calloc(1, sizeof(*s));
	if (!s)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	s->hertz = khz * 1000;
	s->bufsiz = read_bufsiz();
	s->bus = (struct spi_bus){ .run = run, .select = choose, .now_us = now_us,
				   .close = close_bus, .most_out = s->bufsiz,
				   .most_in = s->bufsiz };
	st = prepare(s, dev, err);
	if (st != IMG_OK) {
		if (s->fd >= 0)
			close(s->fd);
		free(s);
		return st;
	}
	describe(s, dev);
	*out = &s->bus;
	return IMG_OK;
}
