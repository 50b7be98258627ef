/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/hashlist.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { LINE_MAX_BYTES = 2 * HASHLIST_NAME_MAX + 256 };

struct hashlist {
	size_t count, room;
	struct hashlist_entry *entry;
};

static const enum img_digest_kind kinds[] = {
	IMG_MD5, IMG_SHA1, IMG_SHA224, IMG_SHA256, IMG_SHA384, IMG_SHA512,
};
enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

enum img_status hashlist_new(struct hashlist **out, struct img_error *err)
{
	struct hashlist *list = calloc(1, sizeof(*list));

	if (!list)
		return no_memory(err);
	*out = list;
	return IMG_OK;
}

void hashlist_free(struct hashlist *list)
{
	size_t i;

	if (!list)
		return;
	for (i = 0; i < list->count; i++)
		free(list->entry[i].name);
	free(list->entry);
	free(list);
}

static enum img_status add(struct hashlist *list, const char *name,
			   const struct img_digest *digest, unsigned line, struct img_error *err)
{
	struct hashlist_entry *larger;
	char *copy;

	if (list->count == HASHLIST_ENTRIES_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"a hash list of more than %d entries", HASHLIST_ENTRIES_MAX);
	if (list->count == list->room) {
		size_t room = list->room ? 2 * list->room : 16;

		larger = realloc(list->entry, room * sizeof(*larger));
		if (!larger)
			return no_memory(err);
		list->entry = larger;
		list->room = room;
	}
	copy = strdup(name);
	if (!copy)
		return no_memory(err);
	list->entry[list->count++] = (struct hashlist_entry){ copy, *digest, line };
	return IMG_OK;
}

enum img_status hashlist_add(struct hashlist *list, const char *name,
			     const struct img_digest *digest, struct img_error *err)
{
	return add(list, name, digest, 0, err);
}

size_t hashlist_count(const struct hashlist *list)
{
	return list->count;
}

const struct hashlist_entry *hashlist_at(const struct hashlist *list, size_t i)
{
	return i < list->count ? &list->entry[i] : NULL;
}

const char *hashlist_plain_name(const char *name)
{
	while (name[0] == '.' && name[1] == '/')
		for (name += 2; *name == '/'; name++)
			;
	return name;
}

bool hashlist_name_stays(const char *name)
{
	const char *p = name;
	size_t len;

	if (*name == '/')
		return false;
	for (;; p += len + 1) {
		len = strcspn(p, "/");
		if (len == 2 && p[0] == '.' && p[1] == '.')
			return false;
		if (!p[len])
			return true;
	}
}

const struct hashlist_entry *hashlist_find(const struct hashlist *list, const char *name)
{
	size_t i;

	for (i = 0; i < list->count; i++)
		if (!strcmp(hashlist_plain_name(list->entry[i].name), hashlist_plain_name(name)))
			return &list->entry[i];
	return NULL;
}

static int by_name(const struct hashlist_entry *a, const struct hashlist_entry *b)
{
	return strcmp(hashlist_plain_name(a->name), hashlist_plain_name(b->name));
}

/* --- reading ------------------------------------------------------------------------- */

static enum img_status bad_line(struct img_error *err, unsigned line, const char *what)
{
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "line %u: %s", line, what);
}

/* Undoes \n, \r and \\ in place. False: a lone or unknown backslash. */
static bool unescape(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text != '\\') {
			*to++ = *text;
			continue;
		}
		text++;
		if (*text != 'n' && *text != 'r' && *text != '\\')
			return false;
		*to++ = *text == 'n' ? '\n' : *text == 'r' ? '\r' : '\\';
	}
	*to = 0;
	return true;
}

/* "SHA512 (NAME) = HASH"; the last parenthesis ends the name, as coreutils reads it. */
static enum img_status read_bsd(char *text, unsigned line, char **name, struct img_digest *digest,
				struct img_error *err)
{
	char *open = strchr(text, '('), *close = strrchr(text, ')'), *hash;
	enum img_digest_kind kind;

	if (!open || !close || close < open)
		return bad_line(err, line,
				"is neither \"HASH  NAME\" nor \"SHA512 (NAME) = HASH\"");
	hash = close + 1 + strspn(close + 1, " ");
	if (*hash != '=')
		return bad_line(err, line, "has no = behind the name in parentheses");
	hash += 1 + strspn(hash + 1, " ");
	*close = 0;
	*name = open + 1;
	while (open > text && open[-1] == ' ')
		open--;
	*open = 0;
	if (!img_digest_kind_of(text, &kind))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"line %u: the algorithm %.40s is not known here", line, text);
	if (!img_digest_parse(kind, hash, digest))
		return bad_line(err, line, "the hash has not the digits that its algorithm makes");
	return IMG_OK;
}

/* "HASH  NAME" and its variants. False: the line does not begin with a hash. */
static bool read_gnu(char *text, char **name, struct img_digest *digest)
{
	size_t digits = strspn(text, "0123456789abcdefABCDEF"), i;

	if (text[digits] != ' ' && text[digits] != '\t')
		return false;
	for (i = 0; i < KINDS && 2 * img_digest_size(kinds[i]) != digits; i++)
		;
	if (i == KINDS)
		return false;
	text[digits] = 0;
	*name = text + digits + 1;
	if (**name == ' ' || **name == '*')
		++*name;
	return img_digest_parse(kinds[i], text, digest);
}

static enum img_status read_line(struct hashlist *list, char *text, unsigned line,
				 struct img_error *err)
{
	struct img_digest digest;
	bool escaped;
	enum img_status st = IMG_OK;
	char *name = NULL;

	text += strspn(text, " \t");
	if (!*text || *text == '#')
		return IMG_OK;
	escaped = *text == '\\';
	text += escaped;
	if (!read_gnu(text, &name, &digest))
		st = read_bsd(text, line, &name, &digest, err);
	if (st != IMG_OK)
		return st;
	if (escaped && !unescape(name))
		return bad_line(err, line, "has a backslash that escapes nothing");
	if (!*name)
		return bad_line(err, line, "has no name");
	if (strlen(name) > HASHLIST_NAME_MAX)
		return bad_line(err, line, "has a name of more than 4096 bytes");
	return add(list, name, &digest, line, err);
}

static int by_name_kind_line(const void *a, const void *b)
{
	const struct hashlist_entry *x = *(const struct hashlist_entry *const *)a;
	const struct hashlist_entry *y = *(const struct hashlist_entry *const *)b;
	int order = by_name(x, y);

	if (!order)
		order = (x->digest.kind > y->digest.kind) - (x->digest.kind < y->digest.kind);
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

/* One name with two hashes of one kind: whatever the file is, one of them is wrong. */
static enum img_status check_contradictions(const struct hashlist *list, struct img_error *err)
{
	const struct hashlist_entry **order = malloc(list->count * sizeof(const void *));
	enum img_status st = IMG_OK;
	size_t i;

	if (!order)
		return no_memory(err);
	for (i = 0; i < list->count; i++)
		order[i] = &list->entry[i];
	qsort(order, list->count, sizeof(const void *), by_name_kind_line);
	for (i = 1; i < list->count && st == IMG_OK; i++) {
		const struct hashlist_entry *a = order[i - 1], *b = order[i];

		if (!by_name(a, b) && a->digest.kind == b->digest.kind &&
		    !img_digest_equal(&a->digest, &b->digest))
			st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				      "line %u: %.200s has another hash on line %u", b->line,
				      b->name, a->line);
	}
	free(order);
	return st;
}

/* One line of text into buf, NUL-terminated, without its line end. */
static enum img_status copy_line(struct img_view text, uint64_t start, uint64_t len,
				 unsigned line, char buf[LINE_MAX_BYTES + 1],
				 struct img_error *err)
{
	enum img_status st;

	if (len > LINE_MAX_BYTES)
		return bad_line(err, line, "is too long for a line of a hash list");
	st = img_view_copy(text, start, buf, (size_t)len, err);
	if (st != IMG_OK)
		return st;
	if (memchr(buf, 0, (size_t)len))
		return bad_line(err, line, "has a NUL byte: this is no hash list");
	if (len && buf[len - 1] == '\r')
		len--;
	buf[len] = 0;
	return IMG_OK;
}

static enum img_status read_lines(struct hashlist *list, struct img_view text,
				  struct img_error *err)
{
	struct img_view newline = img_view_of("\n", 1);
	uint64_t start = 0, end, size = img_view_size(text);
	char buf[LINE_MAX_BYTES + 1];
	enum img_status st = IMG_OK;
	unsigned line;

	for (line = 1; start < size && st == IMG_OK; line++, start = end + 1) {
		if (!img_view_find(text, start, newline, &end))
			end = size;
		st = copy_line(text, start, end - start, line, buf, err);
		if (st == IMG_OK)
			st = read_line(list, buf, line, err);
	}
	return st;
}

enum img_status hashlist_parse(struct img_view text, struct hashlist **out, struct img_error *err)
{
	struct hashlist *list = NULL;
	enum img_status st;

	if (img_view_size(text) > HASHLIST_SIZE_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"over 8 MiB, which is too long for a hash list");
	st = hashlist_new(&list, err);
	if (st != IMG_OK)
		return st;
	st = read_lines(list, text, err);
	if (st == IMG_OK && !list->count)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no line with a hash and a name");
	if (st == IMG_OK)
		st = check_contradictions(list, err);
	if (st == IMG_OK)
		*out = list;
	else
		hashlist_free(list);
	return st;
}

/* --- writing ------------------------------------------------------------------------- */

static int by_name_and_place(const void *a, const void *b)
{
	const struct hashlist_entry *x = *(const struct hashlist_entry *const *)a;
	const struct hashlist_entry *y = *(const struct hashlist_entry *const *)b;
	int order = by_name(x, y);

	return order ? order : (x > y) - (x < y);	/* equal names keep their order */
}

enum img_status hashlist_sort(struct hashlist *list, struct img_error *err)
{
	const struct hashlist_entry **order = malloc((list->count + 1) * sizeof(const void *));
	struct hashlist_entry *sorted = malloc((list->count + 1) * sizeof(*sorted));
	size_t i;

	if (!order || !sorted) {
		free(order);
		free(sorted);
		return no_memory(err);
	}
	for (i = 0; i < list->count; i++)
		order[i] = &list->entry[i];
	qsort(order, list->count, sizeof(const void *), by_name_and_place);
	for (i = 0; i < list->count; i++)
		sorted[i] = *order[i];
	free(order);
	free(list->entry);
	list->entry = sorted;
	list->room = list->count + 1;
	return IMG_OK;
}

static void print_name(FILE *to, const char *name)
{
	for (; *name; name++) {
		if (*name == '\n' || *name == '\r' || *name == '\\')
			fprintf(to, "\\%c", *name == '\n' ? 'n' : *name == '\r' ? 'r' : '\\');
		else
			fputc(*name, to);
	}
}

static void print_entry(FILE *to, const struct hashlist_entry *e, enum hashlist_style style)
{
	char hex[IMG_DIGEST_HEX], kind[16];
	size_t i;

	img_digest_hex(&e->digest, hex);
	if (strpbrk(e->name, "\n\r\\"))
		fputc('\\', to);
	if (style == HASHLIST_GNU) {
		fprintf(to, "%s  ", hex);
		print_name(to, e->name);
		fputc('\n', to);
		return;
	}
	snprintf(kind, sizeof(kind), "%s", img_digest_name(e->digest.kind));
	for (i = 0; kind[i]; i++)
		kind[i] = kind[i] >= 'a' && kind[i] <= 'z' ? (char)(kind[i] - 'a' + 'A') : kind[i];
	fprintf(to, "%s (", kind);
	print_name(to, e->name);
	fprintf(to, ") = %s\n", hex);
}

enum img_status hashlist_print(const struct hashlist *list, enum hashlist_style style,
			       char **out, size_t *size, struct img_error *err)
{
	FILE *to = open_memstream(out, size);
	bool failed;
	size_t i;

	if (!to)
		return no_memory(err);
	for (i = 0; i < list->count; i++)
		print_entry(to, &list->entry[i], style);
	failed = ferror(to);
	if (fclose(to) || failed) {
		free(*out);
		return no_memory(err);
	}
	return IMG_OK;
}
