/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The management engine: without its firmware most machines do not start, or stop soon. */
#include "libimg/check/me_region.h"
#include "libimg/check/table.h"

typedef unsigned long long ull;		/* for printf */

static bool board_wants_me(const struct img_board *b)
{
	for (size_t i = 0; b && i < b->piece_count; i++)
		if (b->piece[i].place == IMG_PIECE_REGION &&
		    b->piece[i].name[0] == 'm' && b->piece[i].name[1] == 'e' &&
		    !b->piece[i].name[2])
			return true;
	return false;
}

/* Until ICH10 machines run without an ME; of unknown ones nothing is claimed. */
static bool find_me(const struct img_check_subject *in, struct img_range *range,
		    struct img_view *me)
{
	if (!in->ifd || !in->whole)
		return false;
	if (!board_wants_me(in->board) && (in->ifd->generation <= IMG_IFD_ICH10 ||
					   in->ifd->generation == IMG_IFD_UNKNOWN_V2))
		return false;
	*range = in->ifd->region[IMG_IFD_ME];
	return range->size && img_view_slice(in->image, range->start, range->size, me, NULL) ==
				      IMG_OK;
}

bool img_check_me_blank(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_range range;
	struct img_view me;

	if (!find_me(in, &range, &me))
		return false;
	if (img_me_blank(me))
		img_check_say(r, range.start,
			      "the ME region (0x%08llx..0x%08llx) is blank, and the machine does "
			      "not run without it: the vendor files were removed for release; put "
			      "them back with rom-inject", (ull)range.start,
			      (ull)img_range_end(range) - 1);
	return true;
}

bool img_check_me_header(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_range range;
	struct img_view me;

	if (!find_me(in, &range, &me) || img_me_blank(me))
		return false;
	if (!img_me_mark(me))
		img_check_say(r, range.start,
			      "the ME region does not begin like one, with $FPT at 0 or 0x10 or a "
			      "layout table: it was moved, overwritten or misread; put the vendor "
			      "files in anew with rom-inject");
	return true;
}

/* What newer engines may look like is not all known: only what was seen to be wrong is. */
bool img_check_me_manifest(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_range range;
	struct img_error err;
	struct img_view view;
	struct img_me me;
	enum img_status st;

	if (!find_me(in, &range, &view) || !img_me_mark(view))
		return false;
	st = img_me_decode(view, &me, &err);
	if (st != IMG_OK && in->ifd->generation >= IMG_IFD_300_SERIES)
		return false;
	if (st == IMG_E_BOUNDS || st == IMG_E_CORRUPT)
		img_check_say(r, err.at == IMG_NOWHERE ? range.start : err.at,
			      "the ME region is damaged: %.300s; put the vendor files in anew with "
			      "rom-inject", err.text);
	return st == IMG_OK || st == IMG_E_BOUNDS || st == IMG_E_CORRUPT;
}

/* Warnings are about tables that the ME starts in spite of; rom-me info has them. */
static void say_errors(void *ctx, const struct img_finding *f)
{
	if (f->severity == IMG_ERROR)
		img_check_say(ctx, f->at, "%.400s; put the vendor files in anew with rom-inject",
			      f->text);
}

bool img_check_me_code(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_range range;
	struct img_error err;
	struct img_view view;
	struct img_me me;

	if (!find_me(in, &range, &view) || img_me_decode(view, &me, NULL) != IMG_OK)
		return false;
	if (img_check_me_region(view, &me, say_errors, r, &err) != IMG_OK)
		img_check_say(r, range.start, "the ME cannot be checked: %.300s", err.text);
	return true;
}
