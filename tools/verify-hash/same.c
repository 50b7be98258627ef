/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --same: several dumps of one chip have to be equal. Where they are not, the 4 KiB sectors
 * that differ are listed, and what they look like tells what went wrong with the reading.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/common/io.h"
#include "tools/common/options.h"
#include "tools/verify-hash/verify.h"

enum { SECTOR = 4096, FILES_MAX = 16, LINES_MAX = 64, SHIFTS_MAX = 256, NOBODY = -1 };

struct dumps {
	const struct options *options;
	int count;
	char **path;
	struct img *img[FILES_MAX];
	struct img_view bytes[FILES_MAX];
	uint64_t size;			/* of the shortest */
};

/* Neighbouring sectors in which the same file is the odd one out. */
struct stretch {
	struct img_range range;
	int odd;			/* NOBODY: no majority to go by */
	uint64_t bytes, bits;		/* that differ, between the odd one and another */
	uint64_t first;			/* offset of the first of them */
};

struct picture {
	uint64_t sectors, bytes, bits;
	uint64_t blank, shifted;	/* sectors that look like that in the odd file */
	uint64_t looked;		/* sectors looked at for a shift: SHIFTS_MAX tell enough */
	uint64_t first;			/* offset of the first byte that differs */
	int odd;			/* in every stretch; NOBODY: it is not always the same */
	size_t stretches;
	json_t *list;			/* or NULL */
};

static struct img_view sector_of(const struct dumps *d, int i, uint64_t at)
{
	struct img_view v = img_view_of("", 0);
	uint64_t len = d->size - at < SECTOR ? d->size - at : SECTOR;

	/* Within the shortest file: cannot fail. */
	if (img_view_slice(d->bytes[i], at, len, &v, NULL) != IMG_OK)
		return img_view_of("", 0);
	return v;
}

/* Which file does not hold what most of the others hold at this sector? */
static int odd_one(const struct dumps *d, uint64_t at)
{
	int i, k, equal[FILES_MAX] = { 0 }, odd = NOBODY;

	for (i = 0; i < d->count; i++)
		for (k = 0; k < d->count; k++)
			equal[i] += img_view_equal(sector_of(d, i, at), sector_of(d, k, at));
	for (i = 0; i < d->count; i++) {
		if (2 * equal[i] > d->count)
			continue;
		if (odd != NOBODY || equal[i] > 1)
			return NOBODY;
		odd = i;
	}
	return d->count > 2 ? odd : NOBODY;
}

static bool sector_differs(const struct dumps *d, uint64_t at)
{
	int i;

	for (i = 1; i < d->count; i++)
		if (!img_view_equal(sector_of(d, 0, at), sector_of(d, i, at)))
			return true;
	return false;
}

/* The two files to compare where they differ: the odd one (or the last) and another. */
static void choose(const struct dumps *d, uint64_t at, int odd, int *a, int *b)
{
	int i;

	*b = odd;
	for (i = 1; *b == NOBODY && i < d->count; i++)
		if (!img_view_equal(sector_of(d, 0, at), sector_of(d, i, at)))
			*b = i;
	*a = *b == 0 ? 1 : 0;
}

/* The bytes of two sectors. */
struct pair {
	uint8_t a[SECTOR], b[SECTOR];
	size_t len;
};

static void load(const struct dumps *d, uint64_t at, int a, int b, struct pair *out)
{
	struct img_view va = sector_of(d, a, at), vb = sector_of(d, b, at);

	memset(out, 0, sizeof(*out));
	out->len = img_view_size(va);
	if (img_view_copy(va, 0, out->a, out->len, NULL) != IMG_OK ||
	    img_view_copy(vb, 0, out->b, out->len, NULL) != IMG_OK)
		out->len = 0;
}

/* Is b what a is, some bits later or earlier? Uniform content would fit any shift. */
static bool is_shifted(const struct pair *p)
{
	size_t i, hits, uneven = 0;
	int bits;

	for (i = 1; i < p->len; i++)
		uneven += p->a[i] != p->a[i - 1];
	if (uneven < p->len / 8)
		return false;
	for (bits = -16; bits <= 16; bits++) {
		for (i = 3, hits = 0; i + 3 < p->len; i++) {
			size_t from = (size_t)((int)i * 8 + bits);	/* a bit of a */
			unsigned two = (unsigned)p->a[from / 8] << 8 | p->a[from / 8 + 1];

			hits += (uint8_t)(two >> (8 - from % 8)) == p->b[i];
		}
		if (bits && hits > p->len * 9 / 10)
			return true;
	}
	return false;
}

static void measure(const struct pair *p, uint64_t at, struct stretch *s, struct picture *sum)
{
	struct img_view b = img_view_of(p->b, p->len);
	size_t i;

	for (i = 0; i < p->len; i++) {
		unsigned x = p->a[i] ^ p->b[i];

		if (!x)
			continue;
		if (!s->bytes++)
			s->first = at + i;
		s->bits += (unsigned)__builtin_popcount(x);
	}
	sum->blank += img_view_filled(b, 0xff) || img_view_filled(b, 0x00);
	if (sum->looked < SHIFTS_MAX) {
		sum->looked++;
		sum->shifted += is_shifted(p);
	}
	sum->sectors++;
}

static void report_stretch(const struct dumps *d, const struct stretch *s, struct picture *sum)
{
	const struct options *o = d->options;
	const char *odd = s->odd == NOBODY ? NULL : io_input_name(d->path[s->odd]);

	sum->bytes += s->bytes;
	sum->bits += s->bits;
	if (!sum->stretches)
		sum->first = s->first;
	if (!sum->stretches || sum->odd != s->odd)
		sum->odd = sum->stretches ? NOBODY : s->odd;
	if (sum->list)
		json_array_append_new(sum->list, json_pack(
			"{s:I, s:I, s:o, s:I, s:I}", "start", (json_int_t)s->range.start, "size",
			(json_int_t)s->range.size, "odd", odd ? json_text(odd) : json_null(),
			"bytes", (json_int_t)s->bytes, "first", (json_int_t)s->first));
	if (sum->stretches++ >= LINES_MAX || o->status || o->diag.json)
		return;
	printf("0x%08llx-0x%08llx  %llu byte%s from 0x%08llx%s%s\n",
	       (unsigned long long)s->range.start,
	       (unsigned long long)img_range_end(s->range) - 1, (unsigned long long)s->bytes,
	       s->bytes == 1 ? "" : "s", (unsigned long long)s->first,
	       odd ? ", only in " : "", odd ? odd : "");
}

static void survey(const struct dumps *d, struct picture *sum)
{
	struct stretch s = { .odd = NOBODY };
	struct pair pair;
	uint64_t at, len;
	int odd, a, b;

	for (at = 0; at < d->size; at += len) {
		len = d->size - at < SECTOR ? d->size - at : SECTOR;
		if (!sector_differs(d, at))
			continue;
		odd = odd_one(d, at);
		if (s.range.size && (odd != s.odd || img_range_end(s.range) != at)) {
			report_stretch(d, &s, sum);
			s.range.size = 0;
		}
		if (!s.range.size)
			s = (struct stretch){ .range = { at, 0 }, .odd = odd };
		s.range.size += len;
		choose(d, at, odd, &a, &b);
		load(d, at, a, b, &pair);
		measure(&pair, at, &s, sum);
	}
	if (s.range.size)
		report_stretch(d, &s, sum);
	if (sum->stretches > LINES_MAX && !d->options->status && !d->options->diag.json)
		printf("... and %zu more\n", sum->stretches - LINES_MAX);
}

/* The file that holds one byte value only; NULL: none. */
static const char *blank_file(const struct dumps *d)
{
	int i;

	for (i = 0; i < d->count; i++)
		if (img_view_filled(d->bytes[i], 0xff) || img_view_filled(d->bytes[i], 0x00))
			return io_input_name(d->path[i]);
	return NULL;
}

static void explain(const struct dumps *d, const struct picture *sum, char *out, size_t room)
{
	const char *blank = blank_file(d);

	if (blank)
		snprintf(out, room, "%s is nothing but 0xff or 0x00: the chip did not answer, "
			 "look at clip and power", blank);
	else if (sum->shifted * 2 > sum->looked)
		snprintf(out, room, "one is the other shifted by some bits: the clock or the "
			 "wiring is bad, use a lower speed and shorter wires");
	else if (sum->blank * 2 > sum->sectors)
		snprintf(out, room, "they read as 0xff or 0x00: contact or power was lost while "
			 "reading");
	else if (sum->sectors * SECTOR * 4 < d->size)
		snprintf(out, room, "a few sectors: unstable reading, or the machine wrote in "
			 "between; read again until dumps agree");
	else
		snprintf(out, room, "so many that they are of different contents, or the "
			 "connection is unusable");
}

/* Is one file longer? Then no sector of it can be compared. */
static bool lengths_differ(const struct dumps *d, char *out, size_t room)
{
	int i;

	for (i = 1; i < d->count; i++) {
		if (img_view_size(d->bytes[i]) == img_view_size(d->bytes[0]))
			continue;
		snprintf(out, room, "%s has %zu bytes and %s %zu: not dumps of one chip",
			 io_input_name(d->path[0]), img_view_size(d->bytes[0]),
			 io_input_name(d->path[i]), img_view_size(d->bytes[i]));
		return true;
	}
	return false;
}

static int answer(const struct dumps *d, struct picture *sum, bool equal, const char *cause)
{
	const struct options *o = d->options;
	const char *odd = sum->odd == NOBODY ? NULL : io_input_name(d->path[sum->odd]);
	struct diag plain = o->diag;
	struct img_error err;

	if (o->diag.json && json_print(json_pack("{s:b, s:I, s:o, s:o, s:o}", "equal",
						 (int)equal, "sectors_differ",
						 (json_int_t)sum->sectors, "odd",
						 odd ? json_text(odd) : json_null(),
						 "differences", sum->list, "cause",
						 equal ? json_null() : json_text(cause)),
				       &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	if (fflush(stdout) || ferror(stdout)) {
		img_fail_errno(&err, errno, "cannot write");
		return diag_error(&o->diag, "standard output", &err);
	}
	if (equal)
		return EXIT_DONE;
	plain.json = false;
	img_fail(&err, IMG_E_MISMATCH, sum->first, "%s%s", cause,
		 odd ? "; the other dumps agree" : "");
	return o->status ? EXIT_NO : diag_error(&plain, odd, &err);
}

static int compare(const struct dumps *d)
{
	struct picture sum = { .list = d->options->diag.json ? json_array() : NULL,
			       .first = IMG_NOWHERE, .odd = NOBODY };
	char why[400], cause[640];

	if (lengths_differ(d, cause, sizeof(cause)))
		return answer(d, &sum, false, cause);
	survey(d, &sum);
	explain(d, &sum, why, sizeof(why));
	snprintf(cause, sizeof(cause), "%llu of %llu sectors differ, in %llu bit%s: %s",
		 (unsigned long long)sum.sectors,
		 (unsigned long long)((d->size + SECTOR - 1) / SECTOR),
		 (unsigned long long)sum.bits, sum.bits == 1 ? "" : "s", why);
	return answer(d, &sum, !sum.sectors, cause);
}

/* A file is equal to itself; that two dumps agree is another matter. */
static void warn_of_doubles(const struct dumps *d)
{
	struct stat a, b;
	int i, k;

	for (i = 0; i < d->count; i++)
		for (k = 0; k < i; k++)
			if (!stat(d->path[i], &a) && !stat(d->path[k], &b) && S_ISREG(a.st_mode) &&
			    a.st_dev == b.st_dev && a.st_ino == b.st_ino)
				diag_warning(&d->options->diag, d->path[i],
					     "is the same file as %s, not another dump",
					     d->path[k]);
}

int compare_files(const struct options *o, char **paths, int count)
{
	struct dumps d = { .options = o, .path = paths, .size = IMG_SIZE_MAX };
	struct img_error err;
	int status = OPTIONS_GO;

	if (count > FILES_MAX)
		return diag_usage(&o->diag, "--same compares at most %d files", FILES_MAX);
	for (; d.count < count && status == OPTIONS_GO; d.count++) {
		if (io_open(paths[d.count], &d.img[d.count], &err) != IMG_OK) {
			status = diag_error(&o->diag, io_input_name(paths[d.count]), &err);
			break;
		}
		d.bytes[d.count] = img_bytes(d.img[d.count]);
		if (img_view_size(d.bytes[d.count]) < d.size)
			d.size = img_view_size(d.bytes[d.count]);
	}
	if (status == OPTIONS_GO) {
		warn_of_doubles(&d);
		status = compare(&d);
	}
	while (d.count)
		img_close(d.img[--d.count]);
	return status;
}
