/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One field of an image changed, thousands of times: no wrong answer without a word. What is read
 * is held against the registers and headers themselves, and what was there before and was not
 * touched has to be there still, or damage is told. With $CORPUS on real files, else on what the
 * fixtures and the synthetic image give.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/check/check.h"
#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_walk.h"
#include "libimg/format/cbfs.h"
#include "libimg/format/gbe.h"
#include "tests/libimg/fixture.h"
#include "tests/libimg/mutants.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"

enum { FILES_MAX = 256 };

/* Every file of a folder of the real data. */
static void mutate_folder(const char *const *names, const char *const *structures,
			  mutants_judge_fn *judge)
{
	for (; *names; names++) {
		struct img *img = real_file(*names);

		if (!img)
			return;
		mutants_of(img, *names, structures, judge);
		img_close(img);
	}
}

/* A whole image, synthetic. Owned. */
static struct img *whole_image(void)
{
	const struct img_board *board = board_compiled("hp8200sff_4mb");
	struct img *img = NULL;

	assert_non_null(board);
	assert_int_equal(synth_image(board, "seabios", &img, NULL), IMG_OK);
	return img;
}

/* --- the descriptor ---------------------------------------------------------------------- */

static const char *const of_descriptor[] = { "FLMAP", "FLUMAP1", "FLCOMP", "FLREG", "FLMSTR",
					     "PCHSTRP", "VSCC", NULL };

/* The range a register stands for, read here once more. */
static struct img_range range_of(struct img_view v, uint32_t at, unsigned i)
{
	const struct structure_field f = { at + 4 * i, 4, false, "FLREG", i };
	uint32_t reg = structure_get(v, &f), first = reg & 0x7fff, last = reg >> 16 & 0x7fff;

	if (first > last || reg == 0x7fff7fff || reg == UINT32_MAX || (!reg && i))
		return (struct img_range){ 0, 0 };
	return (struct img_range){ (uint64_t)first << 12, (uint64_t)(last - first + 1) << 12 };
}

static bool contradicts(struct img_view v, const struct img_ifd *ifd)
{
	struct img_range r[IMG_IFD_REGIONS];

	for (unsigned i = 0; i < ifd->region_slots; i++) {
		r[i] = range_of(v, ifd->region_at, i);
		for (unsigned k = 0; k < i; k++)
			if (img_range_overlap(r[i], r[k]))
				return true;
	}
	return r[0].start || !r[0].size || r[0].size > 0x4000 ||
	       (ifd->flmap[0] >> 8 & 3) > 1;
}

static void judge_descriptor(struct img_view original, struct img_view mutant,
			     const struct structure_field *f, const char *name)
{
	struct img_ifd ifd;
	struct img_error err;
	struct img_check_input in = { .image = mutant, .size = img_view_size(mutant),
				      .ifd = &ifd };

	(void)original;
	if (img_ifd_decode(mutant, &ifd, &err) != IMG_OK)
		return;		/* one sentence, and status 2 */
	for (unsigned i = 0; i < ifd.region_slots; i++) {
		struct img_range r = range_of(mutant, ifd.region_at, i);

		if (r.start != ifd.region[i].start || r.size != ifd.region[i].size)
			fail_msg("%s: %s %u: region %u is not what its register says", name,
				 f->what, f->index, i);
	}
	if (contradicts(mutant, &ifd) && !img_check_run(&in, NULL, NULL).errors)
		fail_msg("%s: %s %u at 0x%x is 0x%x: a contradiction without an error", name,
			 f->what, f->index, f->at, structure_get(mutant, f));
}

static void test_descriptor(void **state)
{
	static const char *const real[] = {
		"ifd/ich9m_8m.bin", "ifd/ich10_8m.bin", "ifd/hp8200sff.bin",
		"ifd/xx20_heads_cpt.bin",
		"ifd/xx30_lbmk_ppt.bin", "ifd/t440p_lpt.bin", "ifd/minnowmax_byt.bin",
		"ifd/t480_kbl.bin", "ifd/tiogapass_lbg.bin", "ifd/vault_cml.bin",
		"ifd/vault_glk.bin", "ifd/vault_ehl.bin", "ifd/v1210_jsl.bin", "ifd/ns5x_tgl.bin",
		"ifd/vp66xx_adlp.bin", "ifd/ms7d25_adls.bin", "ifd/v5x0tu_mtl.bin", NULL };
	static const char *const made[] = { "good-ifd-ich9", "good-ifd-6-series",
					    "good-ifd-8-series", "good-ifd-100-series",
					    "good-ifd-600-series" };

	(void)state;
	for (size_t i = 0; i < sizeof(made) / sizeof(made[0]); i++) {
		struct img *img = fixture(made[i]);

		mutants_of(img, made[i], of_descriptor, judge_descriptor);
		img_close(img);
	}
	mutate_folder(real, of_descriptor, judge_descriptor);
}

/* --- GbE --------------------------------------------------------------------------------- */

static const char *const of_gbe[] = { "GbE", NULL };

/* A word that changed alone makes the sum of its bank wrong, and that is said. */
static void judge_gbe(struct img_view original, struct img_view mutant,
		      const struct structure_field *f, const char *name)
{
	struct img_gbe before, after;
	unsigned bank = f->index / 64;

	assert_int_equal(img_gbe_decode(original, &before, NULL), IMG_OK);
	assert_int_equal(img_gbe_decode(mutant, &after, NULL), IMG_OK);
	if (structure_get(original, f) != structure_get(mutant, f) &&
	    before.bank[bank].checksum_ok && after.bank[bank].checksum_ok)
		fail_msg("%s: word %u changed, and the checksum is called right", name, f->index);
}

static void test_gbe(void **state)
{
	static const char *const real[] = { "gbe/ich9m.bin", "gbe/xx20_xx30.bin", "gbe/t440p.bin",
					    "gbe/t480.bin", "gbe/w541.bin", "gbe/m900_tower.bin",
					    "gbe/hp820g2.bin", NULL };
	struct img *img = fixture("good-gbe");

	(void)state;
	mutants_of(img, "good-gbe", of_gbe, judge_gbe);
	img_close(img);
	mutate_folder(real, of_gbe, judge_gbe);
}

/* --- FMAP and CBFS ----------------------------------------------------------------------- */

struct listed {
	size_t count;
	bool damaged, absent;
	struct img_range range[FILES_MAX];	/* in the image: header to the end of the data */
	bool is_free[FILES_MAX];
};

static void list(struct img_view image, struct listed *out)
{
	struct img_cbfs_area area;
	struct img_cbfs_file file;
	struct img_view files;
	uint64_t cursor = 0;
	enum img_status st;

	memset(out, 0, sizeof(*out));
	out->absent = img_cbfs_area_find(image, NULL, &area, NULL) != IMG_OK;
	if (out->absent)
		return;
	assert_int_equal(img_view_slice(image, area.range.start, area.range.size, &files, NULL),
			 IMG_OK);
	while ((st = img_cbfs_walk(files, true, &cursor, &file, NULL)) != IMG_E_ABSENT) {
		out->damaged |= st != IMG_OK;
		if (st != IMG_OK || out->count == FILES_MAX)
			continue;
		out->range[out->count] = (struct img_range){
			area.range.start + file.at, (uint64_t)file.metadata_size + file.data_size };
		out->is_free[out->count++] = img_cbfs_is_free(&file);
	}
}

static const char *const of_cbfs[] = { "CBFS", "attribute", "master header", NULL };

static bool has(const struct listed *l, uint64_t at)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->range[i].start == at && !l->is_free[i])
			return true;
	return false;
}

/* Files are all there, but for one whose header was touched, or damage is told. */
static void judge_cbfs(struct img_view original, struct img_view mutant,
		       const struct structure_field *f, const char *name)
{
	static struct listed before, after;

	list(original, &before);
	list(mutant, &after);
	if (after.absent || after.damaged)
		return;
	for (size_t i = 0; i < before.count; i++)
		if (!before.is_free[i] && !has(&after, before.range[i].start))
			fail_msg("%s: %s at 0x%x: the file at 0x%llx is gone without a word", name,
				 f->what, f->at, (unsigned long long)before.range[i].start);
	for (size_t i = 0; i < after.count; i++)
		if (!after.is_free[i] && !has(&before, after.range[i].start))
			fail_msg("%s: %s at 0x%x: at 0x%llx there is no file", name, f->what,
				 f->at, (unsigned long long)after.range[i].start);
}

static void test_cbfs(void **state)
{
	static const char *const real[] = { "cbfs/coreboot_256k.rom", NULL };
	struct img *img = whole_image();

	(void)state;
	mutants_of(img, "synthetic image", of_cbfs, judge_cbfs);
	img_close(img);
	mutate_folder(real, of_cbfs, judge_cbfs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_descriptor),
		cmocka_unit_test(test_gbe),
		cmocka_unit_test(test_cbfs),
	};

	return mutants_result(cmocka_run_group_tests(tests, NULL, NULL));
}
