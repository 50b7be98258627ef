/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order of parts, and whether they are whole, by a manifest that lists them. */
#include <stdlib.h>
#include <string.h>

#include "tools/common/manifest_beside.h"
#include "tools/join/join.h"

enum img_status join_hash(struct join *j, struct join_error *e)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; i < j->count && st == IMG_OK && !j->hashed; i++) {
		e->file = j->path[i];
		st = img_digest(IMG_SHA512, img_bytes(j->img[i]), &j->sha512[i], &e->error);
	}
	j->hashed = st == IMG_OK;
	return st;
}

static bool is_part(const struct join *j, size_t i, const struct manifest_part *p)
{
	return img_size(j->img[i]) == p->size && img_digest_equal(&j->sha512[i], &p->sha512);
}

/* How the parts given fit one image of a manifest. */
struct fit {
	const struct manifest_image *image;
	size_t listed;			/* parts given that it lists */
	size_t found;			/* of its parts, how many were given */
	size_t order[IMG_PARTS_MAX];	/* for each of its parts, which one was given */
	const struct manifest_part *missing;	/* one of the others, or NULL */
};

static struct fit fit_image(const struct join *j, const struct manifest_image *image)
{
	struct fit fit = { .image = image };
	bool used[IMG_PARTS_MAX] = { false };
	size_t i, k;

	for (k = 0; k < image->part_count; k++) {
		for (i = 0; i < j->count; i++)
			if (!used[i] && is_part(j, i, &image->part[k]))
				break;
		if (i == j->count || k >= IMG_PARTS_MAX) {
			fit.missing = &image->part[k];
			continue;
		}
		used[i] = true;
		fit.order[k] = i;
		fit.found++;
	}
	for (i = 0; i < j->count; i++)
		fit.listed += used[i];
	return fit;
}

static bool is_whole(const struct join *j, const struct fit *fit)
{
	return fit->image && fit->listed == j->count && fit->found == fit->image->part_count;
}

/* The image that lists most of the parts. */
static struct fit best_fit(const struct join *j, const struct manifest *m)
{
	struct fit best = { .image = NULL }, fit;
	size_t i;

	for (i = 0; i < m->image_count; i++) {
		fit = fit_image(j, &m->image[i]);
		if (fit.listed > best.listed || (fit.listed && is_whole(j, &fit)))
			best = fit;
		if (is_whole(j, &best))
			break;
	}
	return best;
}

/* Takes over the manifest and the order in it. */
static void use(struct join *j, const struct fit *fit)
{
	size_t k;

	j->by = "manifest";
	j->listed = fit->image;
	j->parts.count = fit->image->part_count;
	for (k = 0; k < fit->image->part_count; k++) {
		const struct manifest_part *p = &fit->image->part[k];
		uint64_t left = fit->image->size - p->offset;

		j->order[k] = fit->order[k];
		j->parts.part[k].range = (struct img_range){ p->offset,
							     left < p->size ? left : p->size };
		j->parts.part[k].chip_size = p->size;
	}
}

/* A part with the name of a listed one and other bytes: damaged, or changed since. */
static enum img_status check_name(const struct join *j, size_t i, const struct manifest *m,
				  const char *list, struct join_error *e)
{
	const char *slash = strrchr(j->path[i], '/');
	char expected[IMG_DIGEST_HEX], found[IMG_DIGEST_HEX];
	size_t n, k;

	for (n = 0; n < m->image_count; n++)
		for (k = 0; k < m->image[n].part_count; k++) {
			const struct manifest_part *p = &m->image[n].part[k];

			if (strcmp(p->name, slash ? slash + 1 : j->path[i]) || is_part(j, i, p))
				continue;
			e->file = j->path[i];
			img_digest_hex(&p->sha512, expected);
			img_digest_hex(&j->sha512[i], found);
			return img_fail(&e->error, IMG_E_MISMATCH, IMG_NOWHERE,
					"is not what %s says: expected sha512 %s, found %s; if "
					"it was changed on purpose, join with --in-order",
					list, expected, found);
		}
	return IMG_OK;
}

static enum img_status is_missing(const struct join *j, const struct fit *fit, const char *list,
				  struct join_error *e)
{
	size_t i, k;

	e->file = NULL;
	for (i = 0; i < j->count; i++)
		for (k = 0; k < i; k++)
			if (img_digest_equal(&j->sha512[i], &j->sha512[k]))
				return img_fail(&e->error, IMG_E_REFUSED, IMG_NOWHERE,
						"%s and %s are the same part (join-parts)",
						j->path[k], j->path[i]);
	return img_fail(&e->error, IMG_E_REFUSED, IMG_NOWHERE,
			"part %s (%s, %llu bytes) of %s is missing, says %s (join-parts)",
			fit->missing->chip, fit->missing->name,
			(unsigned long long)fit->missing->size, fit->image->name, list);
}

enum img_status join_by_given_manifest(struct join *j, struct join_error *e)
{
	const char *list = j->manifest_path;
	enum img_status st = join_hash(j, e);
	struct fit fit;
	size_t i, k;

	if (st != IMG_OK)
		return st;
	fit = best_fit(j, j->manifest);
	if (is_whole(j, &fit)) {
		use(j, &fit);
		return IMG_OK;
	}
	for (i = 0; i < j->count && st == IMG_OK; i++)
		st = check_name(j, i, j->manifest, list, e);
	if (st != IMG_OK)
		return st;
	if (fit.listed == j->count)
		return is_missing(j, &fit, list, e);
	for (i = 0; i < j->count; i++) {
		for (k = 0; fit.image && k < fit.image->part_count; k++)
			if (is_part(j, i, &fit.image->part[k]))
				break;
		if (fit.image && k < fit.image->part_count)
			continue;
		e->file = j->path[i];
		return img_fail(&e->error, IMG_E_REFUSED, IMG_NOWHERE,
				"is no part of an image that %s lists together with the others "
				"(join-parts)", list);
	}
	return is_missing(j, &fit, list, e);
}

/* --- beside the parts ---------------------------------------------------------------- */

/* What one manifest says. ABSENT: nothing about these parts. */
static enum img_status consult(struct join *j, const char *path, struct manifest *m,
			       struct join_error *e)
{
	struct fit fit = best_fit(j, m);
	enum img_status st = IMG_OK;
	size_t i;

	if (is_whole(j, &fit)) {
		use(j, &fit);
		return IMG_OK;
	}
	for (i = 0; i < j->count && st == IMG_OK; i++)
		st = check_name(j, i, m, path, e);
	if (st != IMG_OK)
		return st;
	return fit.listed && fit.listed == j->count ? is_missing(j, &fit, path, e) : IMG_E_ABSENT;
}

/* Remembers which image each part is listed under, for those that fit none together. */
static void remember(struct join *j, const struct manifest *m)
{
	size_t i, n, k;

	for (i = 0; i < j->count; i++)
		for (n = 0; n < m->image_count; n++)
			for (k = 0; k < m->image[n].part_count && !j->of[i]; k++)
				if (is_part(j, i, &m->image[n].part[k]))
					j->of[i] = strdup(m->image[n].name);
}

struct search {
	struct join *join;
	struct join_error *error;
	enum img_status answer;
};

/* Keeps the manifest that is used; the first complaint stands until one fits. */
static bool take(void *ctx, const char *path, struct manifest *m)
{
	struct search *s = ctx;
	struct join_error mine;
	enum img_status st = join_hash(s->join, &mine);

	if (st == IMG_OK)
		st = consult(s->join, path, m, &mine);
	if (st == IMG_OK) {
		s->join->manifest = m;
		s->join->manifest_path = strdup(path);
		s->answer = IMG_OK;
		return true;
	}
	if (st == IMG_E_ABSENT)
		remember(s->join, m);
	manifest_free(m);
	if (st != IMG_E_ABSENT && s->answer == IMG_E_ABSENT) {
		*s->error = mine;
		s->answer = st;
	}
	return false;
}

/* Every part is known, but no image has them all: they are of two images. */
static enum img_status check_mixed(const struct join *j, struct join_error *e)
{
	size_t i;

	for (i = 0; i < j->count; i++)
		if (!j->of[i])
			return IMG_E_ABSENT;
	for (i = 1; i < j->count && !strcmp(j->of[0], j->of[i]); i++)
		;
	if (i == j->count)
		return IMG_E_ABSENT;
	e->file = NULL;
	return img_fail(&e->error, IMG_E_REFUSED, IMG_NOWHERE,
			"%s is a part of %s, but %s of %s, say their manifests (join-parts)",
			j->path[0], j->of[0], j->path[i], j->of[i]);
}

enum img_status join_by_manifest_beside(struct join *j, struct join_error *e)
{
	struct search s = { j, e, IMG_E_ABSENT };
	char *dir, *before = NULL;
	size_t i;

	for (i = 0; i < j->count && s.answer != IMG_OK; i++) {
		if (!strcmp(j->path[i], "-"))
			continue;
		dir = manifest_directory(j->path[i]);
		if (dir && (!before || strcmp(dir, before)))
			manifest_each_in(dir, take, &s);
		free(before);
		before = dir;
	}
	free(before);
	return s.answer == IMG_E_ABSENT ? check_mixed(j, e) : s.answer;
}
