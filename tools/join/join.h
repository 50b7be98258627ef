/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of rom-join share. */
#ifndef TOOLS_JOIN_JOIN_H
#define TOOLS_JOIN_JOIN_H

#include "libimg/core/digest.h"
#include "libimg/core/image.h"
#include "libimg/edit/split.h"
#include "tools/common/checks.h"
#include "tools/common/diag.h"
#include "tools/common/manifest.h"

struct options {
	struct diag diag;
	const char *board;
	bool in_order;
	struct checks checks;
	const char *output;
	bool force, dry_run;
};

/* The parts as given, and how they make an image. */
struct join {
	const struct options *options;
	size_t count;
	const char *path[IMG_PARTS_MAX];
	struct img *img[IMG_PARTS_MAX];
	bool hashed;
	struct img_digest sha512[IMG_PARTS_MAX];

	struct manifest *manifest;		/* the one in use, or NULL */
	char *manifest_path;
	char *of[IMG_PARTS_MAX];		/* the image whose part it is, or NULL */

	const char *by;				/* "manifest", "board", "content", "given" */
	size_t order[IMG_PARTS_MAX];
	struct img_parts parts;			/* in image order: what of each is the image's */
	const struct manifest_image *listed;	/* borrowed from manifest, or NULL */
};

/* An error is about this operand, or about none. */
struct join_error {
	struct img_error error;
	const char *file;	/* borrowed */
};

/* Hashes the parts, once. */
enum img_status join_hash(struct join *j, struct join_error *e) IMG_CHECKED;

/*
 * Orders the parts by the manifest that was given. IMG_E_REFUSED, IMG_E_MISMATCH: they are
 * not just the parts of one of its images.
 */
enum img_status join_by_given_manifest(struct join *j, struct join_error *e) IMG_CHECKED;

/*
 * Looks for a manifest beside the parts that lists them. IMG_E_ABSENT: there is none (nothing
 * is said in e). IMG_E_REFUSED, IMG_E_MISMATCH: there is one, and it says that a part is missing,
 * damaged or of another image.
 */
enum img_status join_by_manifest_beside(struct join *j, struct join_error *e) IMG_CHECKED;

#endif
