/* SPDX-License-Identifier: GPL-3.0-or-later */
/* chip.h for every kind of chip: what is common is here, the rest the driver does. */
#include "tools/programmer/chip/driver.h"

#include "tools/common/clock.h"


enum img_status chip_close(struct chip *chip, struct img_error *err)
{
	return chip->driver->close(chip, err);
}

const struct chip_info *chip_info(const struct chip *chip)
{
	return &chip->info;
}

bool chip_is_named(const struct chip *chip, const char *name)
{
	return chip->driver->is_named(chip, name);
}

bool chip_changed(const struct chip *chip)
{
	return chip->changed;
}

uint64_t chip_open_bytes(const struct chip_info *info, uint64_t at, bool write, bool *open)
{
	uint64_t end = info->geometry.size;
	size_t i;

	*open = true;
	for (i = 0; i < info->guards; i++) {
		const struct chip_guard *g = &info->guard[i];

		if ((write ? g->write : g->read) || img_range_end(g->range) <= at)
			continue;
		if (g->range.start <= at) {
			/* Several may lie over each other; the first of them is enough. */
			*open = false;
			end = img_range_end(g->range);
			break;
		}
		if (g->range.start < end)
			end = g->range.start;
	}
	return (end < info->geometry.size ? end : info->geometry.size) - at;
}

static bool leaves(const struct chip *chip, uint64_t at, size_t len)
{
	return at > chip->info.geometry.size || len > chip->info.geometry.size - at;
}

enum img_status chip_read(struct chip *chip, uint64_t at, struct img_span into,
			  struct img_error *err)
{
	const size_t len = img_span_size(into);

	if (leaves(chip, at, len))
		return img_fail(err, IMG_E_BOUNDS, at, "a read of %zu bytes leaves the chip", len);
	return chip->driver->read(chip, at, into, err);
}

enum img_status chip_unlock(struct chip *chip, struct img_error *err)
{
	return chip->driver->unlock ? chip->driver->unlock(chip, err) : IMG_OK;
}

enum img_status chip_erase(struct chip *chip, const struct chip_erase_kind *kind, uint64_t at,
			   struct img_error *err)
{
	if (!chip->driver->erase)
		return img_fail(err, IMG_E_BOUNDS, at, "this chip has no block that can be erased");
	return chip->driver->erase(chip, kind, at, err);
}

enum img_status chip_program_more(struct chip *chip, uint64_t at, struct img_view bytes,
				  struct img_error *err)
{
	const size_t len = img_view_size(bytes);

	if (leaves(chip, at, len))
		return img_fail(err, IMG_E_BOUNDS, at, "a write of %zu bytes leaves the chip", len);
	if (chip->info.geometry.program == CHIP_PROGRAM_NONE)
		return img_fail(err, IMG_E_UNSUPPORTED, at, "this chip can only be read");
	return chip->driver->program_more(chip, at, bytes, err);
}

enum img_status chip_program_end(struct chip *chip, struct img_error *err)
{
	return chip->driver->program_end(chip, err);
}

enum img_status chip_program(struct chip *chip, uint64_t at, struct img_view bytes,
			     struct img_error *err)
{
	enum img_status st = chip_program_more(chip, at, bytes, err);

	return st == IMG_OK ? chip_program_end(chip, err) : st;
}

bool chip_set_pace(struct chip *chip, unsigned pages)
{
	if (!chip->driver->set_pace)
		return false;
	chip->driver->set_pace(chip, pages);
	return true;
}

uint64_t chip_now_us(const struct chip *chip)
{
	return chip->driver->now_us ? chip->driver->now_us(chip) : clock_now_us();
}
