/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new region table, with the content of the regions taken to their new places. */
#include "libimg/edit/ifd_edit_internal.h"
#include "libimg/format/gbe.h"
#include "libimg/format/me.h"

typedef unsigned long long ull;		/* for printf */

enum { BLOCK = 0x1000, VECTOR = 16 };

struct move {
	unsigned region;
	struct img_range from;		/* size 0: it was unused */
	struct img_range to;
};

struct plan {
	struct img_ifd ifd;		/* as it was */
	struct img_view old;
	unsigned allow;
	size_t count;
	struct move move[IMG_IFD_REGIONS];
};

/* --- which regions move ----------------------------------------------------------------- */

static enum img_status check_area(const struct img_ifd *ifd, unsigned region,
				  const struct img_layout_area *area, struct img_error *err)
{
	/* FLREG has 13 bits for the block until 7 series, 15 afterwards. */
	uint64_t limit = ifd->generation < IMG_IFD_8_SERIES ? (uint64_t)32 << 20
							     : (uint64_t)128 << 20;

	if (region >= ifd->region_slots)
		return img_fail(err, IMG_E_ABSENT, ifd->region_at,
				"this descriptor (%s) has no place for a region %s",
				img_ifd_generation_name(ifd->generation), area->name);
	if (area->range.start % BLOCK || area->range.size % BLOCK)
		return img_fail(err, IMG_E_UNSUPPORTED, area->range.start,
				"region %s cannot be 0x%08llx..0x%08llx: regions are of whole 4 "
				"KiB",
				area->name, (ull)area->range.start,
				(ull)img_range_end(area->range) - 1);
	if (img_range_end(area->range) > limit)
		return img_fail(err, IMG_E_UNSUPPORTED, area->range.start,
				"region %s would end at 0x%llx; on %s a region ends by 0x%llx at "
				"the latest", area->name, (ull)img_range_end(area->range),
				img_ifd_generation_name(ifd->generation), (ull)limit);
	if (region == IMG_IFD_FD)
		return img_fail(err, IMG_E_UNSUPPORTED, area->range.start,
				"region fd cannot be moved or made another size; it is "
				"0x%08llx..0x%08llx", (ull)ifd->region[region].start,
				(ull)img_range_end(ifd->region[region]) - 1);
	return IMG_OK;
}

static enum img_status make_plan(struct plan *p, const struct img_layout *layout,
				 struct img_error *err)
{
	for (size_t i = 0; i < layout->count; i++) {
		const struct img_layout_area *area = &layout->area[i];
		struct move *m = &p->move[p->count];
		enum img_status st;

		if (!img_ifd_region_find(area->name, &m->region))
			return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
					"the layout has an area %s, which is no region of a flash "
					"descriptor (fd, bios, me, gbe, pd, ...)", area->name);
		m->from = p->ifd.region[m->region];
		m->to = area->range;
		if (m->from.start == m->to.start && m->from.size == m->to.size)
			continue;
		st = check_area(&p->ifd, m->region, area, err);
		if (st != IMG_OK)
			return st;
		/* Names are there once, so that there are never more moves than regions. */
		p->count++;
	}
	return IMG_OK;
}

static enum img_status check_in_image(const struct plan *p, struct img_error *err)
{
	const struct img_range image = { 0, img_view_size(p->old) };

	for (size_t i = 0; i < p->count; i++) {
		const struct move *m = &p->move[i];
		bool was_out = m->from.size && !img_range_holds(image, m->from);
		struct img_range out = was_out ? m->from : m->to;

		if (was_out || !img_range_holds(image, m->to))
			return img_fail(err, IMG_E_BOUNDS, out.start,
					"region %s %s 0x%08llx..0x%08llx, and the image ends at "
					"0x%llx",
					img_ifd_region_name(m->region), was_out ? "is" : "would be",
					(ull)out.start, (ull)img_range_end(out) - 1,
					(ull)image.size);
	}
	return IMG_OK;
}

static enum img_status put_table(const struct plan *p, struct img_span image,
				 struct img_error *err)
{
	enum img_status st = IMG_OK;

	for (size_t i = 0; i < p->count && st == IMG_OK; i++) {
		const struct move *m = &p->move[i];
		uint32_t first = (uint32_t)(m->to.start / BLOCK);
		uint32_t last = (uint32_t)(img_range_end(m->to) / BLOCK - 1);

		st = img_ifd_put(image, p->ifd.region_at + 4 * m->region, last << 16 | first, err);
	}
	return st;
}

/* --- content ---------------------------------------------------------------------------- */

static bool moves(const struct plan *p, unsigned region)
{
	for (size_t i = 0; i < p->count; i++) {
		if (p->move[i].region == region)
			return true;
	}
	return false;
}

/* Bytes of the old image that stay in their place. */
static enum img_status put_old(const struct plan *p, struct img_span image,
			       struct img_range from, uint64_t to, struct img_error *err)
{
	struct img_view bytes;
	enum img_status st = img_view_slice(p->old, from.start, from.size, &bytes, err);

	return st == IMG_OK ? img_span_write(image, to, bytes, err) : st;
}

/* Empties what moves; where regions overlap, those that stay keep their bytes. */
static enum img_status vacate(const struct plan *p, struct img_span image, struct img_error *err)
{
	const struct img_range whole = { 0, img_view_size(p->old) };
	enum img_status st = IMG_OK;

	for (size_t i = 0; i < p->count && st == IMG_OK; i++) {
		struct img_range from = p->move[i].from;

		st = img_span_fill(image, from.start, from.size, 0xff, err);
		for (unsigned k = 0; k < IMG_IFD_REGIONS && st == IMG_OK; k++) {
			struct img_range stays = p->ifd.region[k];

			if (!moves(p, k) && img_range_overlap(stays, from) &&
			    img_range_holds(whole, stays))
				st = put_old(p, image, stays, stays.start, err);
		}
	}
	return st;
}

/* IMG_E_REFUSED: range of v has bytes that are not 0xff. */
static enum img_status refuse_loss(const struct plan *p, struct img_view v,
				   struct img_range range, const char *name, const char *how,
				   struct img_error *err)
{
	struct img_view bytes;
	enum img_status st;
	uint8_t byte = 0xff;
	uint64_t at = 0;

	if (p->allow & IMG_IFD_ALLOW_LAYOUT_CUT || !range.size)
		return IMG_OK;
	st = img_view_slice(v, range.start, range.size, &bytes, err);
	if (st != IMG_OK || img_view_filled(bytes, 0xff))
		return st;
	while (byte == 0xff && st == IMG_OK)
		st = img_view_copy(bytes, at++, &byte, 1, err);
	if (st != IMG_OK)
		return st;
	return img_fail(err, IMG_E_REFUSED, range.start + at - 1,
			"region %s %s 0x%08llx..0x%08llx, where there is content that would be "
			"lost (layout-cut)",
			name, how, (ull)range.start, (ull)img_range_end(range) - 1);
}

static enum img_status carry(const struct plan *p, const struct move *m, struct img_span image,
			     struct img_error *err)
{
	const char *name = img_ifd_region_name(m->region);
	uint64_t n = m->from.size < m->to.size ? m->from.size : m->to.size;
	struct img_range cut = { m->from.start + n, m->from.size - n };
	struct img_range kept = { m->from.start, n };
	uint64_t to = m->to.start;
	enum img_status st;

	if (m->region == IMG_IFD_BIOS) {	/* its end is where it starts to run */
		cut.start = m->from.start;
		kept.start = img_range_end(m->from) - n;
		to = img_range_end(m->to) - n;
	}
	st = refuse_loss(p, p->old, cut, name, "would lose", err);
	if (st == IMG_OK)
		st = refuse_loss(p, img_span_view(image), m->to, name, "would be put onto", err);
	if (st == IMG_OK)
		st = img_span_fill(image, m->to.start, m->to.size, 0xff, err);
	if (st == IMG_OK)
		st = put_old(p, image, kept, to, err);
	return st;
}

/* --- marks ------------------------------------------------------------------------------ */

/* The processor's first instruction: a jump, after a byte or two of others at most. */
static bool has_vector(struct img_view image)
{
	uint8_t b[VECTOR];
	uint64_t size = img_view_size(image);

	if (size < VECTOR || img_view_copy(image, size - VECTOR, b, sizeof(b), NULL) != IMG_OK)
		return false;
	for (unsigned i = 0; i < 4; i++) {
		if (b[i] == 0xe9 || b[i] == 0xea || b[i] == 0xeb)
			return true;
	}
	return false;
}

/* One bit for each mark of a region that is there. */
static unsigned marks(struct img_view image, unsigned region, struct img_range range)
{
	struct img_view bytes;
	struct img_gbe gbe;
	struct img_me me;

	if (img_view_slice(image, range.start, range.size, &bytes, NULL) != IMG_OK)
		return 0;
	if (region == IMG_IFD_BIOS)
		return img_range_end(range) == img_view_size(image) && has_vector(image);
	if (region == IMG_IFD_ME)
		return (unsigned)img_me_mark(bytes) |
		       (unsigned)(img_me_decode(bytes, &me, NULL) == IMG_OK) << 1;
	if (region == IMG_IFD_GBE && img_gbe_decode(bytes, &gbe, NULL) == IMG_OK)
		return (unsigned)gbe.bank[0].checksum_ok | (unsigned)gbe.bank[1].checksum_ok << 1;
	return 0;
}

static enum img_status check_marks(const struct plan *p, struct img_view now,
				   struct img_error *err)
{
	static const char *const what[IMG_IFD_REGIONS] = {
		[IMG_IFD_BIOS] = "the jump at the reset vector, the last 16 bytes of the image",
		[IMG_IFD_ME] = "its table of partitions ($FPT), or the manifest that this leads to",
		[IMG_IFD_GBE] = "a bank with a right checksum",
	};

	if (p->allow & IMG_IFD_ALLOW_LAYOUT_MAGIC)
		return IMG_OK;
	for (size_t i = 0; i < p->count; i++) {
		const struct move *m = &p->move[i];

		if (marks(p->old, m->region, m->from) & ~marks(now, m->region, m->to))
			return img_fail(err, IMG_E_REFUSED, m->to.start,
					"region %s would no longer have %s (layout-magic)",
					img_ifd_region_name(m->region), what[m->region]);
	}
	return IMG_OK;
}

static enum img_status move_content(const struct plan *p, struct img_span image,
				    struct img_error *err)
{
	enum img_status st = check_in_image(p, err);

	if (st == IMG_OK)
		st = vacate(p, image, err);
	for (size_t i = 0; i < p->count && st == IMG_OK; i++) {
		if (p->move[i].from.size)
			st = carry(p, &p->move[i], image, err);
	}
	/* A region that lay over the descriptor brought the old table along. */
	if (st == IMG_OK)
		st = put_table(p, image, err);
	return st == IMG_OK ? check_marks(p, img_span_view(image), err) : st;
}

enum img_status img_ifd_move_regions(struct img_span image, const struct img_layout *layout,
				     unsigned allow, struct img_error *err)
{
	struct plan p = { .old = img_span_view(image), .allow = allow, .count = 0 };
	bool bare = img_span_size(image) <= IMG_IFD_HEAD;
	struct img *work;
	enum img_status st = img_ifd_decode(p.old, &p.ifd, err);

	if (st == IMG_OK)
		st = make_plan(&p, layout, err);
	/* Where regions overlap it cannot be told whose the bytes are. */
	if (st == IMG_OK && !bare)
		st = img_ifd_edit_check(p.old, allow, err);
	if (st == IMG_OK)
		st = img_copy(p.old, &work, err);
	if (st != IMG_OK)
		return st;
	st = put_table(&p, img_span(work), err);
	if (st == IMG_OK)
		st = img_ifd_edit_check(img_bytes(work), allow, err);
	if (st == IMG_OK && !bare)
		st = move_content(&p, img_span(work), err);
	if (st == IMG_OK)
		st = img_ifd_edit_check(img_bytes(work), allow, err);
	if (st == IMG_OK)
		st = img_span_write(image, 0, img_bytes(work), err);
	img_close(work);
	return st;
}
