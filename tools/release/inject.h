/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a release archive without vendor files to finished ROM images.
 *
 * Each ROM is unpacked, filled, hashed and written to a temporary as it comes by; only when all of
 * them are what the archive's vendorhashes says do they get their names. So memory does
 * not grow with the number of ROMs, and what is not proved is never there to be flashed.
 */
#ifndef TOOLS_RELEASE_INJECT_H
#define TOOLS_RELEASE_INJECT_H

#include "libimg/core/board.h"
#include "libimg/core/digest.h"
#include "tools/common/diag.h"

struct inject_request {
	const char *archive;
	const struct img_board *board;
	const char *vendor_directory;
	const char *out_directory;
	bool replace;			/* files that exist */
	bool dry_run;			/* everything but the files */
};

struct inject_rom {
	char *name;			/* final name */
	uint64_t size;
	struct img_digest sha512;
};

struct inject_result {
	bool was_stripped;		/* false: the ROMs were complete and have been copied */
	size_t count;
	struct inject_rom *rom;		/* sorted by name */
};

/*
 * IMG_E_REFUSED: stripped ROMs without a list of hashes. IMG_E_MISMATCH: a ROM is not what the list
 * says; the sentence names it and the vendor files that may be the reason. IMG_E_ABSENT: a
 * vendor file or a listed ROM is missing. IMG_E_CORRUPT, IMG_E_SPACE, IMG_E_UNSUPPORTED: the
 * archive.
 * On any error no output is left. *out is owned: inject_result_free().
 */
enum img_status inject_archive(const struct inject_request *request, const struct diag *d,
			       struct inject_result *out, struct img_error *err) IMG_CHECKED;

void inject_result_free(struct inject_result *result);

#endif
