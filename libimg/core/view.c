/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/view.h"

#include <string.h>

struct img_view img_view_of(const void *bytes, size_t size)
{
	return (struct img_view){ .base_ = bytes, .size_ = size };
}

struct img_span img_span_of(void *bytes, size_t size)
{
	return (struct img_span){ .base_ = bytes, .size_ = size };
}

struct img_view img_span_view(struct img_span s)
{
	return (struct img_view){ s.base_, s.size_, s.origin_ };
}

size_t img_view_size(struct img_view v)
{
	return v.size_;
}

size_t img_span_size(struct img_span s)
{
	return s.size_;
}

uint64_t img_view_origin(struct img_view v)
{
	return v.origin_;
}

const uint8_t *img_view_data(struct img_view v)
{
	return v.base_;
}

uint8_t *img_span_bytes(struct img_span s)
{
	return s.base_;
}

/* No pointer moves where off is 0: that of an empty view may be NULL. */
static enum img_status check(size_t size, uint64_t origin, uint64_t off, uint64_t len,
			     struct img_error *err)
{
	if (off <= size && len <= size - off)
		return IMG_OK;
	return img_fail(err, IMG_E_BOUNDS, origin + off,
			"%llu bytes are needed here, but the data end at 0x%08llx",
			(unsigned long long)len, (unsigned long long)(origin + size));
}

enum img_status img_view_slice(struct img_view v, uint64_t off, uint64_t len,
			       struct img_view *out, struct img_error *err)
{
	enum img_status st = check(v.size_, v.origin_, off, len, err);

	if (st == IMG_OK)
		*out = (struct img_view){ off ? v.base_ + off : v.base_, (size_t)len,
					  v.origin_ + off };
	return st;
}

enum img_status img_span_slice(struct img_span s, uint64_t off, uint64_t len,
			       struct img_span *out, struct img_error *err)
{
	enum img_status st = check(s.size_, s.origin_, off, len, err);

	if (st == IMG_OK)
		*out = (struct img_span){ off ? s.base_ + off : s.base_, (size_t)len,
					  s.origin_ + off };
	return st;
}

enum img_status img_view_copy(struct img_view v, uint64_t off, void *out, size_t len,
			      struct img_error *err)
{
	enum img_status st = check(v.size_, v.origin_, off, len, err);

	if (st == IMG_OK && len)
		memcpy(out, v.base_ + off, len);
	return st;
}

enum img_status img_span_write(struct img_span s, uint64_t off, struct img_view src,
			       struct img_error *err)
{
	enum img_status st = check(s.size_, s.origin_, off, src.size_, err);

	if (st == IMG_OK && src.size_)
		memmove(s.base_ + off, src.base_, src.size_);
	return st;
}

enum img_status img_span_fill(struct img_span s, uint64_t off, uint64_t len, uint8_t byte,
			      struct img_error *err)
{
	enum img_status st = check(s.size_, s.origin_, off, len, err);

	if (st == IMG_OK && len)
		memset(s.base_ + off, byte, (size_t)len);
	return st;
}

bool img_view_equal(struct img_view a, struct img_view b)
{
	return a.size_ == b.size_ && (!a.size_ || !memcmp(a.base_, b.base_, a.size_));
}

bool img_view_has(struct img_view v, uint64_t at, struct img_view what)
{
	struct img_view there;

	return img_view_slice(v, at, what.size_, &there, NULL) == IMG_OK &&
	       img_view_equal(there, what);
}

bool img_view_filled(struct img_view v, uint8_t byte)
{
	if (!v.size_)
		return true;
	/* Equal to itself shifted by one: memcmp is faster than any loop here. */
	return v.base_[0] == byte && !memcmp(v.base_, v.base_ + 1, v.size_ - 1);
}

bool img_view_only_clears(struct img_view from, struct img_view to)
{
	size_t i;

	if (from.size_ != to.size_)
		return false;
	for (i = 0; i < to.size_; i++)
		if (to.base_[i] & ~from.base_[i])
			return false;
	return true;
}

size_t img_view_difference(struct img_view a, struct img_view b)
{
	size_t n = a.size_ < b.size_ ? a.size_ : b.size_, i = 0;

	/* Whole sectors first: images are large and mostly equal. */
	while (n - i >= 4096 && !memcmp(a.base_ + i, b.base_ + i, 4096))
		i += 4096;
	while (i < n && a.base_[i] == b.base_[i])
		i++;
	return i;
}

/*
 * The next byte that could begin the needle comes fast where it is rare, as the first byte of a
 * signature mostly is; where it is not, memmem() is faster. *at: how far it got, or the hit.
 */
static bool find_by_first(struct img_view v, size_t *at, struct img_view needle)
{
	const size_t last = v.size_ - needle.size_;
	size_t start = *at, misses = 0;
	const uint8_t *hit;

	while (*at <= last && misses <= 16 + (*at - start) / 128) {
		hit = memchr(v.base_ + *at, needle.base_[0], last - *at + 1);
		*at = hit ? (size_t)(hit - v.base_) : last + 1;
		if (!hit || !memcmp(hit, needle.base_, needle.size_))
			return hit;
		++*at;
		misses++;
	}
	return false;
}

bool img_view_find(struct img_view v, uint64_t from, struct img_view needle, uint64_t *at)
{
	const uint8_t *hit;
	size_t here = (size_t)from;

	if (!needle.size_ || from > v.size_ || needle.size_ > v.size_ - from)
		return false;
	if (!find_by_first(v, &here, needle)) {
		hit = memmem(v.base_ + here, v.size_ - here, needle.base_, needle.size_);
		if (!hit)
			return false;
		here = (size_t)(hit - v.base_);
	}
	*at = here;
	return true;
}

bool img_view_find_step(struct img_view v, uint64_t from, uint64_t step, const char word[8],
			uint64_t *at)
{
	uint64_t want, found, i;

	memcpy(&want, word, sizeof(want));
	if (!step || v.size_ < sizeof(want) || from > v.size_ - sizeof(want))
		return false;
	for (i = from; i <= v.size_ - sizeof(want); i += step) {
		memcpy(&found, v.base_ + i, sizeof(found));
		if (found != want)
			continue;
		*at = i;
		return true;
	}
	return false;
}
