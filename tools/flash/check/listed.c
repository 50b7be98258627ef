/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/listed.h"

#include <stdlib.h>
#include <string.h>

#include "tools/common/image_hashes.h"
#include "tools/common/manifest_beside.h"
#include "tools/flash/check/allow.h"

#define MISMATCH "manifest-mismatch"
#define ROLE "chip-role"

/* What a manifest says about a file. */
struct said {
	uint64_t size;
	const struct img_digest *sha512;
	const struct img_digest *gbe_masked;	/* NULL: nothing */
	const char *chip;			/* NULL: it is a whole image */
};

struct search {
	struct flash *f;
	const char *name;		/* of the file, without its directory */
	bool hashed;
	struct img_digest sha512;
	enum img_status answer;		/* IMG_E_ABSENT: no manifest names it */
	struct img_error err;		/* of the first that says something else */
};

static bool is_listed(struct search *s, const struct said *said)
{
	const struct img_view bytes = img_bytes(s->f->image);
	struct img_digest masked;

	if (img_view_size(bytes) != said->size)
		return false;
	return img_digest_equal(&s->sha512, said->sha512) ||
	       (said->gbe_masked && image_hashes_gbe_masked(bytes, &masked) &&
		img_digest_equal(&masked, said->gbe_masked));
}

static enum img_status refuse(struct search *s, const struct said *said, const char *path)
{
	char expected[IMG_DIGEST_HEX], found[IMG_DIGEST_HEX];

	if (img_size(s->f->image) != said->size)
		return img_fail(&s->err, IMG_E_REFUSED, IMG_NOWHERE,
				"has %llu bytes, and %llu when %s was made: not all of it is "
				"here, or it is another file; --allow=" MISMATCH " writes it "
				"all the same (" MISMATCH ")",
				(unsigned long long)img_size(s->f->image),
				(unsigned long long)said->size, path);
	img_digest_hex(said->sha512, expected);
	img_digest_hex(&s->sha512, found);
	return img_fail(&s->err, IMG_E_REFUSED, IMG_NOWHERE,
			"is not what %s says, so it was damaged, or changed since: expected sha512 "
			"%s, found %s; --allow=" MISMATCH " writes it all the same (" MISMATCH ")",
			path, expected, found);
}

/* Parts have the board's names for its chips only where it was named to rom-split, too. */
static bool has_chip(const struct img_board *b, const char *name)
{
	size_t i;

	for (i = 0; b && i < b->chip_count; i++)
		if (!strcmp(b->chip[i].name, name))
			return true;
	return false;
}

/* With a board one chip may be named: is it the part's? */
static enum img_status ask_role(struct search *s, const struct said *said, const char *path)
{
	const struct flash *f = s->f;
	size_t i;

	if (f->guided || flash_allowed(f, ROLE) || !said->chip ||
	    !has_chip(f->board, said->chip))
		return IMG_OK;
	for (i = 0; i < f->jobs; i++)
		if (!f->job[i].joined && strcmp(f->job[i].name, said->chip))
			return img_fail(&s->err, IMG_E_REFUSED, IMG_NOWHERE,
					"is the part for %s, says %s, and would go to %s "
					"(" ROLE ")", said->chip, path, f->job[i].name);
	return IMG_OK;
}

/* The first complaint stands until a manifest fits. */
static void judge(struct search *s, const struct said *said, const char *path)
{
	struct flash *f = s->f;
	enum img_status st = IMG_OK;

	if (s->answer == IMG_OK)
		return;
	if (!s->hashed)
		st = img_digest(IMG_SHA512, img_bytes(f->image), &s->sha512, &s->err);
	s->hashed = st == IMG_OK;
	if (st != IMG_OK) {
		s->answer = st;
		return;
	}
	if (is_listed(s, said)) {
		diag_detail(&f->diag, f->options.file, "is what %s says", path);
		s->answer = ask_role(s, said, path);
	} else if (s->answer == IMG_E_ABSENT) {
		s->answer = refuse(s, said, path);
	}
}

static void ask_image(struct search *s, const struct manifest_image *image, const char *path)
{
	const struct said whole = { image->size, &image->sha512,
				    image->has_gbe_masked ? &image->gbe_masked : NULL, NULL };
	size_t i;

	if (!strcmp(image->name, s->name))
		judge(s, &whole, path);
	for (i = 0; i < image->part_count; i++) {
		const struct manifest_part *p = &image->part[i];
		const struct said part = { p->size, &p->sha512,
					   p->has_gbe_masked ? &p->gbe_masked : NULL, p->chip };

		if (!strcmp(p->name, s->name))
			judge(s, &part, path);
	}
}

static bool ask(void *ctx, const char *path, struct manifest *m)
{
	struct search *s = ctx;
	size_t i;

	for (i = 0; i < m->image_count; i++)
		ask_image(s, &m->image[i], path);
	manifest_free(m);
	return s->answer == IMG_OK;
}

enum img_status flash_listed(struct flash *f)
{
	const char *file = f->options.file, *slash = strrchr(file, '/');
	struct search s = { .f = f, .name = slash ? slash + 1 : file, .answer = IMG_E_ABSENT };
	char *directory;

	if (!strcmp(file, "-") || flash_allowed(f, MISMATCH))
		return IMG_OK;
	f->about = file;
	directory = manifest_directory(file);
	if (!directory)
		return img_fail(&f->err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	manifest_each_in(directory, ask, &s);
	free(directory);
	if (s.answer == IMG_OK || s.answer == IMG_E_ABSENT)
		return IMG_OK;
	f->err = s.err;
	return s.answer;
}
