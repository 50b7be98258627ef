/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * In three steps: the hashes of all runs of the files go into a bit field; where the field knows
 * the hash of a run of the image, that place is a candidate; candidates are looked
 * up while going through the files once more, and compared byte by byte.
 */
#include "libimg/edit/leftover.h"

#include <stdlib.h>
#include <string.h>

enum {
	RUN = IMG_LEFTOVER_RUN,
	MIN_BITS = 20, MAX_BITS = 26,	/* log2 of the size of the bit field */
	FILTER_BITS = 20,		/* of the one for candidates */
	BATCH = 1 << 16,
};

struct candidate {
	uint64_t hash;
	size_t at;
};

struct search {
	struct img_view image;
	uint64_t table[256];		/* a random word for each byte value */
	uint64_t *field, *filter;
	unsigned bits;
	struct candidate *list;
	size_t count;
};

/* A window that moves over a file. */
struct window {
	const uint8_t *bytes;
	size_t at, size;
	uint64_t hash;
	unsigned different;
	uint32_t times[256];		/* how often each value is in the window */
};

static uint64_t rotate(uint64_t x)
{
	return x << 1 | x >> 63;
}

/* splitmix64 (Steele, Lea, Flood 2014) */
static void fill_table(uint64_t table[256])
{
	uint64_t state = 0, z;
	size_t i;

	for (i = 0; i < 256; i++) {
		z = state += 0x9e3779b97f4a7c15u;
		z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
		z = (z ^ z >> 27) * 0x94d049bb133111ebu;
		table[i] = z ^ z >> 31;
	}
}

/*
 * Each byte's word, rotated by its distance from the end. With as many bytes in a run as bits
 * in a word, the one that leaves has come round to where it began.
 */
static uint64_t hash_of(const struct search *s, const uint8_t *run)
{
	uint64_t hash = 0;
	size_t i;

	for (i = 0; i < RUN; i++)
		hash = rotate(hash) ^ s->table[run[i]];
	return hash;
}

static void mark(uint64_t *field, unsigned bits, uint64_t hash)
{
	uint64_t bit = hash * 0x9e3779b97f4a7c15u >> (64 - bits);

	field[bit / 64] |= (uint64_t)1 << bit % 64;
}

static bool marked(const uint64_t *field, unsigned bits, uint64_t hash)
{
	uint64_t bit = hash * 0x9e3779b97f4a7c15u >> (64 - bits);

	return field[bit / 64] >> bit % 64 & 1;
}

/* The second of the two bits a run has in the field. */
static uint64_t other(uint64_t hash)
{
	return (hash ^ hash >> 29) * 0xc2b2ae3d27d4eb4fu;
}

static bool window_open(struct window *w, const struct search *s, struct img_view file)
{
	size_t i;

	memset(w, 0, sizeof(*w));
	w->bytes = img_view_data(file);
	w->size = img_view_size(file);
	if (w->size < RUN)
		return false;
	w->hash = hash_of(s, w->bytes);
	for (i = 0; i < RUN; i++)
		w->different += w->times[w->bytes[i]]++ == 0;
	return true;
}

static bool window_move(struct window *w, const struct search *s)
{
	uint8_t leaves, comes;

	if (w->at == w->size - RUN)
		return false;
	leaves = w->bytes[w->at];
	comes = w->bytes[w->at + RUN];
	w->at++;
	w->hash = rotate(w->hash) ^ s->table[leaves] ^ s->table[comes];
	w->different -= --w->times[leaves] == 0;
	w->different += w->times[comes]++ == 0;
	return true;
}

static bool is_telling(const struct window *w)
{
	return w->different > IMG_LEFTOVER_VALUES;
}

static void mark_file(struct search *s, struct img_view file)
{
	struct window w;
	bool more;

	for (more = window_open(&w, s, file); more; more = window_move(&w, s)) {
		if (!is_telling(&w))
			continue;
		mark(s->field, s->bits, w.hash);
		mark(s->field, s->bits, other(w.hash));
	}
}

/* Erased flash, of which a stripped image has much, is passed over: its hash stays the same. */
static size_t skip_blank(const uint8_t *bytes, size_t at, size_t last)
{
	uint8_t erased[2 * RUN];

	memset(erased, 0xff, sizeof(erased));
	while (last - at >= RUN && !memcmp(bytes + at, erased, sizeof(erased)))
		at += RUN;
	return at;
}

/* Collects candidates from *at on, until there is a batch of them or the image ends. */
static void collect(struct search *s, size_t *at)
{
	const uint8_t *bytes = img_view_data(s->image);
	size_t i = *at, last = img_view_size(s->image) - RUN;
	uint64_t hash = hash_of(s, bytes + i), blank;
	uint8_t erased[RUN];

	memset(erased, 0xff, sizeof(erased));
	blank = hash_of(s, erased);
	s->count = 0;
	for (;;) {
		if (hash == blank)
			i = skip_blank(bytes, i, last);
		if (marked(s->field, s->bits, hash) && marked(s->field, s->bits, other(hash)))
			s->list[s->count++] = (struct candidate){ hash, i };
		if (i == last || s->count == BATCH)
			break;
		hash = rotate(hash) ^ s->table[bytes[i]] ^ s->table[bytes[i + RUN]];
		i++;
	}
	*at = i + 1;
}

static int by_hash(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->hash != y->hash)
		return x->hash < y->hash ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

/* The first candidate of this hash in the sorted list; count where there is none. */
static size_t first_of(const struct search *s, uint64_t hash)
{
	size_t low = 0, high = s->count, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (s->list[middle].hash < hash)
			low = middle + 1;
		else
			high = middle;
	}
	return low < s->count && s->list[low].hash == hash ? low : s->count;
}

static void extend(const struct search *s, struct img_view file, struct img_leftover *l)
{
	const uint8_t *image = img_view_data(s->image), *bytes = img_view_data(file);

	while (l->at && l->file_at && image[l->at - 1] == bytes[l->file_at - 1]) {
		l->at--;
		l->file_at--;
	}
	l->size = 0;
	while (l->at + l->size < img_view_size(s->image) &&
	       l->file_at + l->size < img_view_size(file) &&
	       image[l->at + l->size] == bytes[l->file_at + l->size])
		l->size++;
}

/* Is one of the candidates really in this file? Keeps the lowest place in the image. */
static void confirm(const struct search *s, const struct img_view *files, size_t index,
		    bool *found, struct img_leftover *out)
{
	const uint8_t *image = img_view_data(s->image);
	struct window w;
	size_t i;
	bool more;

	for (more = window_open(&w, s, files[index]); more; more = window_move(&w, s)) {
		if (!is_telling(&w) || !marked(s->filter, FILTER_BITS, w.hash))
			continue;
		for (i = first_of(s, w.hash); i < s->count && s->list[i].hash == w.hash; i++) {
			if (*found && s->list[i].at >= out->at)
				break;
			if (memcmp(image + s->list[i].at, w.bytes + w.at, RUN))
				continue;
			*found = true;
			*out = (struct img_leftover){ s->list[i].at, index, w.at, RUN };
			break;
		}
	}
}

static bool search_batches(struct search *s, const struct img_view *files, size_t count,
			   struct img_leftover *out)
{
	size_t at = 0, i;
	bool found = false;

	while (!found && at <= img_view_size(s->image) - RUN) {
		collect(s, &at);
		if (!s->count)
			break;
		qsort(s->list, s->count, sizeof(*s->list), by_hash);
		memset(s->filter, 0, ((size_t)1 << FILTER_BITS) / 8);
		for (i = 0; i < s->count; i++)
			mark(s->filter, FILTER_BITS, s->list[i].hash);
		for (i = 0; i < count; i++)
			confirm(s, files, i, &found, out);
	}
	if (found)
		extend(s, files[out->file], out);
	return found;
}

enum img_status img_leftover_find(struct img_view image, const struct img_view *files,
				  size_t count, struct img_leftover *out, struct img_error *err)
{
	struct search s = { .image = image, .bits = MIN_BITS };
	enum img_status st = IMG_E_ABSENT;
	uint64_t total = 0;
	size_t i;

	for (i = 0; i < count; i++)
		total += img_view_size(files[i]);
	/* 32 bits for each of a run's two keep wrong candidates rare. */
	while (s.bits < MAX_BITS && (uint64_t)1 << s.bits < 32 * total)
		s.bits++;
	s.field = calloc((size_t)1 << (s.bits - 6), sizeof(*s.field));
	s.filter = malloc(((size_t)1 << FILTER_BITS) / 8);
	s.list = malloc(BATCH * sizeof(*s.list));
	if (!s.field || !s.filter || !s.list) {
		st = IMG_E_NOMEM;
	} else if (img_view_size(image) >= RUN) {
		fill_table(s.table);
		for (i = 0; i < count; i++)
			mark_file(&s, files[i]);
		if (search_batches(&s, files, count, out))
			st = IMG_OK;
	}
	free(s.field);
	free(s.filter);
	free(s.list);
	if (st == IMG_OK)
		return IMG_OK;
	return img_fail(err, st, IMG_NOWHERE, st == IMG_E_NOMEM ? "out of memory" :
			"no bytes of these files are in the image");
}
