/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images and chip parts against a manifest, also after the MAC address was changed. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/image_hashes.h"
#include "tools/common/io.h"
#include "tools/verify-hash/verify.h"

/* A file that is to be compared: what a manifest can know about it. */
struct candidate {
	uint64_t size;
	struct img_digest sha512;
	bool has_gbe_masked;
	struct img_digest gbe_masked;
};

/* masked: is the second hash wanted, because the first may not be enough? */
static enum img_status read_candidate(const char *path, bool masked, struct candidate *out,
				      struct img_error *err)
{
	struct candidate c = { .has_gbe_masked = false };
	struct img *img;
	enum img_status st = img_open(path, &img, err);

	if (st != IMG_OK)
		return st;
	c.size = img_size(img);
	st = img_digest(IMG_SHA512, img_bytes(img), &c.sha512, err);
	if (st == IMG_OK && masked)
		c.has_gbe_masked = image_hashes_gbe_masked(img_bytes(img), &c.gbe_masked);
	img_close(img);
	if (st == IMG_OK)
		*out = c;
	return st;
}

/* Where a file differs only in its GbE region, that is said: it is how a MAC is set. */
static bool matches(const struct candidate *c, uint64_t size, const struct img_digest *sha512,
		    const struct img_digest *gbe_masked, bool *other_mac)
{
	*other_mac = false;
	if (c->size != size)
		return false;
	if (img_digest_equal(&c->sha512, sha512))
		return true;
	*other_mac = true;
	return gbe_masked && c->has_gbe_masked && img_digest_equal(&c->gbe_masked, gbe_masked);
}

static bool image_matches(const struct manifest_image *image, const struct candidate *c,
			  bool *other_mac)
{
	return matches(c, image->size, &image->sha512,
		       image->has_gbe_masked ? &image->gbe_masked : NULL, other_mac);
}

static bool part_matches(const struct manifest_part *part, const struct candidate *c,
			 bool *other_mac)
{
	return matches(c, part->size, &part->sha512,
		       part->has_gbe_masked ? &part->gbe_masked : NULL, other_mac);
}

static void differs(struct account *a, const char *name, const struct candidate *c,
		    uint64_t size, const struct img_digest *expected, const char *list)
{
	char want[IMG_DIGEST_HEX], found[IMG_DIGEST_HEX];
	struct img_error err;

	img_digest_hex(expected, want);
	img_digest_hex(&c->sha512, found);
	if (c->size != size)
		img_fail(&err, IMG_E_MISMATCH, IMG_NOWHERE,
			 "%llu bytes long, expected %llu (%s)", (unsigned long long)c->size,
			 (unsigned long long)size, list);
	else
		img_fail(&err, IMG_E_MISMATCH, IMG_NOWHERE,
			 "sha512 differs: expected %s (%s), found %s", want, list, found);
	account_bad(a, name, &c->sha512, expected, &err);
}

/* --- --check: every file of the manifest that is here -------------------------------- */

struct beside {
	struct account *account;
	const char *list, *dir;
};

static char *path_of(const struct beside *b, const char *name, struct img_error *err)
{
	char *path = io_format("%s%s", b->dir, name);

	if (!path)
		img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	return path;
}

static bool is_here(const struct beside *b, const char *name)
{
	char *path = path_of(b, name, NULL);
	bool here = path && (access(path, F_OK) == 0 || errno != ENOENT);

	free(path);
	return here;
}

static void check_image_here(const struct beside *b, const struct manifest_image *image)
{
	struct candidate c;
	struct img_error err;
	char *path = path_of(b, image->name, &err);
	bool other_mac;

	if (!path || read_candidate(path, image->has_gbe_masked, &c, &err) != IMG_OK) {
		account_unread(b->account, image->name, &err, false);
	} else if (image_matches(image, &c, &other_mac)) {
		account_good(b->account, image->name, &c.sha512, NULL, other_mac);
	} else {
		differs(b->account, image->name, &c, image->size, &image->sha512, b->list);
	}
	free(path);
}

static void check_part_here(const struct beside *b, const struct manifest_part *part)
{
	struct candidate c;
	struct img_error err;
	char *path = path_of(b, part->name, &err);
	bool other_mac;

	if (!path || read_candidate(path, part->has_gbe_masked, &c, &err) != IMG_OK)
		account_unread(b->account, part->name, &err, false);
	else if (part_matches(part, &c, &other_mac))
		account_good(b->account, part->name, &c.sha512, NULL, other_mac);
	else
		differs(b->account, part->name, &c, part->size, &part->sha512, b->list);
	free(path);
}

/* An image is here as a whole, as all of its parts, or both; parts without the rest are not. */
static bool check_one_here(const struct beside *b, const struct manifest_image *image)
{
	bool whole = is_here(b, image->name), any = whole;
	struct img_error err;
	size_t i;

	if (whole)
		check_image_here(b, image);
	for (i = 0; i < image->part_count; i++)
		any = is_here(b, image->part[i].name) || any;
	for (i = 0; any && i < image->part_count; i++)
		if (is_here(b, image->part[i].name) ||
		    (!whole && !b->account->options->ignore_missing))
			check_part_here(b, &image->part[i]);
	if (any || b->account->options->ignore_missing)
		return any;
	if (stripped_instead(b->dir, image->name))
		img_fail(&err, IMG_E_ABSENT, IMG_NOWHERE,
			 "is there only as DO_NOT_FLASH_YET image, without its vendor files; put "
			 "them back with rom-inject");
	else
		img_fail(&err, IMG_E_ABSENT, IMG_NOWHERE,
			 "is not there, as a whole or in parts; %s names it", b->list);
	account_unread(b->account, image->name, &err, false);
	return false;
}

void check_manifest_list(struct account *a, const char *list, const char *dir,
			 const struct manifest *m)
{
	struct beside b = { a, list, dir };
	struct img_error err;
	bool any = false;
	size_t i;

	for (i = 0; i < m->image_count; i++)
		any = check_one_here(&b, &m->image[i]) || any;
	if (any || !a->options->ignore_missing)
		return;
	img_fail(&err, IMG_E_ABSENT, IMG_NOWHERE, "none of the files it names is here");
	account_trouble(a, list, &err);
}

/* --- --manifest: one file, whatever its name ----------------------------------------- */

/* What the file is, in words; owned. NULL: nothing that the manifest knows. */
static char *identify(const struct manifest *m, const struct candidate *c, bool *other_mac)
{
	size_t i, k;

	for (i = 0; i < m->image_count; i++) {
		const struct manifest_image *image = &m->image[i];

		if (image_matches(image, c, other_mac))
			return strdup(image->name);
		for (k = 0; k < image->part_count; k++) {
			const struct manifest_part *part = &image->part[k];

			if (part_matches(part, c, other_mac))
				return io_format("chip %s of %s", part->chip, image->name);
		}
	}
	return NULL;
}

/* The hash this file should have: by its name, else where only one has its size. */
static const struct img_digest *expected_of(const struct manifest *m, const char *path,
					    uint64_t size, uint64_t *expected_size)
{
	const char *base = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	const struct img_digest *only = NULL;
	size_t i, k, n = 0;

	for (i = 0; i < m->image_count; i++) {
		const struct manifest_image *image = &m->image[i];
		bool named = !strcmp(image->name, base);

		*expected_size = image->size;
		if (named)
			return &image->sha512;
		if (image->size == size && !n++)
			only = &image->sha512;
		for (k = 0; k < image->part_count; k++) {
			*expected_size = image->part[k].size;
			if (!strcmp(image->part[k].name, base))
				return &image->part[k].sha512;
			if (image->part[k].size == size && !n++)
				only = &image->part[k].sha512;
		}
	}
	*expected_size = size;
	return n == 1 ? only : NULL;
}

static void check_file(struct account *a, const char *path, const struct manifest *m)
{
	const char *list = io_input_name(a->options->manifest), *name = io_input_name(path);
	const struct img_digest *expected;
	char found[IMG_DIGEST_HEX], *as;
	struct candidate c;
	struct img_error err;
	bool other_mac;
	uint64_t size;

	if (read_candidate(path, true, &c, &err) != IMG_OK) {
		account_unread(a, name, &err, false);
		return;
	}
	as = identify(m, &c, &other_mac);
	if (as) {
		account_good(a, name, &c.sha512, as, other_mac);
		diag_detail(&a->options->diag, name, "is %s", as);
		free(as);
		return;
	}
	expected = expected_of(m, path, c.size, &size);
	if (expected) {
		differs(a, name, &c, size, expected, list);
		return;
	}
	img_digest_hex(&c.sha512, found);
	img_fail(&err, IMG_E_MISMATCH, IMG_NOWHERE,
		 "is no image and no part of one in %s: its sha512 is %s", list, found);
	account_bad(a, name, &c.sha512, NULL, &err);
}

static enum img_status read_manifest(const char *path, struct manifest **out,
				     struct img_error *err)
{
	struct img *text;
	enum img_status st = img_open(path, &text, err);

	if (st != IMG_OK)
		return st;
	st = manifest_parse(img_bytes(text), out, err);
	img_close(text);
	return st;
}

int check_against_manifest(const struct options *o, char **paths, int count)
{
	struct account a = account_begin(o);
	struct manifest *m = NULL;
	struct img_error err;
	int i;

	if (read_manifest(o->manifest, &m, &err) != IMG_OK)
		account_trouble(&a, io_input_name(o->manifest), &err);
	for (i = 0; m && i < count; i++)
		check_file(&a, paths[i], m);
	manifest_free(m);
	return account_end(&a);
}
