/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/mac.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "libimg/check/check.h"
#include "libimg/edit/locate.h"
#include "tools/common/mac_text.h"

static enum img_status check_banks(struct img_view region, struct img_error *err)
{
	struct img_gbe gbe;
	enum img_status st;

	st = img_gbe_decode(region, &gbe, err);
	if (st == IMG_OK && !gbe.bank[0].checksum_ok && !gbe.bank[1].checksum_ok)
		st = img_fail(err, IMG_E_CORRUPT, img_view_origin(region),
			      "neither bank of the GbE region has a right checksum");
	return st;
}

static enum img_status open_base(const char *path, struct img **out, struct img_error *err)
{
	enum img_status st;

	*out = NULL;
	if (!path)
		return IMG_OK;
	st = img_open(path, out, err);
	if (st == IMG_E_IO && err->sys == ENOENT) {
		*out = NULL;
		return IMG_OK;
	}
	if (st == IMG_OK) {
		st = check_banks(img_bytes(*out), err);
		if (st != IMG_OK)
			img_close(*out);
	}
	if (st != IMG_OK)
		img_error_prefix(err, "%s", path);
	return st;
}

enum img_status mac_choose(const char *text, const struct img_board *board, const char *base_path,
			   struct mac_choice *out, struct img_error *err)
{
	struct mac_choice c = { 0 };
	bool stock = text && !strcasecmp(text, "stock");
	enum img_status st;

	if (!text || !strcasecmp(text, "keep")) {
		c.keep = true;
		*out = c;
		return IMG_OK;
	}
	if (!stock) {
		st = mac_text_parse(text, c.mac, err);
		if (st != IMG_OK)
			return st;
		c.set = true;
	}
	st = open_base(base_path, &c.base, err);
	if (st == IMG_OK && stock && !c.base) {
		if (!board || !board->gbe_mac)
			return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
					"no stock MAC address of this board is known; put its "
					"gbe.bin beside the vendor files");
		st = mac_text_parse(board->gbe_mac, c.mac, err);
		c.set = true;
	}
	if (st == IMG_OK)
		*out = c;
	else
		img_close(c.base);
	return st;
}

/* A file of one of the sizes a GbE region has is taken for the region itself. */
static enum img_status region_of(struct img_view file, struct img_view *out, struct img_error *err)
{
	struct img_range range;
	struct img_gbe gbe;
	enum img_status st;

	*out = file;
	if (img_gbe_decode(file, &gbe, NULL) == IMG_OK)
		return IMG_OK;
	st = img_locate_region(file, "gbe", &range, err);
	return st == IMG_OK ? img_view_slice(file, range.start, range.size, out, err) : st;
}

enum img_status mac_from_backup(const char *path, struct mac_choice *out, struct img_error *err)
{
	struct mac_choice c = { 0 };
	struct img_view region;
	struct img *backup;
	enum img_status st;

	st = img_open(path, &backup, err);
	if (st == IMG_OK) {
		st = region_of(img_bytes(backup), &region, err);
		if (st == IMG_OK)
			st = check_banks(region, err);
		if (st == IMG_OK)
			st = img_copy(region, &c.base, err);
		img_close(backup);
	}
	if (st == IMG_OK)
		*out = c;
	else
		img_error_prefix(err, "%s", path);
	return st;
}

static enum img_status put_base(const struct mac_choice *choice, struct img *image,
				struct img_range region, struct img_error *err)
{
	if (img_size(choice->base) != region.size)
		return img_fail(err, IMG_E_SPACE, region.start,
				"the GbE file has %llu bytes, the region %llu",
				(unsigned long long)img_size(choice->base),
				(unsigned long long)region.size);
	return img_span_write(img_span(image), region.start, img_bytes(choice->base), err);
}

enum img_status mac_apply(const struct mac_choice *choice, struct img *image,
			  struct img_error *err)
{
	struct img_range range;
	struct img_span region;
	enum img_status st;

	if (choice->keep)
		return IMG_OK;
	st = img_locate_region(img_bytes(image), "gbe", &range, err);
	if (st == IMG_OK && choice->base)
		st = put_base(choice, image, range, err);
	if (st == IMG_OK && choice->set) {
		st = img_span_slice(img_span(image), range.start, range.size, &region, err);
		if (st == IMG_OK)
			st = img_gbe_set_mac(region, choice->mac, err);
	}
	return st;
}

void mac_choice_close(struct mac_choice *choice)
{
	img_close(choice->base);
	choice->base = NULL;
}

enum img_status mac_read(struct img_view image, struct img_gbe *out, struct img_error *err)
{
	struct img_range range;
	struct img_view region;
	enum img_status st = img_locate_region(image, "gbe", &range, err);

	if (st == IMG_OK)
		st = img_view_slice(image, range.start, range.size, &region, err);
	return st == IMG_OK ? img_gbe_decode(region, out, err) : st;
}

static const struct img_gbe_bank *good_bank(const struct img_gbe *gbe)
{
	return gbe->bank[0].checksum_ok ? &gbe->bank[0] :
	       gbe->bank[1].checksum_ok ? &gbe->bank[1] : NULL;
}

enum img_status mac_check_loss(const struct mac_choice *choice, const struct img_board *board,
			       const struct img_gbe *before, const struct img_gbe *after,
			       struct img_error *err)
{
	const struct img_gbe_bank *old = good_bank(before), *new = good_bank(after);
	char had[18], has[18];

	if (choice->spelled || !old || img_check_mac_is_stock(old->mac, board) ||
	    (new && !memcmp(old->mac, new->mac, IMG_GBE_MAC)))
		return IMG_OK;
	img_gbe_mac_text(old->mac, had);
	img_gbe_mac_text(new ? new->mac : after->bank[0].mac, has);
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"the ROM has a MAC address of its own, %s, which would become %s and be "
			"lost from it; --mac keep leaves it (" MAC_CHANGE ")", had, has);
}
