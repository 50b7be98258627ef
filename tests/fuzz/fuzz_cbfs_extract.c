/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every file of a CBFS extracted, as it is stored and unpacked. */
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_extract.h"
#include "libimg/edit/cbfs_hash.h"
#include "tests/fuzz/fuzz.h"

enum { FILES_MAX = 64 };

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *small = fuzz_small_image();
	struct img_view area;

	fuzz_must(img_view_slice(img_bytes(small), FUZZ_SMALL_CBFS,
				 FUZZ_SMALL_SIZE - FUZZ_SMALL_CBFS, &area, NULL) == IMG_OK);
	add(ctx, area);
	img_close(small);
}

static void extract(const struct img_cbfs_file *f)
{
	enum img_cbfs_hash_state state = IMG_CBFS_HASH_NONE;
	enum img_digest_kind kind;
	struct img_error err;
	struct img *img = NULL;
	enum img_status hash, st;

	hash = img_cbfs_hash_check(f, &state, &kind, &err);
	fuzz_check_error(hash, &err);
	st = img_cbfs_extract(f, true, &img, &err);
	fuzz_check_error(st, &err);
	/* Stored bytes come out as they are, or they are not those that were hashed. */
	fuzz_must((st == IMG_OK) == (hash == IMG_OK && state != IMG_CBFS_HASH_INVALID &&
				     state != IMG_CBFS_HASH_UNKNOWN));
	if (st == IMG_OK && img)
		fuzz_must(img_view_equal(img_bytes(img), f->data));
	if (st == IMG_OK)
		img_close(img);
	img = NULL;
	st = img_cbfs_extract(f, false, &img, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK && img && f->type == IMG_CBFS_RAW && f->compression)
		fuzz_must(img_size(img) == f->decompressed_size);
	if (st == IMG_OK)
		img_close(img);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view area = img_view_of(data, size);
	struct img_cbfs_file f;
	struct img_error err;
	uint64_t cursor = 0;
	enum img_status st;
	uint64_t budget = 16 << 20;	/* bytes to unpack: more is only slow */

	for (unsigned i = 0; i < FILES_MAX; i++) {
		st = img_cbfs_next(area, &cursor, &f, &err);
		if (st == IMG_E_ABSENT)
			break;
		if (st != IMG_OK || f.decompressed_size > budget)
			continue;
		budget -= f.decompressed_size;
		extract(&f);
	}
	return 0;
}
