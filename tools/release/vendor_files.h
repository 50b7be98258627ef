/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The prepared vendor files of a board: a directory with one file for each piece. */
#ifndef TOOLS_RELEASE_VENDOR_FILES_H
#define TOOLS_RELEASE_VENDOR_FILES_H

#include "libimg/core/board.h"
#include "libimg/core/digest.h"
#include "libimg/core/image.h"
#include "tools/common/diag.h"

struct vendor_file {
	const struct img_board_piece *piece;
	struct img *content;
	struct img_digest sha512;
	bool published;		/* its SHA-512 is the one the board file has */
};

struct vendor_files {
	size_t count;
	struct vendor_file *file;	/* insertion order */
};

/*
 * Reads the file of every piece that goes into the image. A file whose SHA-512 is not the
 * board's gets a warning, not an error: releases differ, and the hash of the whole ROM
 * decides. IMG_E_ABSENT: a file is missing or empty. *out is owned.
 */
enum img_status vendor_files_load(const struct img_board *board, const char *directory,
				  const struct diag *d, struct vendor_files *out,
				  struct img_error *err) IMG_CHECKED;

/*
 * Inserts all of them in order. The sentence of an error names the file. May be called from
 * several threads at once.
 */
enum img_status vendor_files_insert(const struct vendor_files *files, struct img *image,
				    struct img_error *err) IMG_CHECKED;

/* Puts the files that are not the board's into words, for the error about a ROM. */
void vendor_files_blame(const struct vendor_files *files, char *out, size_t size);

void vendor_files_close(struct vendor_files *files);

#endif
