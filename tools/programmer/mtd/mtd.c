/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/mtd/mtd.h"

#include <errno.h>
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/programmer/bus/access.h"
#include "tools/programmer/bus/interrupt.h"
#include "tools/programmer/chip/driver.h"

#define NUMBER_MAX 99
#define SIZE_MAX_ ((uint64_t)128 << 20)
#define BLOCK_MIN 4096u
#define BLOCK_MAX (256u << 10)
#define PLAN_UNIT (64u << 10)	/* a plan goes by these */

struct mtd_chip {
	struct chip base;
	int fd;
	unsigned number;
	bool lifted;
	uint32_t blocks;
	bool *locked;		/* of each block, as found */
};

static struct mtd_chip *mtd_of(struct chip *base)
{
	return (struct mtd_chip *)base;
}

/* A line of a file in sysfs; IMG_E_ABSENT: there is none. */
static enum img_status fact(unsigned number, const char *name, char *out, size_t room,
			    struct img_error *err)
{
	char path[96];
	FILE *f;
	bool got;

	snprintf(path, sizeof(path), "/sys/class/mtd/mtd%u/%s", number, name);
	f = fopen(path, "re");
	if (!f)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"there is no mtd%u (%s: %s): is its driver loaded?", number, path,
				strerror(errno));
	got = fgets(out, (int)room, f) != NULL;
	fclose(f);
	out[got ? strcspn(out, "\n") : 0] = 0;
	return IMG_OK;
}

static enum img_status number_fact(unsigned number, const char *name, uint64_t *out,
				   struct img_error *err)
{
	char text[32], *end;
	enum img_status st = fact(number, name, text, sizeof(text), err);

	if (st != IMG_OK)
		return st;
	errno = 0;
	*out = strtoull(text, &end, 0);
	if (errno || end == text || *end)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"mtd%u: its %s is \"%s\", not a number", number, name, text);
	return IMG_OK;
}

static enum img_status check_type(unsigned number, struct img_error *err)
{
	char type[32];
	enum img_status st = fact(number, "type", type, sizeof(type), err);

	if (st == IMG_OK && strcmp(type, "nor"))
		st = img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			      "mtd%u is %s, and a ROM chip is nor: another dev= is meant", number,
			      type);
	return st;
}

static enum img_status check_shape(unsigned number, uint64_t size, uint64_t block,
				   uint64_t regions, struct img_error *err)
{
	if (regions)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"mtd%u has erase blocks of several sizes, which is not supported",
				number);
	if (!size || size > SIZE_MAX_ || size % PLAN_UNIT || block < BLOCK_MIN ||
	    block > BLOCK_MAX || block & (block - 1) || size % block)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"mtd%u has %llu bytes in erase blocks of %llu, which no ROM chip "
				"has", number, (unsigned long long)size, (unsigned long long)block);
	return IMG_OK;
}

static void describe(struct mtd_chip *m, uint64_t size, uint64_t block, uint64_t flags,
		     const char *name)
{
	struct chip_info *info = &m->base.info;
	struct chip_geometry *g = &info->geometry;

	snprintf(info->vendor, sizeof(info->vendor), "Linux");
	snprintf(info->name, sizeof(info->name), "mtd%u (%s)", m->number, name);
	*g = (struct chip_geometry){
		.size = size, .page = CHIP_PAGE_MAX, .page_typical_us = 700, .page_max_us = 5000,
		.erase_count = 1, .erase[0].size = (uint32_t)block,
		.program = flags & MTD_WRITEABLE ? CHIP_PROGRAM_PAGE : CHIP_PROGRAM_NONE,
	};
	chip_erase_time(block, &g->erase[0].typical_us, &g->erase[0].max_us);
	m->blocks = (uint32_t)(size / block);
}

static enum img_status look(struct mtd_chip *m, struct img_error *err)
{
	uint64_t size = 0, block = 0, flags = 0, regions = 0;
	char name[64];
	enum img_status st = check_type(m->number, err);

	if (st == IMG_OK)
		st = number_fact(m->number, "size", &size, err);
	if (st == IMG_OK)
		st = number_fact(m->number, "erasesize", &block, err);
	if (st == IMG_OK)
		st = number_fact(m->number, "flags", &flags, err);
	if (st == IMG_OK)
		st = number_fact(m->number, "numeraseregions", &regions, err);
	if (st == IMG_OK)
		st = fact(m->number, "name", name, sizeof(name), err);
	if (st == IMG_OK)
		st = check_shape(m->number, size, block, regions, err);
	if (st == IMG_OK)
		describe(m, size, block, flags, name);
	return st;
}

static struct erase_info_user block_of(const struct mtd_chip *m, uint64_t at)
{
	return (struct erase_info_user){ (uint32_t)at, m->base.info.geometry.erase[0].size };
}

/* Which blocks are protected; a driver that cannot tell has none. */
static void look_at_locks(struct mtd_chip *m)
{
	const uint32_t size = m->base.info.geometry.erase[0].size;
	struct chip_info *info = &m->base.info;
	uint32_t i;

	for (i = 0; i < m->blocks; i++) {
		struct erase_info_user e = block_of(m, (uint64_t)i * size);
		const int answer = ioctl(m->fd, MEMISLOCKED, &e);

		if (answer < 0)
			return;
		m->locked[i] = answer == 1;
		info->protected |= m->locked[i];
	}
}

static enum img_status open_device(struct mtd_chip *m, struct img_error *err)
{
	const bool writes = m->base.info.geometry.program != CHIP_PROGRAM_NONE;
	char path[32];

	snprintf(path, sizeof(path), "/dev/mtd%u", m->number);
	m->fd = open(path, (writes ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (m->fd < 0)
		return access_fail(path, errno, err);
	m->locked = calloc(m->blocks, sizeof(*m->locked));
	if (!m->locked)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	look_at_locks(m);
	return IMG_OK;
}

/* All blocks that were locked, and lie together, by one call each. */
static enum img_status for_locked(struct mtd_chip *m, unsigned long request, const char *what,
				  struct img_error *err)
{
	const uint32_t size = m->base.info.geometry.erase[0].size;
	uint32_t i, end;

	for (i = 0; i < m->blocks; i = end + 1) {
		struct erase_info_user e = block_of(m, (uint64_t)i * size);

		for (end = i; end < m->blocks && m->locked[end]; end++)
			;
		e.length = (end - i) * size;
		if (end > i && ioctl(m->fd, request, &e) < 0)
			return img_fail_errno(err, errno, "cannot %s 0x%08x-0x%08x", what, e.start,
					      e.start + e.length - 1);
	}
	return IMG_OK;
}

static enum img_status unlock_chip(struct chip *base, struct img_error *err)
{
	struct mtd_chip *m = mtd_of(base);

	if (!base->info.protected || m->lifted)
		return IMG_OK;
	m->lifted = true;
	return for_locked(m, MEMUNLOCK, "lift the protection of", err);
}

static enum img_status close_chip(struct chip *base, struct img_error *err)
{
	struct mtd_chip *m = mtd_of(base);
	enum img_status st = IMG_OK;

	if (m->lifted)
		st = for_locked(m, MEMLOCK, "put back the protection of", err);
	if (m->fd >= 0)
		close(m->fd);
	free(m->locked);
	free(m);
	return st;
}

static enum img_status read_chip(struct chip *base, uint64_t at, struct img_span into,
				 struct img_error *err)
{
	const size_t len = img_span_size(into);
	size_t done = 0;
	ssize_t n;
	enum img_status st;

	for (; done < len; done += (size_t)n) {
		st = interrupt_check(err);
		if (st != IMG_OK)
			return st;
		n = pread(mtd_of(base)->fd, img_span_bytes(into) + done,
			  len - done < PLAN_UNIT ? len - done : PLAN_UNIT, (off_t)(at + done));
		if (n > 0)
			continue;
		if (n < 0 && errno != EINTR)
			return img_fail_errno(err, errno, "mtd%u cannot be read at 0x%08llx",
					      mtd_of(base)->number,
					      (unsigned long long)(at + done));
		if (!n)
			return img_fail(err, IMG_E_IO, at + done, "mtd%u ends here",
					mtd_of(base)->number);
		n = 0;
	}
	return IMG_OK;
}

/* What the kernel says when a block is protected, or the chip as a whole. */
static enum img_status fail(const struct mtd_chip *m, const char *what, int why, uint64_t at,
			    struct img_error *err)
{
	const char *hint = why == EROFS || why == EIO || why == EPERM || why == EACCES
				   ? "; is it protected, or is WP# low?" : "";
	enum img_status st = img_fail(err, IMG_E_IO, at, "mtd%u does not %s here: %s%s", m->number,
				      what, strerror(why), hint);

	if (err)
		err->sys = why;
	return st;
}

static enum img_status erase_chip(struct chip *base, const struct chip_erase_kind *kind,
				  uint64_t at, struct img_error *err)
{
	struct mtd_chip *m = mtd_of(base);
	struct erase_info_user e = block_of(m, at);
	enum img_status st = interrupt_check(err);

	if (st != IMG_OK)
		return st;
	if (at % e.length || kind->size != e.length || at >= base->info.geometry.size)
		return img_fail(err, IMG_E_BOUNDS, at, "no block begins here");
	base->changed = true;
	return ioctl(m->fd, MEMERASE, &e) < 0 ? fail(m, "erase", errno, at, err) : IMG_OK;
}

static enum img_status program_more(struct chip *base, uint64_t at, struct img_view bytes,
				    struct img_error *err)
{
	const size_t len = img_view_size(bytes);
	struct mtd_chip *m = mtd_of(base);
	enum img_status st = interrupt_check(err);
	size_t done = 0;
	ssize_t n;

	base->changed |= st == IMG_OK;
	while (st == IMG_OK && done < len) {
		n = pwrite(m->fd, img_view_data(bytes) + done, len - done, (off_t)(at + done));
		if (n > 0)
			done += (size_t)n;
		else if (!n || errno != EINTR)
			st = fail(m, "program", n ? errno : EIO, at + done, err);
	}
	return st;
}

static enum img_status program_end(struct chip *base, struct img_error *err)
{
	(void)base;
	(void)err;
	return IMG_OK;	/* the kernel waits for the chip */
}

static bool is_named(const struct chip *base, const char *name)
{
	return !strcmp(base->info.name, name);
}

static const struct chip_driver mtd_driver = {
	.close = close_chip,
	.read = read_chip,
	.unlock = unlock_chip,
	.erase = erase_chip,
	.program_more = program_more,
	.program_end = program_end,
	.is_named = is_named,
};

static enum img_status take_number(const struct bus_spec *spec, uint32_t *out,
				   struct img_error *err)
{
	*out = 0;
	if (spec->count > 1 || (spec->count && strcmp(spec->param[0].key, "dev")))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"programmer " MTD_KIND " takes dev=N, for /dev/mtdN, and nothing "
				"else");
	return bus_spec_number(spec, "dev", NUMBER_MAX, out, err);
}

enum img_status mtd_open(const struct bus_spec *spec, struct chip **out, struct img_error *err)
{
	struct mtd_chip *m;
	uint32_t number;
	enum img_status st = take_number(spec, &number, err);

	if (st != IMG_OK)
		return st;
	m = calloc(1, sizeof(*m));
	if (!m)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	m->base.driver = &mtd_driver;
	m->fd = -1;
	m->number = number;
	st = look(m, err);
	if (st == IMG_OK)
		st = open_device(m, err);
	if (st == IMG_OK)
		*out = &m->base;
	else if (close_chip(&m->base, NULL) != IMG_OK)
		return st;
	return st;
}
