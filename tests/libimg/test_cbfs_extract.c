/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is stored by libimg/edit/cbfs_pack comes out of libimg/edit/cbfs_extract. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_extract.h"
#include "libimg/edit/cbfs_pack.h"
#include "libimg/edit/locate.h"
#include "libimg/format/elf.h"
#include "libimg/format/payload.h"
#include "libimg/format/rmodule.h"
#include "tests/libimg/small.h"
#include "tests/synth/module.h"

enum { DATA = 3000, PROGRAM = 2000 };

static void make_data(uint8_t out[DATA])
{
	size_t i;

	for (i = 0; i < DATA; i++)
		out[i] = (uint8_t)((unsigned char)"coreboot"[i % 8] + i / 100 % 3);
}

/* Packs file and puts it into a new image. */
static struct img *image_with(struct img_cbfs_new file, const struct img_cbfs_packing *how)
{
	struct img *img = small_image(SMALL_PLAIN);
	struct img_cbfs_packed packed;
	struct img_error err;

	small_must(img_cbfs_pack(&file, how, &packed, &err), &err);
	small_must(img_cbfs_add(img, NULL, &file, NULL, &err), &err);
	img_cbfs_packed_free(&packed);
	return img;
}

static struct img_cbfs_file find(const struct img *img, const char *name)
{
	struct img_cbfs_file f;
	struct img_error err;
	struct img_range range;
	struct img_view area;

	small_must(img_locate_cbfs(img_bytes(img), NULL, &range, &err), &err);
	small_must(img_view_slice(img_bytes(img), range.start, range.size, &area, &err), &err);
	small_must(img_cbfs_find(area, name, &f, &err), &err);
	return f;
}

static enum img_status extract(const struct img *img, const char *name, bool stored,
			       struct img **out)
{
	struct img_cbfs_file f = find(img, name);

	return img_cbfs_extract(&f, stored, out, NULL);
}

static void test_data(void **state)
{
	static const enum img_digest_kind sha = IMG_SHA256;
	struct img_cbfs_packing how = { .compression = 0 };
	uint8_t data[DATA];
	struct img *img, *out;
	struct img_cbfs_file f;

	(void)state;
	make_data(data);
	for (how.compression = 0; how.compression < 4; how.compression++) {
		img = image_with((struct img_cbfs_new){
			.name = "x", .type = IMG_CBFS_RAW, .data = img_view_of(data, DATA),
			.hash = &sha }, &how);
		f = find(img, "x");
		assert_int_equal(f.compression, how.compression);
		assert_int_equal(f.decompressed_size, DATA);
		assert_true(how.compression ? f.data_size < DATA : f.data_size == DATA);
		assert_int_equal(extract(img, "x", false, &out), IMG_OK);
		assert_true(img_view_equal(img_bytes(out), img_view_of(data, DATA)));
		img_close(out);
		assert_int_equal(extract(img, "x", true, &out), IMG_OK);
		assert_true(img_view_equal(img_bytes(out), f.data));
		img_close(out);
		img_close(img);
	}
}

static void test_no_gain(void **state)
{
	const struct img_cbfs_packing how = { .compression = IMG_COMPRESSION_LZMA };
	struct img_cbfs_new file = { .name = "x", .type = IMG_CBFS_RAW,
				     .data = img_view_of("12345678", 8) };
	struct img_cbfs_packed packed;

	(void)state;
	assert_int_equal(img_cbfs_pack(&file, &how, &packed, NULL), IMG_OK);
	assert_true(packed.kept);
	assert_int_equal(img_view_size(file.attributes), 0);
	assert_int_equal(img_view_size(file.data), 8);
	img_cbfs_packed_free(&packed);
}

/* A byte of the data or of the digest, the algorithm, the length of the attribute. */
static void test_hashes(void **state)
{
	static const enum img_digest_kind sha = IMG_SHA256;
	static const struct {
		int at;			/* from the data */
		uint8_t byte;
		enum img_status expected;
	} rows[] = {
		{ 0, 0xee, IMG_E_MISMATCH }, { DATA - 1, 0xee, IMG_E_MISMATCH },
		{ -1, 0xee, IMG_E_MISMATCH }, { -33, 9, IMG_E_UNSUPPORTED },
		{ -33, 3, IMG_E_CORRUPT }, { -33, 1, IMG_E_MISMATCH },
	};
	const struct img_cbfs_packing how = { .compression = 0 };
	uint8_t data[DATA];
	struct img *img, *out = NULL;
	struct img_cbfs_file f;
	size_t i;

	(void)state;
	make_data(data);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		img = image_with((struct img_cbfs_new){
			.name = "x", .type = IMG_CBFS_RAW, .data = img_view_of(data, DATA),
			.hash = &sha }, &how);
		f = find(img, "x");
		small_put(img, img_view_origin(f.data) + (uint64_t)(int64_t)rows[i].at,
			  &rows[i].byte, 1);
		assert_int_equal(extract(img, "x", false, &out), rows[i].expected);
		assert_int_equal(extract(img, "x", true, &out), rows[i].expected);
		assert_null(out);
		img_close(img);
	}
}

static void test_module(void **state)
{
	const struct img_cbfs_packing how = { .compression = IMG_COMPRESSION_LZMA };
	struct img *elf, *module, *img, *out, *again;
	uint32_t size = 0, size_again = 1;
	uint8_t attribute[24] = { 0 };
	struct img_error err;

	(void)state;
	small_must(synth_module("stage", PROGRAM, &elf, &err), &err);
	small_must(img_rmodule_from_elf(img_bytes(elf), &module, &size, &err), &err);
	assert_true(img_rmodule_begins(img_bytes(module)));
	assert_false(img_rmodule_begins(img_bytes(elf)));

	/* There and back: the module made of what was extracted is the same module. */
	small_must(img_rmodule_to_elf(img_bytes(module), &out, &err), &err);
	small_must(img_rmodule_from_elf(img_bytes(out), &again, &size_again, &err), &err);
	assert_int_equal(size, size_again);
	assert_true(img_view_equal(img_bytes(module), img_bytes(again)));
	img_close(again);

	/* And in a CBFS. */
	img = small_image(SMALL_PLAIN);
	img_put_be32(attribute, IMG_CBFS_ATTR_STAGE);
	img_put_be32(attribute + 4, 24);
	img_put_be32(attribute + 20, size);
	small_must(img_cbfs_add(img, NULL, &(struct img_cbfs_new){
		.name = "st", .type = IMG_CBFS_STAGE, .data = img_bytes(module),
		.attributes = img_view_of(attribute, 24) }, NULL, &err), &err);
	assert_int_equal(extract(img, "st", false, &again), IMG_OK);
	assert_true(img_view_equal(img_bytes(again), img_bytes(out)));
	img_close(again);
	img_close(img);

	/* The ELF file itself as a stage: one segment, what is loaded comes out again. */
	img = image_with((struct img_cbfs_new){ .name = "st", .type = IMG_CBFS_STAGE,
						.data = img_bytes(elf) }, &how);
	assert_int_equal(find(img, "st").compression, IMG_COMPRESSION_LZMA);
	assert_int_equal(extract(img, "st", false, &again), IMG_OK);
	img_close(img);
	img_close(again);
	img_close(out);
	img_close(module);
	img_close(elf);
}

static void assert_same_segments(struct img_view a, struct img_view b)
{
	struct img_elf_segment x, y;
	struct img_view from, to;
	struct img_elf one, two;
	struct img_error err;
	uint32_t i;

	small_must(img_elf_decode(a, &one, &err), &err);
	small_must(img_elf_decode(b, &two, &err), &err);
	assert_int_equal(one.entry, two.entry);
	assert_int_equal(one.segment_count, two.segment_count);
	for (i = 0; i < one.segment_count; i++) {
		small_must(img_elf_segment(&one, i, &x, &err), &err);
		small_must(img_elf_segment(&two, i, &y, &err), &err);
		assert_int_equal(x.physical, y.physical);
		assert_int_equal(x.file_size, y.file_size);
		assert_int_equal(x.memory_size, y.memory_size);
		small_must(img_view_slice(a, x.offset, x.file_size, &from, &err), &err);
		small_must(img_view_slice(b, y.offset, y.file_size, &to, &err), &err);
		assert_true(img_view_equal(from, to));
	}
}

static void test_payload(void **state)
{
	struct img_cbfs_packing how = { .compression = 0 };
	struct img *elf, *img, *out;
	struct img_error err;

	(void)state;
	small_must(synth_module("payload", PROGRAM, &elf, &err), &err);
	for (how.compression = 0; how.compression < 4; how.compression++) {
		img = image_with((struct img_cbfs_new){
			.name = "p", .type = IMG_CBFS_PAYLOAD, .data = img_bytes(elf) }, &how);
		assert_int_equal(find(img, "p").compression, 0);
		assert_int_equal(extract(img, "p", false, &out), IMG_OK);
		assert_same_segments(img_bytes(elf), img_bytes(out));
		img_close(out);
		img_close(img);
	}
	img_close(elf);
}

static void test_flat(void **state)
{
	struct img_cbfs_packing how = { .compression = 1, .flat = true, .load = 0x100000,
					.entry = 0x100010 };
	struct img_elf_segment segment;
	uint8_t data[DATA];
	struct img *img, *out;
	struct img_elf elf;
	struct img_view program;
	struct img_error err;

	(void)state;
	make_data(data);
	img = image_with((struct img_cbfs_new){ .name = "p", .type = IMG_CBFS_PAYLOAD,
						.data = img_view_of(data, DATA) }, &how);
	assert_int_equal(extract(img, "p", false, &out), IMG_OK);
	small_must(img_elf_decode(img_bytes(out), &elf, &err), &err);
	assert_int_equal(elf.entry, 0x100010);
	assert_int_equal(elf.segment_count, 1);
	small_must(img_elf_segment(&elf, 0, &segment, &err), &err);
	assert_int_equal(segment.physical, 0x100000);
	small_must(img_view_slice(img_bytes(out), segment.offset, segment.file_size, &program,
				  &err), &err);
	assert_true(img_view_equal(program, img_view_of(data, DATA)));
	img_close(out);
	img_close(img);
}

/* One field of a payload of one compressed segment and its entry point. */
static void test_payload_fields(void **state)
{
	static const struct {
		uint64_t at;
		uint32_t value;
		enum img_status expected;
	} rows[] = {
		{ 0, 0x12345678, IMG_E_UNSUPPORTED },	/* kind */
		{ 4, 4, IMG_E_UNSUPPORTED },		/* compression */
		{ 4, 2, IMG_E_CORRUPT },
		{ 8, 0x10000, IMG_E_BOUNDS },		/* offset of the data */
		{ 8, 0xffffffff, IMG_E_BOUNDS },
		{ 12, 1, IMG_E_UNSUPPORTED },		/* address over 4 GiB */
		{ 12, 0xffffffff, IMG_E_UNSUPPORTED },
		{ 16, 0xfffffff0, IMG_E_UNSUPPORTED },
		{ 20, 0xffffffff, IMG_E_BOUNDS },	/* length */
		{ 20, 20, IMG_E_CORRUPT },
		{ 24, DATA - 1, IMG_E_CORRUPT },	/* memory */
		{ 24, 0, IMG_E_CORRUPT },
		{ 24, 0xe0000000, IMG_E_UNSUPPORTED },
		{ 28, IMG_PAYLOAD_BSS, IMG_E_UNSUPPORTED },	/* no entry point: data follow */
		{ 40, 1, IMG_E_UNSUPPORTED },		/* entry point over 4 GiB */
		{ 24, DATA + 100, IMG_OK },
	};
	struct img_error err;
	uint8_t data[DATA];
	struct img *payload = NULL, *out;
	enum img_status st;
	uint64_t n;
	bool kept;
	size_t i;

	(void)state;
	make_data(data);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		small_must(img_payload_from_flat(img_view_of(data, DATA), 0x1000, 0x1000, 1,
						 &payload, &kept, &err), &err);
		small_put_be32(payload, rows[i].at, rows[i].value);
		st = img_payload_to_elf(img_bytes(payload), &out, NULL);
		if (st != rows[i].expected)
			fail_msg("row %zu: status %d", i, st);
		if (st == IMG_OK)
			img_close(out);
		img_close(payload);
	}
	small_must(img_payload_from_flat(img_view_of(data, DATA), 0x1000, 0x1000, 1, &payload,
					 &kept, &err), &err);
	for (n = 0; n < img_size(payload); n++)
		assert_int_not_equal(img_payload_to_elf(
			img_view_of(img_view_data(img_bytes(payload)), n), &out, NULL), IMG_OK);
	img_close(payload);
}

static void test_refused(void **state)
{
	static const struct {
		uint32_t type;
		struct img_cbfs_packing how;
		enum img_status expected;
	} rows[] = {
		{ IMG_CBFS_RAW, { .compression = 4 }, IMG_E_UNSUPPORTED },
		{ IMG_CBFS_RAW, { .flat = true }, IMG_E_USAGE },
		{ IMG_CBFS_STAGE, { .compression = 0 }, IMG_E_ABSENT },
		{ IMG_CBFS_PAYLOAD, { .compression = 0 }, IMG_E_UNSUPPORTED },
		{ IMG_CBFS_PAYLOAD, { .flat = true, .load = 1, .entry = 0 }, IMG_E_USAGE },
		{ IMG_CBFS_PAYLOAD, { .flat = true, .load = 1, .entry = 1 + DATA }, IMG_E_USAGE },
		{ IMG_CBFS_PAYLOAD, { .flat = true, .load = 0xfffffff0, .entry = 0xfffffff0 },
		  IMG_E_USAGE },
	};
	struct img_cbfs_packed packed;
	struct img_cbfs_new file;
	uint8_t data[DATA];
	size_t i;

	(void)state;
	make_data(data);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		file = (struct img_cbfs_new){ .name = "x", .type = rows[i].type,
					      .data = img_view_of(data, DATA) };
		if (img_cbfs_pack(&file, &rows[i].how, &packed, NULL) != rows[i].expected)
			fail_msg("row %zu", i);
		img_cbfs_packed_free(&packed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_data), cmocka_unit_test(test_no_gain),
		cmocka_unit_test(test_hashes), cmocka_unit_test(test_module),
		cmocka_unit_test(test_payload), cmocka_unit_test(test_flat),
		cmocka_unit_test(test_payload_fields), cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
