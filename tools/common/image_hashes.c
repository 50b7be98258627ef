/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * SHA-512 is what takes the time here, so no byte is given to it more often than needed: what
 * begins with the same bytes shares the work on them, and what does not can be done by a second
 * thread.
 */
#include "tools/common/image_hashes.h"

#include <string.h>

#include "libimg/core/image.h"
#include "libimg/format/ifd.h"
#include "tools/common/run_together.h"

#define VIEWS_MAX 8

struct views {
	struct img_view view[VIEWS_MAX];
	size_t count;
};

/* What is to be computed of one image. */
struct hashing {
	struct img_view image;
	struct img_range gbe;		/* size 0: there is none */
	struct img *blank;		/* as large as that */
	struct image_part_hashes *part;
	size_t count;
	struct image_hashes *out;
};

static enum img_status add(struct views *v, struct img_view of, struct img_range range,
			   struct img_error *err)
{
	if (!range.size)
		return IMG_OK;
	return img_view_slice(of, range.start, range.size, &v->view[v->count++], err);
}

/* The bytes of range, but those of mask as 0xff. */
static enum img_status add_masked(struct views *v, const struct hashing *h, struct img_range range,
				  struct img_range mask, struct img_error *err)
{
	const struct img_range hidden = img_range_common(range, mask);
	const uint64_t end = img_range_end(range), after = img_range_end(hidden);
	enum img_status st;

	if (!hidden.size)
		return add(v, h->image, range, err);
	st = add(v, h->image, (struct img_range){ range.start, hidden.start - range.start }, err);
	if (st == IMG_OK)
		st = add(v, img_bytes(h->blank),
			 (struct img_range){ hidden.start - mask.start, hidden.size }, err);
	if (st == IMG_OK)
		st = add(v, h->image, (struct img_range){ after, end - after }, err);
	return st;
}

/* Is the first part how the image begins, byte for byte? Then its digest comes on the way. */
static bool is_prefix(const struct hashing *h)
{
	return h->count && !h->part[0].range.start && h->part[0].size == h->part[0].range.size;
}

/* All of the image, and the first part where it is the beginning. */
static enum img_status hash_image(const struct hashing *h, struct img_range mask,
				  struct img_digest *whole, struct img_digest *first,
				  struct img_error *err)
{
	const uint64_t cut = is_prefix(h) ? h->part[0].range.size : 0;
	struct views v = { .count = 0 };
	size_t prefix;
	enum img_status st;

	st = add_masked(&v, h, (struct img_range){ 0, cut }, mask, err);
	prefix = v.count;
	if (st == IMG_OK)
		st = add_masked(&v, h,
				(struct img_range){ cut, img_view_size(h->image) - cut }, mask,
				err);
	return st == IMG_OK ? img_digest_and_prefix(IMG_SHA512, v.view, v.count, prefix, whole,
						    first, err)
			    : st;
}

static enum img_status hash_part(const struct hashing *h, const struct image_part_hashes *part,
				 struct img_range mask, struct img_digest *out,
				 struct img_error *err)
{
	struct views v = { .count = 0 };
	struct img *rest = NULL;
	enum img_status st = add_masked(&v, h, part->range, mask, err);

	if (st == IMG_OK && part->size > part->range.size) {
		st = img_new(part->size - part->range.size, 0xff, &rest, err);
		if (st == IMG_OK)
			v.view[v.count++] = img_bytes(rest);
	}
	if (st == IMG_OK)
		st = img_digest_parts(IMG_SHA512, v.view, v.count, out, err);
	img_close(rest);
	return st;
}

/* The digests as they are. */
static enum img_status hash_plain(struct hashing *h, struct img_error *err)
{
	const struct img_range nothing = { 0, 0 };
	struct img_digest first;
	enum img_status st = hash_image(h, nothing, &h->out->sha512, &first, err);
	size_t i;

	for (i = 0; st == IMG_OK && i < h->count; i++) {
		if (!i && is_prefix(h))
			h->part[i].sha512 = first;
		else
			st = hash_part(h, &h->part[i], nothing, &h->part[i].sha512, err);
	}
	return st;
}

static enum img_status hash_masked(struct hashing *h, struct img_error *err)
{
	struct img_digest first;
	enum img_status st;
	size_t i;

	if (!h->gbe.size)
		return IMG_OK;
	st = hash_image(h, h->gbe, &h->out->gbe_masked, &first, err);
	h->out->has_gbe_masked = st == IMG_OK;
	for (i = 0; st == IMG_OK && i < h->count; i++) {
		struct image_part_hashes *part = &h->part[i];

		if (!img_range_holds(part->range, h->gbe))
			continue;
		part->has_gbe_masked = true;
		if (!i && is_prefix(h))
			part->gbe_masked = first;
		else
			st = hash_part(h, part, h->gbe, &part->gbe_masked, err);
	}
	return st;
}

/* One of the two, and how it went. */
struct task {
	enum img_status (*work)(struct hashing *h, struct img_error *err);
	struct hashing *h;
	enum img_status status;
	struct img_error err;
};

static void carry_out(void *ctx)
{
	struct task *t = ctx;

	t->status = t->work(t->h, &t->err);
}

/* Where the descriptor says the GbE region is; size 0: no descriptor, no region, or not here. */
static struct img_range find_gbe(struct img_view bytes)
{
	struct img_range here = { 0, img_view_size(bytes) };
	struct img_ifd ifd;

	if (img_ifd_decode(bytes, &ifd, NULL) != IMG_OK ||
	    !img_range_holds(here, ifd.region[IMG_IFD_GBE]))
		return (struct img_range){ 0, 0 };
	return ifd.region[IMG_IFD_GBE];
}

static enum img_status check_parts(const struct image_part_hashes *part, size_t count,
				   struct img_error *err)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (part[i].size < part[i].range.size)
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					"a part that is longer than its file");
	return IMG_OK;
}

enum img_status image_hashes_take(struct img_view image, bool spread,
				  struct image_part_hashes *part, size_t count,
				  struct image_hashes *out, struct img_error *err)
{
	struct hashing h = { .image = image, .gbe = find_gbe(image), .part = part, .count = count,
			     .out = out };
	struct task task[] = { { .work = hash_plain, .h = &h }, { .work = hash_masked, .h = &h } };
	void *const ctx[] = { &task[0], &task[1] };
	enum img_status st = check_parts(part, count, err);
	size_t i;

	memset(out, 0, sizeof(*out));
	for (i = 0; i < count; i++)
		part[i].has_gbe_masked = false;
	if (st == IMG_OK && h.gbe.size)
		st = img_new(h.gbe.size, 0xff, &h.blank, err);
	if (st != IMG_OK)
		return st;
	if (spread && h.gbe.size) {
		run_together(carry_out, ctx, 2);
	} else {
		carry_out(&task[0]);
		carry_out(&task[1]);
	}
	img_close(h.blank);
	for (i = 0; i < 2; i++) {
		if (task[i].status == IMG_OK)
			continue;
		if (err)
			*err = task[i].err;
		return task[i].status;
	}
	return IMG_OK;
}

bool image_hashes_gbe_masked(struct img_view bytes, struct img_digest *out)
{
	struct hashing h = { .image = bytes, .gbe = find_gbe(bytes) };
	struct img_digest first;
	bool good = h.gbe.size && img_new(h.gbe.size, 0xff, &h.blank, NULL) == IMG_OK &&
		    hash_image(&h, h.gbe, out, &first, NULL) == IMG_OK;

	img_close(h.blank);
	return good;
}
