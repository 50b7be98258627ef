/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/board_rules.h"

#include <string.h>

#include "libimg/core/digest.h"
#include "libimg/core/image.h"
#include "libimg/format/cbfs.h"
#include "libimg/format/ifd.h"
#include "tools/common/strict_yaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define FOUR_GIB ((uint64_t)1 << 32)

struct rules {
	const struct img_board *b;
	const struct board_lines *lines;
	struct img_error *err;
};

static enum img_status required(const struct rules *r)
{
	static const struct { enum board_key key; const char *name; } needed[] = {
		{ BOARD_NAME, "name" }, { BOARD_ROM_SIZE, "rom_size" }, { BOARD_CHIPS, "chips" },
	};
	size_t i;

	for (i = 0; i < COUNT(needed); i++)
		if (!r->lines->key[needed[i].key])
			return img_fail(r->err, IMG_E_ABSENT, IMG_NOWHERE, "the key %s is missing",
					needed[i].name);
	if (!r->lines->key[BOARD_DENSITIES] != !r->lines->key[BOARD_REGIONS])
		return img_fail(r->err, IMG_E_ABSENT, IMG_NOWHERE,
				"a board with a descriptor needs both densities and regions");
	return IMG_OK;
}

/* Whole 4 KiB blocks, and no more of them than any chip has. */
static bool size_plausible(uint64_t size)
{
	return size && size % 4096 == 0 && size <= IMG_SIZE_MAX;
}

static enum img_status sizes(const struct rules *r)
{
	const struct img_board *b = r->b;
	size_t i;

	if (!size_plausible(b->rom_size))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, r->lines->key[BOARD_ROM_SIZE],
				    "rom_size has to be whole 4 KiB blocks, at most 128M");
	for (i = 0; i < b->chip_count; i++)
		if (!size_plausible(b->chip[i].size))
			return yaml_in_fail(r->err, IMG_E_CORRUPT, r->lines->key[BOARD_CHIPS],
					    "%s: the size has to be whole 4 KiB blocks, at most "
					    "128M", b->chip[i].name);
	for (i = 0; i < b->density_count; i++)
		if (b->density[i] < 512 << 10 || b->density[i] > 64 << 20 ||
		    b->density[i] & (b->density[i] - 1))
			return yaml_in_fail(r->err, IMG_E_CORRUPT, r->lines->key[BOARD_DENSITIES],
					    "a descriptor can only say 512K, 1M, 2M, ... 64M");
	return IMG_OK;
}

/* The name becomes part of file names and of -p NAME=... */
static bool chip_name_plausible(const char *name)
{
	return !name[strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789")];
}

static enum img_status chips(const struct rules *r)
{
	const struct img_board *b = r->b;
	unsigned line = r->lines->key[BOARD_CHIPS], place = r->lines->key[BOARD_PLACE];
	uint64_t sum = 0;
	size_t i;

	for (i = 0; i < b->chip_count; i++) {
		sum += b->chip[i].size;
		if (!chip_name_plausible(b->chip[i].name))
			return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
					    "the name of a chip is small letters and digits, not "
					    "\"%s\"", b->chip[i].name);
	}
	if (b->chip_count == 2 && !strcmp(b->chip[0].name, b->chip[1].name))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, line, "two chips are named %s",
				    b->chip[0].name);
	if (b->rom_size > sum || (b->chip_count == 2 && b->rom_size != sum))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
				    "an image of %llu bytes does not %s of %llu",
				    (unsigned long long)b->rom_size,
				    b->chip_count == 2 ? "fill two chips" : "fit a chip",
				    (unsigned long long)sum);
	if (b->rom_size < sum && !place)
		return yaml_in_fail(r->err, IMG_E_ABSENT, line,
				    "the image is smaller than the chip; place has to say where "
				    "on it (low or high)");
	if (b->rom_size == sum && place)
		return yaml_in_fail(r->err, IMG_E_CORRUPT, place,
				    "place is for an image that is smaller than its chip");
	return IMG_OK;
}

static enum img_status region(const struct rules *r, size_t i, uint64_t room)
{
	const struct img_board_region *a = &r->b->region[i], *o;
	uint64_t end = img_range_end(a->range);
	unsigned line = r->lines->region[i], index;

	if (!img_ifd_region_find(a->name, &index))
		return yaml_in_fail(r->err, IMG_E_UNSUPPORTED, line, "unknown region \"%s\"",
				    a->name);
	if (end > room || (a->range.start < r->b->rom_size && end > r->b->rom_size))
		return yaml_in_fail(r->err, IMG_E_BOUNDS, line, "region %s ends at 0x%llx, outside "
				    "the image", a->name, (unsigned long long)end);
	for (o = r->b->region; o < a; o++) {
		if (!strcmp(o->name, a->name))
			return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
					    "region %s is there twice", a->name);
		if (img_range_overlap(o->range, a->range))
			return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
					    "regions %s and %s overlap", o->name, a->name);
	}
	if (!strcmp(a->name, "fd") != !a->range.start)
		return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
				    "region fd, and no other, begins at 0");
	return IMG_OK;
}

/* A region may lie behind a shortened image, where the descriptor still knows of a chip. */
static enum img_status regions(const struct rules *r)
{
	enum img_status st = IMG_OK;
	bool descriptor = false;
	uint64_t room = 0;
	size_t i;

	for (i = 0; i < r->b->density_count; i++)
		room += r->b->density[i];
	if (room < r->b->rom_size)
		room = r->b->rom_size;
	for (i = 0; i < r->b->region_count && st == IMG_OK; i++) {
		st = region(r, i, room);
		descriptor |= !r->b->region[i].range.start;
	}
	if (st == IMG_OK && r->lines->key[BOARD_REGIONS] && !descriptor)
		return yaml_in_fail(r->err, IMG_E_ABSENT, r->lines->key[BOARD_REGIONS],
				    "region fd is missing");
	return st;
}

static const struct img_board_region *region_named(const struct img_board *b, const char *name)
{
	size_t i;

	for (i = 0; i < b->region_count; i++)
		if (!strcmp(b->region[i].name, name))
			return &b->region[i];
	return NULL;
}

static bool hex_digit(char c)
{
	return c && strchr("0123456789abcdefABCDEF", c);
}

static bool mac_plausible(const char *mac)
{
	size_t i;

	for (i = 0; i < 17; i++)
		if (i % 3 == 2 ? mac[i] != ':' : !hex_digit(mac[i]))
			return false;
	return !mac[17];
}

static enum img_status identity(const struct rules *r)
{
	if (r->lines->key[BOARD_IDENTITY] && !r->b->identity[1])
		return yaml_in_fail(r->err, IMG_E_CORRUPT, r->lines->key[BOARD_IDENTITY],
				    "identity has to be coreboot's vendor and part");
	if (!r->b->gbe_mac)
		return IMG_OK;
	if (!mac_plausible(r->b->gbe_mac))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, r->lines->key[BOARD_GBE_MAC],
				    "gbe_mac has to be six pairs of hexadecimal digits, as "
				    "00:de:ad:c0:ff:ee");
	if (!region_named(r->b, "gbe"))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, r->lines->key[BOARD_GBE_MAC],
				    "gbe_mac on a board without the region gbe");
	return IMG_OK;
}

/* Which keys a piece has, without their values. */
static enum img_status piece_keys(const struct rules *r, size_t i)
{
	const unsigned *key = r->lines->piece_key[i];
	unsigned line = r->lines->piece[i];

	if (!key[PIECE_FILE])
		return yaml_in_fail(r->err, IMG_E_ABSENT, line, "a vendor piece needs file");
	if (!!key[PIECE_REGION] + !!key[PIECE_CBFS] + !!key[PIECE_CHIP] != 1)
		return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
				    "a vendor piece goes to one of region, cbfs and chip");
	if (!key[PIECE_CBFS] && (key[PIECE_TYPE] || key[PIECE_AT] || key[PIECE_XIP]))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
				    "type, at and xip are for pieces in the CBFS");
	if (key[PIECE_CBFS] && !key[PIECE_TYPE])
		return yaml_in_fail(r->err, IMG_E_ABSENT, line,
				    "a piece in the CBFS needs a type");
	if (key[PIECE_AT] && key[PIECE_XIP])
		return yaml_in_fail(r->err, IMG_E_CORRUPT, line,
				    "at is a fixed address, xip looks for one: not both");
	return IMG_OK;
}

static bool file_name_plausible(const char *name)
{
	return !strchr(name, '/') && name[0] != '.' && name[0] != '-';
}

/* Steps with a plus between them, from the vendor's file to the prepared one. */
static bool clean_plausible(const char *steps)
{
	static const char *const words[] = { "keep-mfs", "relocate", "truncate", "deguard=" };
	size_t i, len, word;

	for (;;) {
		len = strcspn(steps, "+");
		for (i = 0; i < COUNT(words); i++) {
			word = strlen(words[i]);
			if (!strncmp(steps, words[i], word) &&
			    (words[i][word - 1] == '=' ? len > word : len == word))
				break;
		}
		if (i == COUNT(words))
			return false;
		if (!steps[len])
			return true;
		steps += len + 1;
	}
}

static enum img_status piece_words(const struct rules *r, size_t i)
{
	const struct img_board_piece *p = &r->b->piece[i];
	const unsigned *key = r->lines->piece_key[i];
	struct img_digest digest;
	uint32_t type;

	if (p->type && !img_cbfs_type_of(p->type, &type))
		return yaml_in_fail(r->err, IMG_E_UNSUPPORTED, key[PIECE_TYPE],
				    "\"%s\" is no type of CBFS file", p->type);
	if (p->clean && !clean_plausible(p->clean))
		return yaml_in_fail(r->err, IMG_E_UNSUPPORTED, key[PIECE_CLEAN],
				    "clean is made of keep-mfs, relocate, truncate and "
				    "deguard=NAME with + between them, not \"%s\"", p->clean);
	if (p->sha512 && !img_digest_parse(IMG_SHA512, p->sha512, &digest))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, key[PIECE_SHA512],
				    "sha512 has to be 128 hexadecimal digits");
	return IMG_OK;
}

static enum img_status piece_values(const struct rules *r, size_t i)
{
	const struct img_board *b = r->b;
	const struct img_board_piece *p = &b->piece[i];
	const unsigned *key = r->lines->piece_key[i];
	const struct img_board_region *in;

	if (!file_name_plausible(p->file))
		return yaml_in_fail(r->err, IMG_E_CORRUPT, key[PIECE_FILE],
				    "\"%s\" is no plain file name", p->file);
	in = p->place == IMG_PIECE_REGION ? region_named(b, p->name) : NULL;
	if (p->place == IMG_PIECE_REGION && (!in || in->range.start >= b->rom_size))
		return yaml_in_fail(r->err, IMG_E_BOUNDS, key[PIECE_REGION],
				    "the image has no region \"%s\"", p->name);
	if (p->fixed && (p->address >= FOUR_GIB || p->address < FOUR_GIB - b->rom_size))
		return yaml_in_fail(r->err, IMG_E_BOUNDS, key[PIECE_AT],
				    "0x%llx is no address in the image, which ends at 4 GiB",
				    (unsigned long long)p->address);
	return piece_words(r, i);
}

static enum img_status piece_distinct(const struct rules *r, size_t i)
{
	const struct img_board_piece *p = &r->b->piece[i], *o;

	for (o = r->b->piece; o < p; o++)
		if (!strcmp(o->file, p->file) || (p->name && o->place == p->place &&
						  !strcmp(o->name, p->name)))
			return yaml_in_fail(r->err, IMG_E_CORRUPT, r->lines->piece[i],
					    "two pieces have the same file or place: %s",
					    p->file);
	return IMG_OK;
}

static enum img_status pieces(const struct rules *r)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; i < r->b->piece_count && st == IMG_OK; i++) {
		st = piece_keys(r, i);
		if (st == IMG_OK)
			st = piece_values(r, i);
		if (st == IMG_OK)
			st = piece_distinct(r, i);
	}
	return st;
}

enum img_status board_rules_check(const struct img_board *b, const struct board_lines *lines,
				  struct img_error *err)
{
	static enum img_status (*const rules[])(const struct rules *) = {
		required, sizes, chips, regions, identity, pieces,
	};
	const struct rules r = { b, lines, err };
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; i < COUNT(rules) && st == IMG_OK; i++)
		st = rules[i](&r);
	return st;
}
