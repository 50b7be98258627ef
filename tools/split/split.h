/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the files of rom-split share. */
#ifndef TOOLS_SPLIT_SPLIT_H
#define TOOLS_SPLIT_SPLIT_H

#include "libimg/edit/split.h"
#include "tools/common/checks.h"
#include "tools/common/diag.h"
#include "tools/common/image_hashes.h"
#include "tools/common/together.h"

struct options {
	struct diag diag;
	const char *board;
	size_t size_count;
	uint64_t size[IMG_PARTS_MAX];	/* --sizes */
	bool regions;			/* --regions, --layout or --region was given */
	const char *layout;		/* NULL: that of the descriptor */
	bool fsp;			/* the regions are the components of an FSP */
	const char *only;		/* --chip or --region: only this one */
	bool chip;			/* it was --chip */
	struct checks checks;
	const char *output;		/* the directory; with only the file */
	bool force, dry_run;
};

/* One file to be written. */
struct part {
	char what[IMG_LAYOUT_NAME];	/* "bottom", "bios" */
	struct img_range range;		/* of the image */
	uint64_t size;			/* of the file; behind the range it holds 0xff */
	char *name;			/* "x.bottom.rom" */
	char *path;			/* below the directory */
};

/* What is to be written, and under which names. */
struct job {
	const struct options *options;
	struct img_view image;
	const char *board;		/* the board's id, or NULL */
	char *image_name;		/* last component of the input */
	struct image_hashes hashes;
	size_t count;
	struct part part[IMG_PARTS_MAX];
	struct image_part_hashes part_hashes[IMG_PARTS_MAX];
	bool whole;			/* the parts in their order are the image */
	char *manifest_path;		/* NULL: none is written */
};

/*
 * Which parts there are: chips of the board, of --sizes or of the descriptor, or regions. *file
 * is what an error is about, when not the image.
 */
enum img_status job_plan(struct job *job, const struct img_board *board, const char **file,
			 struct img_error *err) IMG_CHECKED;

/* Names, paths and hashes of the parts. job_free() also after an error. */
enum img_status job_prepare(struct job *job, const char *input, struct img_error *err)
	IMG_CHECKED;
void job_free(struct job *job);

/*
 * Writes every part and the manifest, or nothing; in a dry run it only finds out whether that
 * could be done. t is the caller's to end.
 */
enum img_status job_write(const struct job *job, struct together *t, struct img_error *err)
	IMG_CHECKED;

/* Writes one part to the output, which may be "-"; likewise in a dry run. */
enum img_status job_write_one(const struct job *job, size_t i, struct img_error *err) IMG_CHECKED;

/* What is, or with --dry-run would be, written, as the object of --json or as lines. */
enum img_status job_print(const struct job *job, struct img_error *err) IMG_CHECKED;

#endif
