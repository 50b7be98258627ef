/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/store/journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/save.h"
#include "tools/common/io.h"
#include "tools/common/lines.h"

#define FIRST_LINE "romwright-journal 1"
#define FILE_MAX ((uint64_t)4 << 20)
#define PAGE 256u
#define PIECE 65536u	/* whole pages */

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

enum img_status journal_name(const char *id, const char *job, char **out, struct img_error *err)
{
	struct img_digest digest;
	char hex[IMG_DIGEST_HEX];
	enum img_status st = img_digest(IMG_SHA256, img_view_of(job, strlen(job)), &digest, err);

	if (st != IMG_OK)
		return st;
	img_digest_hex(&digest, hex);
	*out = io_format("%s-%s.journal", id, hex);
	return *out ? IMG_OK : no_memory(err);
}

/* --- reading ---------------------------------------------------------------------------- */

static enum img_status corrupt(struct img_error *err)
{
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "is no journal of a write");
}

static bool take_block(struct journal *j, const char *text)
{
	char *end;
	const uint64_t start = strtoull(text, &end, 16);
	const uint64_t size = *end == ' ' ? strtoull(end + 1, &end, 16) : 0;

	if (*end || !size || size > IMG_SIZE_MAX || start > IMG_SIZE_MAX - size ||
	    j->count == JOURNAL_BLOCKS_MAX)
		return false;
	j->block[j->count++] = (struct img_range){ start, size };
	return true;
}

static bool take_original(struct journal *j, const char *text)
{
	struct img_digest digest;

	if (!img_digest_parse(IMG_SHA256, text, &digest))
		return false;
	img_digest_hex(&digest, j->original);
	return true;
}

static bool take_line(struct journal *j, const char *line)
{
	if (!strncmp(line, "date ", 5))
		return snprintf(j->date, sizeof(j->date), "%s", line + 5) < (int)sizeof(j->date);
	if (!strncmp(line, "original ", 9))
		return take_original(j, line + 9);
	if (!strncmp(line, "block ", 6))
		return take_block(j, line + 6);
	return false;
}

/* The last line counts only with its end. */
static struct img_view whole_lines(struct img_view text)
{
	size_t size = img_view_size(text);
	const uint8_t *bytes = img_view_data(text);

	while (size && bytes[size - 1] != '\n')
		size--;
	return img_view_of(bytes, size);
}

static enum img_status parse(struct img_view text, struct journal *j, struct img_error *err)
{
	struct lines lines = lines_of(whole_lines(text));
	struct img_view line;
	char buffer[160];

	if (!lines_next(&lines, &line) || !line_text(line, buffer, sizeof(buffer)) ||
	    strcmp(buffer, FIRST_LINE))
		return corrupt(err);
	j->block = calloc(JOURNAL_BLOCKS_MAX, sizeof(*j->block));
	if (!j->block)
		return no_memory(err);
	while (lines_next(&lines, &line))
		if (!line_text(line, buffer, sizeof(buffer)) || !take_line(j, buffer))
			return corrupt(err);
	return j->original[0] ? IMG_OK : corrupt(err);
}

enum img_status journal_load(const struct state *s, const char *name, struct journal *out,
			     struct img_error *err)
{
	char *path = state_path(s, JOURNAL_FOLDER, name);
	struct img *file = NULL;
	enum img_status st;

	*out = (struct journal){ 0 };
	if (!path)
		return no_memory(err);
	st = state_read(s, path, FILE_MAX, &file, err);
	if (st == IMG_OK) {
		st = parse(img_bytes(file), out, err);
		if (st != IMG_OK)
			img_error_prefix(err, "%s", path);
		img_close(file);
	}
	free(path);
	if (st != IMG_OK)
		journal_free(out);
	return st;
}

void journal_free(struct journal *j)
{
	free(j->block);
	*j = (struct journal){ 0 };
}

/* --- is it about this chip? ------------------------------------------------------------- */

static struct img_view part(struct img_view v, struct img_range range)
{
	struct img_view out = img_view_of(NULL, 0);

	if (img_view_slice(v, range.start, range.size, &out, NULL) != IMG_OK)
		return img_view_of(NULL, 0);
	return out;
}

/* The three sides of the question. The original is a file, of which a piece at a time is read. */
struct sides {
	const struct img *original;
	struct img_view wanted, now;
	bool unread;			/* a piece could not be had */
};

typedef bool judge_fn(struct img_view original, struct img_view wanted, struct img_view now);

/* Does it hold for every piece of the range? */
static bool holds(struct sides *s, struct img_range range, judge_fn *judge)
{
	const uint64_t end = img_range_end(range);
	uint8_t bytes[PIECE];
	uint64_t at, n;

	for (at = range.start; at < end; at += n) {
		struct img_span original;

		n = end - at < PIECE ? end - at : PIECE;
		original = img_span_of(bytes, (size_t)n);
		s->unread = s->unread || img_peek(s->original, at, original, NULL) != IMG_OK;
		if (s->unread || !judge(img_span_view(original),
					part(s->wanted, (struct img_range){ at, n }),
					part(s->now, (struct img_range){ at, n })))
			return false;
	}
	return true;
}

static bool is_original(struct img_view original, struct img_view wanted, struct img_view now)
{
	(void)wanted;
	return img_view_equal(original, now);
}

static bool wants_nothing(struct img_view original, struct img_view wanted, struct img_view now)
{
	(void)now;
	return img_view_equal(original, wanted);
}

static bool is_between(struct img_view original, struct img_view wanted, struct img_view now)
{
	uint64_t at;

	for (at = 0; at < img_view_size(now); at += PAGE) {
		const uint64_t left = img_view_size(now) - at;
		const struct img_range range = { at, left < PAGE ? left : PAGE };
		const struct img_view page = part(now, range);

		/* So looks an erase, or a program, that was cut short. */
		if (!img_view_only_clears(page, part(original, range)) &&
		    !img_view_only_clears(page, part(wanted, range)))
			return false;
	}
	return true;
}

/* What all lines but the last name is finished; the last one may be anything between. */
static bool finished_is_right(const struct journal *j, struct sides *s, size_t *proofs)
{
	size_t i;

	*proofs = 0;
	for (i = 0; i + 1 < j->count; i++) {
		const struct img_range b = j->block[i];

		if (img_range_overlap(b, j->block[j->count - 1]))
			continue;
		if (!img_view_equal(part(s->now, b), part(s->wanted, b)))
			return false;
		*proofs += !holds(s, b, wants_nothing);
	}
	return true;
}

/* Is everything outside of the blocks, which are sorted, as it was? */
static bool gaps_are_original(const struct img_range *block, size_t count, struct sides *s)
{
	const uint64_t size = img_view_size(s->now);
	uint64_t at = 0, next;
	bool same = true;
	size_t i;

	for (i = 0; same && i <= count; i++) {
		next = i < count ? block[i].start : size;
		if (next > at)
			same = holds(s, (struct img_range){ at, next - at }, is_original);
		if (i < count && img_range_end(block[i]) > at)
			at = img_range_end(block[i]);
		same = same && at <= size;
	}
	return same;
}

static bool rest_is_original(const struct journal *j, struct sides *s)
{
	struct img_range *block = calloc(j->count, sizeof(*block));
	bool same;

	if (!block)
		return false;
	memcpy(block, j->block, j->count * sizeof(*block));
	qsort(block, j->count, sizeof(*block), img_range_by_start);
	same = img_size(s->original) == img_view_size(s->now) &&
	       gaps_are_original(block, j->count, s);
	free(block);
	return same;
}

bool journal_explains(const struct journal *j, const struct img *original, struct img_view wanted,
		      struct img_view now)
{
	struct sides s = { .original = original, .wanted = wanted, .now = now };
	size_t proofs;

	if (!j->count || !rest_is_original(j, &s) || !finished_is_right(j, &s, &proofs))
		return false;
	/* An erase that lost its power leaves what no rule foresees: then only blocks that are
	 * finished prove that this is the chip. */
	return (proofs || holds(&s, j->block[j->count - 1], is_between)) && !s.unread;
}

/* --- writing ---------------------------------------------------------------------------- */

static void print_block(struct img_range block, char line[64])
{
	snprintf(line, 64, "block 0x%08llx 0x%08llx\n", (unsigned long long)block.start,
		 (unsigned long long)block.size);
}

/* All that is known already, as one text: what a crash cut off is not in it. */
static char *print(const struct journal *j)
{
	char *text = NULL, line[64];
	size_t size, i;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return NULL;
	fprintf(to, FIRST_LINE "\ndate %s\noriginal %s\n", j->date, j->original);
	for (i = 0; i < j->count; i++) {
		print_block(j->block[i], line);
		fputs(line, to);
	}
	if (!fclose(to))
		return text;
	free(text);
	return NULL;
}

enum img_status journal_begin(const struct state *s, const char *name, const struct journal *j,
			      int *out, struct img_error *err)
{
	char *path = state_path(s, JOURNAL_FOLDER, name), *text = print(j);
	enum img_status st = path && text ? state_make(s, JOURNAL_FOLDER, err) : no_memory(err);

	if (st == IMG_OK)
		st = state_save(s, path, img_view_of(text, strlen(text)), IMG_SAVE_REPLACE, err);
	if (st == IMG_OK)
		st = state_open_log(s, path, out, err);
	free(text);
	free(path);
	return st;
}

enum img_status journal_block(int fd, struct img_range block, struct img_error *err)
{
	char line[64];

	print_block(block, line);
	return state_append(fd, line, err);
}

enum img_status journal_end(const struct state *s, const char *name, struct img_error *err)
{
	char *path = state_path(s, JOURNAL_FOLDER, name);
	enum img_status st = path ? state_remove(s, path, err) : no_memory(err);

	free(path);
	return st;
}

/* --- all of them ------------------------------------------------------------------------ */

struct visit {
	const char *id;			/* NULL: of any chip */
	const char *original;		/* NULL: of any content */
	bool end;			/* end them */
	size_t found;
};

static bool is_of(const char *name, const char *id)
{
	const size_t n = id ? strlen(id) : 0;

	return !id || (!strncmp(name, id, n) && name[n] == '-');
}

static enum img_status visit(const struct state *s, struct visit *v, struct img_error *err)
{
	char **names;
	size_t count, i;
	enum img_status st = state_list(s, JOURNAL_FOLDER, ".journal", &names, &count, err);

	for (i = 0; i < count; i++) {
		struct journal j;
		bool hit = is_of(names[i], v->id);

		if (st == IMG_OK && hit && v->original) {
			hit = journal_load(s, names[i], &j, NULL) == IMG_OK;
			hit = hit && !strcmp(j.original, v->original);
			journal_free(&j);
		}
		if (st == IMG_OK && hit) {
			v->found++;
			st = v->end ? journal_end(s, names[i], err) : IMG_OK;
		}
		free(names[i]);
	}
	free(names);
	return st;
}

bool journal_any(const struct state *s, const char *id)
{
	struct visit v = { .id = id };

	return s->root && visit(s, &v, NULL) == IMG_OK && v.found;
}

bool journal_needs(const struct state *s, const char *original)
{
	struct visit v = { .original = original };

	return visit(s, &v, NULL) != IMG_OK || v.found;
}

enum img_status journal_end_of(const struct state *s, const char *id, const char *original,
			       struct img_error *err)
{
	struct visit v = { .id = id, .original = original, .end = true };

	return visit(s, &v, err);
}
