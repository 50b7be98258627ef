/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/tty.h"

#include <errno.h>
#include <fcntl.h>
#include <libserialport.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "tools/programmer/bus/access.h"
#include "tools/programmer/bus/descriptor.h"
#include "tools/programmer/bus/interrupt.h"

#define APPEAR_STEPS 50		/* of 100 ms */
#define PORTS_MAX 64
#define RASPBERRY 0x2e8a
#define RP2040_BOOT 0x0003
#define RP2350_BOOT 0x000f

static enum img_status fail_open(const char *path, int why, struct img_error *err)
{
	if (why == ENOENT)
		return img_fail_errno(err, why, "no port %s (rom-flash --list names what is "
				      "attached)", path);
	return access_fail(path, why, err);
}

/* Without a controlling terminal, and without waiting for a carrier. */
static enum img_status open_port(const char *path, int *out, struct img_error *err)
{
	const struct timespec step = { 0, 100000000 };
	unsigned i;
	int fd;

	for (i = 0;; i++) {
		fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
		if (fd >= 0 || (errno != ENOENT && errno != ENXIO && errno != EBUSY) ||
		    i == APPEAR_STEPS || interrupt_pending())
			break;
		nanosleep(&step, NULL);
	}
	if (fd < 0)
		return fail_open(path, errno, err);
	if (flock(fd, LOCK_EX | LOCK_NB)) {
		close(fd);
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "%s is in use by another program",
				path);
	}
	*out = fd;
	return IMG_OK;
}

static const struct { uint32_t baud; speed_t speed; } rates[] = {
	{ 9600, B9600 }, { 19200, B19200 }, { 38400, B38400 }, { 57600, B57600 },
	{ 115200, B115200 }, { 230400, B230400 }, { 460800, B460800 }, { 500000, B500000 },
	{ 576000, B576000 }, { 921600, B921600 }, { 1000000, B1000000 }, { 1152000, B1152000 },
	{ 1500000, B1500000 }, { 2000000, B2000000 }, { 2500000, B2500000 },
	{ 3000000, B3000000 }, { 3500000, B3500000 }, { 4000000, B4000000 },
};

static bool set_baud(struct termios *t, uint32_t baud)
{
	size_t i;

	for (i = 0; i < sizeof(rates) / sizeof(rates[0]); i++)
		if (rates[i].baud == baud)
			return !cfsetspeed(t, rates[i].speed);
	return false;
}

static enum img_status prepare(int fd, const char *path, uint32_t baud, struct img_error *err)
{
	struct termios t;
	int lines;

	if (tcgetattr(fd, &t))
		return img_fail_errno(err, errno, "%s is no serial port", path);
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL | CREAD;
	t.c_cflag &= ~(tcflag_t)(CRTSCTS | HUPCL | CSTOPB);
	t.c_cc[VMIN] = 1;
	t.c_cc[VTIME] = 0;
	if (baud && !set_baud(&t, baud))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"%s cannot be set to %lu baud; 115200 and 2000000 are usual", path,
				(unsigned long)baud);
	if (tcsetattr(fd, TCSANOW, &t))
		return img_fail_errno(err, errno, "cannot set up %s", path);
	/* Together; a pseudo terminal has no such lines. */
	if (!ioctl(fd, TIOCMGET, &lines)) {
		lines = (lines | TIOCM_DTR) & ~TIOCM_RTS;
		if (ioctl(fd, TIOCMSET, &lines))
			return img_fail_errno(err, errno, "cannot set DTR and RTS of %s", path);
	}
	tcflush(fd, TCIFLUSH);
	return IMG_OK;
}

static enum img_status open_named(const char *path, uint32_t baud, struct wire **out,
				  struct img_error *err)
{
	int fd = -1;
	enum img_status st = open_port(path, &fd, err);

	if (st != IMG_OK)
		return st;
	st = prepare(fd, path, baud, err);
	if (st != IMG_OK) {
		close(fd);
		return st;
	}
	st = descriptor_wire(fd, NULL, NULL, out, err);
	if (st == IMG_OK && baud) {
		(*out)->baud = baud;
		(*out)->keeps_bytes = false;
	}
	return st;
}

static enum img_status open_only(struct wire **out, struct img_error *err)
{
	struct tty_port *ports;
	size_t i, count, serial = 0, which = 0;
	enum img_status st = tty_list(&ports, &count, err);

	if (st != IMG_OK)
		return st;
	for (i = 0; i < count; i++) {
		if (!*ports[i].path)
			continue;
		which = i;
		serial++;
	}
	if (serial == 1)
		st = open_named(ports[which].path, 0, out, err);
	else if (!serial)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "dev=auto: %s",
			      count ? ports[0].what : "no USB serial port is attached");
	else
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			      "dev=auto: %zu USB serial ports are attached; rom-flash --list names "
			      "them, say which with dev=", serial);
	free(ports);
	return st;
}

enum img_status tty_open(const char *device, struct wire **out, struct img_error *err)
{
	const char *colon = strrchr(device, ':');
	unsigned long baud = 0;
	char path[256], *end;

	if (!strcmp(device, "auto"))
		return open_only(out, err);
	if (colon) {
		baud = strtoul(colon + 1, &end, 10);
		if (!baud || baud > 20000000 || *end)
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					"dev=%s: expected a baud rate behind the colon", device);
	}
	snprintf(path, sizeof(path), "%.*s", (int)(colon ? colon - device : 255), device);
	return open_named(path, (uint32_t)baud, out, err);
}

/* --- what is attached --------------------------------------------------------------- */

static void describe(struct sp_port *from, struct tty_port *to)
{
	const char *what = sp_get_port_description(from), *maker =
		sp_get_port_usb_manufacturer(from);
	int vendor = 0, product = 0;

	snprintf(to->path, sizeof(to->path), "%s", sp_get_port_name(from));
	snprintf(to->what, sizeof(to->what), "%s%s%s", maker ? maker : "", maker ? ", " : "",
		 what ? what : "");
	if (sp_get_port_usb_vid_pid(from, &vendor, &product) == SP_OK) {
		to->vendor = (uint16_t)vendor;
		to->product = (uint16_t)product;
	}
}

static unsigned sysfs_id(unsigned bus, unsigned port, const char *which)
{
	char path[96];
	unsigned id = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/sys/bus/usb/devices/%u-%u/%s", bus, port, which);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (fscanf(f, "%4x", &id) != 1)
		id = 0;
	fclose(f);
	return id;
}

/* A Pico whose button was held is no serial port, and its owner wonders why. */
static size_t list_picos(struct tty_port *ports, size_t room)
{
	unsigned bus, port, product;
	size_t n = 0;

	for (bus = 1; bus < 16; bus++)
		for (port = 1; port < 16 && n < room; port++) {
			if (sysfs_id(bus, port, "idVendor") != RASPBERRY)
				continue;
			product = sysfs_id(bus, port, "idProduct");
			if (product != RP2040_BOOT && product != RP2350_BOOT)
				continue;
			ports[n] = (struct tty_port){ .vendor = RASPBERRY,
						      .product = (uint16_t)product };
			snprintf(ports[n++].what, sizeof(ports->what),
				 "a Raspberry Pi Pico in its bootloader: copy a serprog firmware "
				 "(pico-serprog .uf2) to the drive it shows");
		}
	return n;
}

enum img_status tty_list(struct tty_port **out, size_t *count, struct img_error *err)
{
	struct tty_port *ports = calloc(2 * PORTS_MAX, sizeof(*ports));
	struct sp_port **list = NULL;
	size_t i, n = 0;

	if (!ports)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	if (sp_list_ports(&list) == SP_OK) {
		for (i = 0; list[i] && n < PORTS_MAX; i++)
			if (sp_get_port_transport(list[i]) == SP_TRANSPORT_USB)
				describe(list[i], &ports[n++]);
		sp_free_port_list(list);
	}
	n += list_picos(ports + n, PORTS_MAX);
	*out = ports;
	*count = n;
	return IMG_OK;
}
