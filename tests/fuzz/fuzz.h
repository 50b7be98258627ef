/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A target feeds one part of romwright with bytes that anybody may have sent, and says what
 * has to be true of every answer. libFuzzer links it ("make fuzz"), and so does driver.c, which
 * needs no clang: a test that plays the kept inputs and a few thousand changes of them.
 *
 * A target is a file fuzz_NAME.c with these two functions, and a directory corpus/NAME/ of the
 * inputs that are kept for it, as hex text (tests/synth/hex_text.h; "tests/fuzz/keep" makes it):
 * those that found something once, and small ones that reach what the target's own inputs do not.
 * They are made from those inputs, never from anybody's firmware, and named by what they are, or
 * by the function of ours that they reach most of.
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "libimg/core/reader.h"
#include "libimg/format/cbfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Inputs to begin with, made from fixtures/ and tests/synth, and from $CORPUS where that is. */
typedef void fuzz_add_fn(void *ctx, struct img_view bytes);
void fuzz_seeds(fuzz_add_fn *add, void *ctx);

/* Where a target has it: its inputs cost so many times what others do, so they are fewer. */
extern const unsigned fuzz_cost __attribute__((weak));

/* Says which property does not hold, and ends the program. */
_Noreturn void fuzz_broken(const char *what, const char *file, int line);
#define fuzz_must(condition) \
	((condition) ? (void)0 : fuzz_broken(#condition, __FILE__, __LINE__))

/* For what cannot fail but for memory; ends the program with the sentence. */
void fuzz_ok(enum img_status st, const struct img_error *err);

/* The rest of an input whose first bytes were parameters. */
struct img_view fuzz_rest(struct img_view all, const struct img_reader *r);

/* A private copy, NULL of an empty view. Owned. */
struct img *fuzz_copy(struct img_view v);

/* A copy with a NUL at its end, owned: free(). */
char *fuzz_text(struct img_view v);

/* Do both have the same bytes outside of [start, start + size)? */
bool fuzz_same_outside(struct img_view a, struct img_view b, uint64_t start, uint64_t size);

/* An error has the status that was returned, and a sentence. */
void fuzz_check_error(enum img_status st, const struct img_error *err);

/* --- seeds ------------------------------------------------------------------------------ */

/* Adds params followed by bytes. */
void fuzz_add_with(fuzz_add_fn *add, void *ctx, const void *params, size_t size,
		   struct img_view bytes);

/* Adds fixtures/NAME.hex behind params. */
void fuzz_add_fixture(fuzz_add_fn *add, void *ctx, const void *params, size_t size,
		      const char *name);

/* Adds every file of a directory, of at most max bytes, behind params; "/..." below the tree,
 * else below $CORPUS, where nothing is added if that is not set. */
void fuzz_add_files(fuzz_add_fn *add, void *ctx, const void *params, size_t size,
		    const char *directory, size_t max);

/* Adds what is kept for the target of that name. What is no hex text ends the program. */
void fuzz_add_kept(fuzz_add_fn *add, void *ctx, const char *name);

/*
 * An image of 32 KiB with all that libimg knows, each as small as it can be. Owned.
 *
 *	0x0000 descriptor, 0x1000 GbE, 0x3000 ME, 0x4000 FMAP, 0x4400 COREBOOT to the end: files
 *	stored and compressed, a payload, a stage, with hashes, a boot block with an anchor
 */
enum { FUZZ_SMALL_SIZE = 0x8000, FUZZ_SMALL_CBFS = 0x4400 };
struct img *fuzz_small_image(void);

#endif
