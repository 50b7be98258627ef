/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lists of hashes as people and release scripts write them, one file a line:
 *
 *	HASH  NAME		GNU coreutils (sha512sum and its sisters); also "HASH *NAME",
 *				and "HASH NAME" with one space
 *	\HASH  NA\nME		GNU, a name with a newline (\n), return (\r) or backslash (\\)
 *	SHA512 (NAME) = HASH	BSD, and sha512sum --tag; the same escapes after a leading \
 *	HASH  ./NAME		lbmk's vendorhashes (SHA-512) and older blobhashes (SHA-1)
 *
 * In GNU lines the number of digits tells the algorithm. Blank lines and lines that begin
 * with # are passed over, a carriage return at the end of a line is dropped. Anything else
 * is an error: a list with a damaged line is a damaged list.
 */
#ifndef TOOLS_COMMON_HASHLIST_H
#define TOOLS_COMMON_HASHLIST_H

#include "libimg/core/digest.h"

#define HASHLIST_SIZE_MAX ((size_t)8 << 20)	/* bytes of a list */
#define HASHLIST_ENTRIES_MAX 65536
#define HASHLIST_NAME_MAX 4096			/* bytes of a name */

enum hashlist_style {
	HASHLIST_GNU,
	HASHLIST_BSD,
};

struct hashlist_entry {
	char *name;		/* as written, escapes undone; never empty */
	struct img_digest digest;
	unsigned line;		/* counted from 1; 0 where it was not read from a list */
};

struct hashlist;

/*
 * *out is owned. IMG_E_CORRUPT: a line that is none of the above, or one that contradicts an
 * earlier one about the same name; the sentence has the line's number. IMG_E_UNSUPPORTED: a
 * BSD line of an algorithm we do not know. IMG_E_SPACE: over one of the limits above.
 * IMG_E_ABSENT: no entry at all.
 */
enum img_status hashlist_parse(struct img_view text, struct hashlist **out, struct img_error *err)
	IMG_CHECKED;

/* An empty list, to be filled. */
enum img_status hashlist_new(struct hashlist **out, struct img_error *err) IMG_CHECKED;
enum img_status hashlist_add(struct hashlist *list, const char *name,
			     const struct img_digest *digest, struct img_error *err) IMG_CHECKED;
void hashlist_free(struct hashlist *list);	/* NULL is fine */

/* Entries in the order of the list; borrowed. */
size_t hashlist_count(const struct hashlist *list);
const struct hashlist_entry *hashlist_at(const struct hashlist *list, size_t i);

/* The first entry of that name, or NULL; a leading "./" on either side does not count. */
const struct hashlist_entry *hashlist_find(const struct hashlist *list, const char *name);

/* By name, bytewise, a leading "./" not counted; equal names keep their order. */
enum img_status hashlist_sort(struct hashlist *list, struct img_error *err) IMG_CHECKED;

/* The whole list as text, owned (free()), in its present order. */
enum img_status hashlist_print(const struct hashlist *list, enum hashlist_style style,
			       char **out, size_t *size, struct img_error *err) IMG_CHECKED;

/* The name without a leading "./"; borrowed. */
const char *hashlist_plain_name(const char *name);

/* A name of a list is used below the list's directory: not absolute, no ".." in it. */
bool hashlist_name_stays(const char *name);

#endif
