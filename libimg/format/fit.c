/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/fit.h"

#include "libimg/core/bytes.h"
#include "libimg/core/reader.h"

enum { CHECKSUM_VALID = 0x80, UNIT = 16 };

static const uint64_t four_gib = (uint64_t)1 << 32;
static const uint64_t window = (uint64_t)16 << 20;

bool img_fit_offset(uint64_t image_size, uint64_t address, uint64_t *offset)
{
	uint64_t mapped = image_size < window ? image_size : window;

	if (address >= four_gib || four_gib - address > mapped)
		return false;
	*offset = image_size - (four_gib - address);
	return true;
}

static bool begins(struct img_view image, uint64_t at)
{
	return img_view_has(image, at, img_view_of("_FIT_   ", 8));
}

/*
 * With top swap the processor sees the second block where the first one is, and a pointer to
 * the inside of the block counts from there; to the rest of the image it is an ordinary address.
 */
static bool find(struct img_view image, uint64_t swap, uint64_t *at)
{
	uint64_t size = img_view_size(image), address;
	struct img_reader r = img_reader_of(image, NULL);

	if (size < IMG_FIT_POINTER || swap > size - IMG_FIT_POINTER)
		return false;
	img_read_seek(&r, size - swap - IMG_FIT_POINTER);
	address = img_read_le64(&r);
	if (img_read_status(&r) != IMG_OK || !img_fit_offset(size, address, at))
		return false;
	if (swap && *at >= size - swap) {
		*at -= swap;
		return begins(image, *at);
	}
	return begins(image, *at);
}

static void read_entry(struct img_reader *r, struct img_fit_entry *e)
{
	uint32_t units;
	uint8_t type;

	e->address = img_read_le64(r);
	units = img_read_le32(r);
	e->size = (units & 0xffffff) * UNIT;
	e->version = img_read_le16(r);
	type = img_read_u8(r);
	e->type = type & (CHECKSUM_VALID - 1);
	e->checked = type & CHECKSUM_VALID;
	e->checksum = img_read_u8(r);
}

static uint8_t sum(struct img_view v)
{
	uint8_t total = 0, byte;
	struct img_reader r = img_reader_of(v, NULL);
	size_t i;

	for (i = 0; i < img_view_size(v); i++) {
		byte = img_read_u8(&r);
		total = (uint8_t)(total + byte);
	}
	return total;
}

enum img_status img_fit_decode(struct img_view image, uint64_t swap, struct img_fit *out,
			       struct img_error *err)
{
	struct img_fit fit = { .swap = swap, .sorted = true };
	struct img_reader r = img_reader_of(image, err);
	struct img_fit_entry first;
	struct img_view table;
	enum img_status st;
	uint32_t entries;

	if (!find(image, swap, &fit.at))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no FIT in this image");
	img_read_seek(&r, fit.at);
	read_entry(&r, &first);
	entries = first.size / UNIT;
	if (!entries || first.type != IMG_FIT_HEADER)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(image) + fit.at,
				"a FIT of %u entries whose first one has type %u",
				(unsigned)entries, first.type);
	if (entries > IMG_FIT_ENTRIES_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(image) + fit.at,
				"a FIT of %u entries; at most %d are read", (unsigned)entries,
				IMG_FIT_ENTRIES_MAX);
	st = img_view_slice(image, fit.at, (uint64_t)entries * IMG_FIT_ENTRY, &table, err);
	if (st != IMG_OK)
		return st;
	for (fit.count = 0; fit.count < entries - 1; fit.count++) {
		read_entry(&r, &fit.entry[fit.count]);
		if (fit.count && fit.entry[fit.count].type < fit.entry[fit.count - 1].type)
			fit.sorted = false;
	}
	fit.checked = first.checked;
	fit.sum_ok = !first.checked || !sum(table);
	*out = fit;
	return IMG_OK;
}

/* Entries of one type keep their order. */
static void sort(struct img_fit *fit)
{
	size_t i, k;

	for (i = 1; i < fit->count; i++) {
		struct img_fit_entry e = fit->entry[i];

		for (k = i; k && fit->entry[k - 1].type > e.type; k--)
			fit->entry[k] = fit->entry[k - 1];
		fit->entry[k] = e;
	}
	fit->sorted = true;
}

static void put_entry(uint8_t out[IMG_FIT_ENTRY], const struct img_fit_entry *e)
{
	img_put_le32(out, (uint32_t)e->address);
	img_put_le32(out + 4, (uint32_t)(e->address >> 32));
	img_put_le32(out + 8, e->size / UNIT);
	img_put_le16(out + 12, e->version);
	out[14] = e->type | (e->checked ? CHECKSUM_VALID : 0);
	out[15] = e->checksum;
}

enum img_status img_fit_store(struct img_span image, struct img_fit *fit, struct img_error *err)
{
	uint64_t size = (fit->count + 1) * IMG_FIT_ENTRY;
	uint8_t entry[IMG_FIT_ENTRY];
	struct img_span table;
	enum img_status st = img_span_slice(image, fit->at, size, &table, err);

	sort(fit);
	for (size_t i = 0; i < fit->count && st == IMG_OK; i++) {
		put_entry(entry, &fit->entry[i]);
		st = img_span_write(table, (i + 1) * IMG_FIT_ENTRY,
				    img_view_of(entry, sizeof(entry)), err);
	}
	if (st != IMG_OK || !fit->checked)
		return st;
	st = img_span_fill(table, IMG_FIT_ENTRY - 1, 1, 0, err);
	if (st == IMG_OK)
		st = img_span_fill(table, IMG_FIT_ENTRY - 1, 1,
				   (uint8_t)(0 - sum(img_span_view(table))), err);
	fit->sum_ok = true;
	return st;
}

uint64_t img_fit_microcode(struct img_view v)
{
	struct img_reader r = img_reader_of(v, NULL);
	uint32_t header = img_read_le32(&r), loader, data_size, size, total = 0;

	img_read_seek(&r, 20);
	loader = img_read_le32(&r);
	img_read_skip(&r, 4);
	data_size = img_read_le32(&r);
	size = img_read_le32(&r);
	if (!data_size)
		size = 2048;
	if (img_read_status(&r) != IMG_OK || header != 1 || loader != 1 || size < 48 || size % 4 ||
	    size > img_view_size(v))
		return 0;
	img_read_seek(&r, 0);
	for (uint32_t i = 0; i < size / 4; i++)
		total += img_read_le32(&r);
	return total ? 0 : size;
}

const char *img_fit_type_name(uint8_t type)
{
	static const char *const names[] = {
		[IMG_FIT_HEADER] = "header", [IMG_FIT_MICROCODE] = "microcode",
		[2] = "startup ACM", [4] = "platform boot policy", [7] = "BIOS module",
		[8] = "TPM policy", [9] = "BIOS policy", [0xa] = "TXT policy",
		[0xb] = "key manifest", [0xc] = "boot policy manifest",
		[0x10] = "CSE secure boot", [0x2d] = "TXTSX policy", [0x2f] = "JMP debug policy",
		[IMG_FIT_UNUSED] = "unused",
	};

	return type < sizeof(names) / sizeof(names[0]) ? names[type] : NULL;
}
