/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of rom-split share. */
#ifndef TOOLS_SPLIT_SPLIT_H
#define TOOLS_SPLIT_SPLIT_H

#include "libimg/core/digest.h"
#include "libimg/edit/split.h"
#include "tools/common/diag.h"

struct options {
	struct diag diag;
	const char *board;
	size_t size_count;
	uint64_t size[IMG_PARTS_MAX];	/* --sizes */
	const char *chip;		/* --chip: only this one */
	unsigned allow;
	const char *output;		/* the directory; with --chip the file */
	bool force, dry_run;
};

/* What is to be written, and under which names. */
struct job {
	const struct options *options;
	struct img_view image;
	const char *board;		/* the board's id, or NULL */
	char *image_name;		/* last component of the input */
	struct img_parts parts;
	char *name[IMG_PARTS_MAX];	/* "x.bottom.rom" */
	char *path[IMG_PARTS_MAX + 1];	/* below the directory; the last is the manifest's */
	struct img_digest image_sha512;
	struct img_digest sha512[IMG_PARTS_MAX];
};

/* Names, paths and hashes of the parts. job_free() also after an error. */
enum img_status job_prepare(struct job *job, const char *input, struct img_error *err)
	IMG_CHECKED;
void job_free(struct job *job);

/*
 * Writes every part and the manifest, or nothing: all are whole before the first gets its
 * name. *file is the path an error is about; borrowed.
 */
enum img_status job_write(struct job *job, const char **file, struct img_error *err) IMG_CHECKED;

/* Writes one part to path, which may be "-". */
enum img_status job_write_one(const struct job *job, size_t i, const char *path,
			      struct img_error *err) IMG_CHECKED;

/* What is, or with --dry-run would be, written, as the object of --json or as lines. */
enum img_status job_print(const struct job *job, struct img_error *err) IMG_CHECKED;

#endif
