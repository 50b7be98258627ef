/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vendor files in the CBFS: all that the board needs, whole, and where firmware looks. */
#include <string.h>

#include "libimg/check/table.h"
#include "libimg/edit/kbc1126_check.h"
#include "libimg/edit/locate.h"
#include "libimg/format/cbfs.h"

typedef unsigned long long ull;		/* for printf */

static bool same_piece(const struct img_board_piece *a, const struct img_board_piece *b)
{
	return a->place == b->place && a->fixed == b->fixed && a->address == b->address &&
	       a->xip == b->xip && !strcmp(a->name, b->name) && !strcmp(a->type, b->type);
}

static bool has_piece(const struct img_board *b, const struct img_board_piece *piece)
{
	for (size_t i = 0; i < b->piece_count; i++)
		if (b->piece[i].place == IMG_PIECE_CBFS && same_piece(&b->piece[i], piece))
			return true;
	return false;
}

/* Without a board: what all the boards need that the image could be of. */
static bool is_needed(const struct img_check_subject *in, const struct img_board_piece *piece)
{
	if (piece->place != IMG_PIECE_CBFS)
		return false;
	for (size_t i = 0; !in->board && i < in->known_count; i++)
		if (img_check_could_be(in, &in->known[i]) && !has_piece(&in->known[i], piece))
			return false;
	return true;
}

static const struct img_board *find_board(const struct img_check_subject *in)
{
	if (in->board)
		return in->board;
	for (size_t i = 0; i < in->known_count; i++)
		if (img_check_could_be(in, &in->known[i]))
			return &in->known[i];
	return NULL;
}

typedef void look_fn(const struct img_check_subject *in, const struct img_board_piece *piece,
		     const struct img_cbfs_file *file, struct img_check_report *r);

/* Calls look for every needed file; file is NULL where it is not there. False: none is needed. */
static bool for_each(const struct img_check_subject *in, look_fn *look, struct img_check_report *r)
{
	const struct img_board *b = find_board(in);
	struct img_cbfs_file file;
	bool any = false;

	/* Of a part nobody knows whether the CBFS is in it. */
	for (size_t i = 0; b && in->whole && !in->is_part && i < b->piece_count; i++) {
		if (!is_needed(in, &b->piece[i]))
			continue;
		any = true;
		if (in->has_cbfs &&
		    img_cbfs_find(in->files, b->piece[i].name, &file, NULL) == IMG_OK)
			look(in, &b->piece[i], &file, r);
		else
			look(in, &b->piece[i], NULL, r);
	}
	return any;
}

static void look_missing(const struct img_check_subject *in, const struct img_board_piece *piece,
			 const struct img_cbfs_file *file, struct img_check_report *r)
{
	if (file)
		return;
	img_check_say(r, in->has_cbfs ? in->cbfs.start : IMG_NOWHERE,
		      "the vendor file %s is not in the %s, and the machine does not run without "
		      "it: it was removed for release; put it back with rom-inject", piece->name,
		      in->has_cbfs ? "CBFS" : "image, which has no CBFS");
}

bool img_check_vendor_missing(const struct img_check_subject *in, struct img_check_report *r)
{
	return for_each(in, look_missing, r);
}

static void look_blank(const struct img_check_subject *in, const struct img_board_piece *piece,
		       const struct img_cbfs_file *file, struct img_check_report *r)
{
	(void)in;
	if (file && (img_view_filled(file->data, 0xff) || img_view_filled(file->data, 0)))
		img_check_say(r, img_view_origin(file->data),
			      "the vendor file %s is there, but blank; put the right one in with "
			      "rom-inject", piece->name);
}

bool img_check_vendor_blank(const struct img_check_subject *in, struct img_check_report *r)
{
	return for_each(in, look_blank, r);
}

static void look_place(const struct img_check_subject *in, const struct img_board_piece *piece,
		       const struct img_cbfs_file *file, struct img_check_report *r)
{
	uint64_t at, want;
	uint32_t type;

	if (!file)
		return;
	at = img_view_origin(file->data);
	if (img_cbfs_type_of(piece->type, &type) && type != file->type)
		img_check_say(r, in->cbfs.start + file->at,
			      "the vendor file %s has type 0x%x; firmware looks for type %s (0x%x)",
			      piece->name, file->type, piece->type, type);
	if (piece->fixed &&
	    img_locate_address(in->top, piece->address, &want, NULL) == IMG_OK && want != at)
		img_check_say(r, at,
			      "the vendor file %s begins here; it has to begin at 0x%08llx, "
			      "address 0x%llx, where firmware calls it", piece->name, (ull)want,
			      (ull)piece->address);
	if (piece->xip && at % 4096)
		img_check_say(r, at,
			      "%s is executed in place and has to begin at a multiple of 4 KiB",
			      piece->name);
}

bool img_check_vendor_place(const struct img_check_subject *in, struct img_check_report *r)
{
	return for_each(in, look_place, r);
}

bool img_check_ec_pointers(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_error err;
	enum img_status st;

	if (!in->whole || !in->has_cbfs)
		return false;
	st = img_kbc1126_check(in->image, &err);
	if (st == IMG_E_MISMATCH || st == IMG_E_BOUNDS || st == IMG_E_CORRUPT)
		img_check_say(r, err.at, "%.400s", err.text);
	return st == IMG_OK || st == IMG_E_MISMATCH || st == IMG_E_BOUNDS || st == IMG_E_CORRUPT;
}
