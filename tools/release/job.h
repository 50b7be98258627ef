/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole run: every ROM of a source through inject or strip into a sink.
 *
 * ROMs are read one after the other, worked on by several cores, and delivered together when
 * all of them are proved. What is not proved is never there to be flashed or published.
 */
#ifndef TOOLS_RELEASE_JOB_H
#define TOOLS_RELEASE_JOB_H

#include "libimg/core/digest.h"
#include "tools/common/checks.h"
#include "tools/common/diag.h"
#include "tools/release/mac.h"
#include "tools/release/sink.h"
#include "tools/release/source.h"

enum release_direction {
	RELEASE_INJECT,
	RELEASE_STRIP,
};

struct release_request {
	enum release_direction direction;
	enum release_kind kind;		/* of the inputs */
	const char *const *inputs;
	size_t input_count;
	const struct img_board *board;
	const char *vendor_directory;	/* inject; NULL: only ROMs that are complete */
	const struct mac_choice *mac;	/* inject */
	const struct checks *checks;	/* what may be passed over */
	const char *only;		/* shell pattern of final ROM names; NULL: all */
	unsigned jobs;			/* workers */
	struct sink_request sink;
	const char *manifest_path;	/* SINK_FILE: where the manifest goes; NULL: none */
	const char *project, *version;	/* strip of ROM files: for the archive's notes */
	bool has_epoch;
	uint64_t epoch;			/* SOURCE_DATE_EPOCH: time of an archive's members */
};

struct release_rom {
	char *name;			/* final name */
	uint64_t size;
	struct img_digest sha512;	/* of the ROM with its vendor files */
};

struct release_result {
	size_t count, worked_on;	/* ROMs; those that vendor files were put into or out of */
	struct release_rom *rom;	/* sorted by name */
	bool proved;			/* a list of hashes says what came out */
	bool mac_changed;
};

/*
 * IMG_E_REFUSED: a ROM is not the board's, or what came out is unsafe; stripped ROMs without a
 * list of hashes, or nothing that could be stripped.
 * IMG_E_MISMATCH: a ROM is not what the list says; the sentence names it and the vendor files that
 * may be the reason. IMG_E_ABSENT: a vendor file or a listed ROM is missing. IMG_E_CORRUPT,
 * IMG_E_SPACE, IMG_E_UNSUPPORTED: the source. On any error no output is left.
 * *out is owned: release_result_free().
 */
enum img_status release_run(const struct release_request *request, const struct diag *d,
			    struct release_result *out, struct img_error *err) IMG_CHECKED;

void release_result_free(struct release_result *result);

#endif
