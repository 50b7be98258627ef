/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/vendor_files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/edit/insert.h"
#include "tools/common/io.h"

static enum img_status open_piece(const struct img_board_piece *piece, const char *directory,
				  struct img **out, struct img_error *err)
{
	char *path = io_format("%s/%s", directory, piece->file);
	enum img_status st;

	if (!path)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = img_open(path, out, err);
	if (st == IMG_E_IO && err->sys == ENOENT)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			      "vendor file %s is missing in %s; this board needs it", piece->file,
			      directory);
	else if (st != IMG_OK)
		img_error_prefix(err, "vendor file %s", path);
	free(path);
	return st;
}

static enum img_status load_one(const struct img_board_piece *piece, const char *directory,
				const struct diag *d, struct vendor_file *out,
				struct img_error *err)
{
	char found[IMG_DIGEST_HEX];
	enum img_status st;

	out->piece = piece;
	st = open_piece(piece, directory, &out->content, err);
	if (st == IMG_OK)
		st = img_digest(IMG_SHA512, img_bytes(out->content), &out->sha512, err);
	if (st != IMG_OK)
		return st;
	img_digest_hex(&out->sha512, found);
	out->published = piece->sha512 && !strcmp(piece->sha512, found);
	if (piece->sha512 && !out->published)
		diag_warning(d, piece->file,
			     "not the file this board's maintainers used: SHA-512 is %s, theirs "
			     "%s; the hash of the whole ROM decides", found, piece->sha512);
	return IMG_OK;
}

enum img_status vendor_files_load(const struct img_board *board, const char *directory,
				  const struct diag *d, struct vendor_files *out,
				  struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	out->count = 0;
	out->file = calloc(board->piece_count + 1, sizeof(*out->file));
	if (!out->file)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	for (i = 0; st == IMG_OK && i < board->piece_count; i++) {
		if (board->piece[i].place == IMG_PIECE_ELSEWHERE) {
			diag_note(d, board->piece[i].file,
				  "belongs on a chip of its own; it is not put into the ROMs");
			continue;
		}
		st = load_one(&board->piece[i], directory, d, &out->file[out->count++], err);
	}
	if (st != IMG_OK)
		vendor_files_close(out);
	return st;
}

enum img_status vendor_files_insert(const struct vendor_files *files, struct img *image,
				    struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < files->count; i++) {
		const struct vendor_file *f = &files->file[i];

		st = img_insert(image, f->piece, img_bytes(f->content), NULL, err);
		if (st != IMG_OK)
			img_error_prefix(err, "cannot insert %s", f->piece->file);
	}
	return st;
}

void vendor_files_blame(const struct vendor_files *files, char *out, size_t size)
{
	char found[IMG_DIGEST_HEX];
	size_t i, used = 0;

	out[0] = 0;
	for (i = 0; i < files->count && used < size; i++) {
		const struct vendor_file *f = &files->file[i];

		if (f->published)
			continue;
		img_digest_hex(&f->sha512, found);
		used += (size_t)snprintf(out + used, size - used, "%s%s (SHA-512 %s, expected %s)",
					 used ? ", " : "", f->piece->file, found,
					 f->piece->sha512 ? f->piece->sha512 : "not published");
	}
}

void vendor_files_close(struct vendor_files *files)
{
	size_t i;

	for (i = 0; i < files->count; i++)
		img_close(files->file[i].content);
	free(files->file);
	memset(files, 0, sizeof(*files));
}
