/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "tools/common/json.h"
#include "tools/common/manifest_rules.h"

/* --- rules --------------------------------------------------------------------------- */

bool manifest_text_good(const char *text)
{
	const unsigned char *p = (const unsigned char *)text;
	json_t *utf8;

	for (; *p; p++)
		if (*p < 0x20 || *p == 0x7f)
			return false;
	if (!*text || (const char *)p - text > MANIFEST_NAME_MAX)
		return false;
	utf8 = json_string(text);	/* NULL where it is not UTF-8 */
	json_decref(utf8);
	return utf8;
}

bool manifest_name_good(const char *name)
{
	return manifest_text_good(name) && !strchr(name, '/') && strcmp(name, ".") &&
	       strcmp(name, "..");
}

static enum img_status broken(struct img_error *err, const struct manifest_image *image,
			      const char *what)
{
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "the manifest's image %s: %s",
			image->name, what);
}

static enum img_status check_parts(const struct manifest_image *image, struct img_error *err)
{
	uint64_t end = 0;
	size_t i, k;

	for (i = 0; i < image->part_count; i++) {
		const struct manifest_part *p = &image->part[i];

		if (p->offset != end || end >= image->size || !p->size || p->size > IMG_SIZE_MAX)
			return broken(err, image, "its parts do not lie one behind the other");
		end += p->size;
		for (k = 0; k < i; k++)
			if (!strcmp(image->part[k].name, p->name) ||
			    !strcmp(image->part[k].chip, p->chip))
				return broken(err, image, "two of its parts have one name");
	}
	if (image->part_count && end < image->size)
		return broken(err, image, "its parts do not hold the whole of it");
	return IMG_OK;
}

static enum img_status check_image(const struct manifest_image *image, struct img_error *err)
{
	struct img_range whole = { 0, image->size };
	size_t i;

	if (!image->size || image->size > IMG_SIZE_MAX)
		return broken(err, image, "its size is not that of an image (1 byte to 128 MiB)");
	for (i = 0; i < image->piece_count; i++) {
		const struct manifest_piece *p = &image->piece[i];

		if (!img_range_holds(whole, (struct img_range){ p->offset, p->size }))
			return broken(err, image, "one of its pieces leaves it");
	}
	return check_parts(image, err);
}

/* Sorted by name: what manifest_print() wrote is, and so doubles are neighbours. */
enum img_status manifest_check(const struct manifest *m, struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; i < m->image_count && st == IMG_OK; i++) {
		st = check_image(&m->image[i], err);
		if (st == IMG_OK && i && strcmp(m->image[i - 1].name, m->image[i].name) >= 0)
			st = broken(err, &m->image[i],
				    "it is there twice or the images are not sorted");
	}
	return st;
}

/* --- reading ------------------------------------------------------------------------- */

/* A member that has to be there, of one type; NULL and the sentence if not. */
static json_t *member(json_t *object, const char *key, json_type type, enum img_status *st,
		      struct img_error *err)
{
	json_t *value = *st == IMG_OK ? json_object_get(object, key) : NULL;

	if (*st == IMG_OK && (!value || json_typeof(value) != type)) {
		*st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			       "the manifest has a \"%s\" that is missing or of the wrong type",
			       key);
		return NULL;
	}
	return value;
}

static const char *text_of(json_t *object, const char *key, bool name, enum img_status *st,
			   struct img_error *err)
{
	const char *text = json_string_value(member(object, key, JSON_STRING, st, err));

	if (*st == IMG_OK && !(name ? manifest_name_good(text) : manifest_text_good(text)))
		*st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			       "the manifest has a \"%s\" that is no plain name", key);
	return text;
}

static uint64_t number_of(json_t *object, const char *key, enum img_status *st,
			  struct img_error *err)
{
	json_int_t n = json_integer_value(member(object, key, JSON_INTEGER, st, err));

	if (*st == IMG_OK && (n < 0 || (uint64_t)n > IMG_SIZE_MAX))
		*st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			       "the manifest has a \"%s\" that is not within 128 MiB", key);
	return *st == IMG_OK ? (uint64_t)n : 0;
}

static struct img_digest digest_of(json_t *object, const char *key, enum img_status *st,
				   struct img_error *err)
{
	const char *hex = json_string_value(member(object, key, JSON_STRING, st, err));
	struct img_digest d = { .kind = IMG_SHA512 };

	if (*st == IMG_OK && !img_digest_parse(IMG_SHA512, hex, &d))
		*st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			       "the manifest has a \"%s\" that is not 128 hexadecimal digits", key);
	return d;
}

#define MASKED "gbe_masked_sha512"

/* The digest that may be missing; false: it is. */
static bool masked_of(json_t *object, struct img_digest *out, enum img_status *st,
		      struct img_error *err)
{
	if (*st != IMG_OK || !json_object_get(object, MASKED))
		return false;
	*out = digest_of(object, MASKED, st, err);
	return true;
}

/* Every member has to be one of keys, which end with NULL. */
static enum img_status check_keys(json_t *object, const char *const *keys, struct img_error *err)
{
	const char *key;
	json_t *value;
	size_t i;

	if (!json_is_object(object))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"the manifest has something else where an object should be");
	json_object_foreach(object, key, value) {
		for (i = 0; keys[i] && strcmp(key, keys[i]); i++)
			;
		if (!keys[i])
			return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
					"the manifest has a member \"%.40s\" that version %d does "
					"not know", key, MANIFEST_VERSION);
	}
	return IMG_OK;
}

static enum img_status read_part(struct manifest_image *image, json_t *object,
				 struct img_error *err)
{
	static const char *const keys[] = { "chip", "name", "offset", "size", "sha512", MASKED,
					    NULL };
	enum img_status st = check_keys(object, keys, err);
	const char *chip = text_of(object, "chip", false, &st, err);
	const char *name = text_of(object, "name", true, &st, err);
	struct img_range range = { number_of(object, "offset", &st, err),
				   number_of(object, "size", &st, err) };
	struct img_digest sha512 = digest_of(object, "sha512", &st, err), masked;
	const bool has_masked = masked_of(object, &masked, &st, err);

	return st == IMG_OK ? manifest_add_part(image, chip, name, range, &sha512,
						has_masked ? &masked : NULL, err)
			    : st;
}

static enum img_status read_piece(struct manifest_image *image, json_t *object,
				  struct img_error *err)
{
	static const char *const keys[] = { "name", "place", "offset", "size", "sha512", NULL };
	enum img_status st = check_keys(object, keys, err);
	const char *name = text_of(object, "name", true, &st, err);
	const char *place = text_of(object, "place", false, &st, err);
	struct img_range range = { number_of(object, "offset", &st, err),
				   number_of(object, "size", &st, err) };
	struct img_digest sha512 = digest_of(object, "sha512", &st, err);

	return st == IMG_OK ? manifest_add_piece(image, name, place, range, &sha512, err) : st;
}

/* Each element of an array that may be missing. */
static enum img_status read_list(struct manifest_image *image, json_t *object, const char *key,
				 enum img_status (*read)(struct manifest_image *, json_t *,
							 struct img_error *),
				 struct img_error *err)
{
	enum img_status st = IMG_OK;
	json_t *array;
	size_t i;

	if (!json_object_get(object, key))
		return IMG_OK;
	array = member(object, key, JSON_ARRAY, &st, err);
	for (i = 0; st == IMG_OK && i < json_array_size(array); i++)
		st = read(image, json_array_get(array, i), err);
	return st;
}

static enum img_status read_image(struct manifest *m, json_t *object, struct img_error *err)
{
	static const char *const keys[] = { "name", "size", "sha512", MASKED, "parts", "pieces",
					    NULL };
	enum img_status st = check_keys(object, keys, err);
	const char *name = text_of(object, "name", true, &st, err);
	uint64_t size = number_of(object, "size", &st, err);
	struct img_digest sha512 = digest_of(object, "sha512", &st, err);
	struct manifest_image *image;

	if (st == IMG_OK)
		st = manifest_add_image(m, name, size, &sha512, &image, err);
	if (st == IMG_OK)
		image->has_gbe_masked = masked_of(object, &image->gbe_masked, &st, err);
	if (st == IMG_OK)
		st = read_list(image, object, "parts", read_part, err);
	if (st == IMG_OK)
		st = read_list(image, object, "pieces", read_piece, err);
	return st;
}

static enum img_status read_root(struct manifest *m, json_t *root, struct img_error *err)
{
	static const char *const keys[] = { "romwright_manifest", "board", "images", NULL };
	json_t *version = json_object_get(root, "romwright_manifest"), *images;
	enum img_status st;
	const char *board;
	size_t i;

	if (!json_is_integer(version))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"JSON without \"romwright_manifest\": not a manifest");
	if (json_integer_value(version) != MANIFEST_VERSION)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"a manifest of version %lld; this program reads version %d",
				(long long)json_integer_value(version), MANIFEST_VERSION);
	st = check_keys(root, keys, err);
	if (st == IMG_OK && json_object_get(root, "board")) {
		board = text_of(root, "board", false, &st, err);
		m->board = st == IMG_OK ? strdup(board) : NULL;
		if (st == IMG_OK && !m->board)
			st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	images = member(root, "images", JSON_ARRAY, &st, err);
	for (i = 0; st == IMG_OK && i < json_array_size(images); i++)
		st = read_image(m, json_array_get(images, i), err);
	return st == IMG_OK ? manifest_check(m, err) : st;
}

enum img_status manifest_parse(struct img_view text, struct manifest **out, struct img_error *err)
{
	struct manifest *m;
	json_error_t json;
	enum img_status st;
	json_t *root;

	if (img_view_size(text) > MANIFEST_SIZE_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"over 4 MiB, which is too long for a manifest");
	root = json_loadb((const char *)img_view_data(text), img_view_size(text),
			  JSON_REJECT_DUPLICATES, &json);
	if (!root)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "line %d of the manifest: %s",
				json.line, json.text);
	st = manifest_new(NULL, &m, err);
	if (st == IMG_OK) {
		st = read_root(m, root, err);
		if (st == IMG_OK)
			*out = m;
		else
			manifest_free(m);
	}
	json_decref(root);
	return st;
}

bool manifest_recognise(struct img_view text)
{
	uint8_t byte;
	size_t i;

	for (i = 0; i < img_view_size(text); i++) {
		if (img_view_copy(text, i, &byte, 1, NULL) != IMG_OK)
			return false;
		if (!strchr(" \t\r\n", byte) || !byte)
			return byte == '{';
	}
	return false;
}
