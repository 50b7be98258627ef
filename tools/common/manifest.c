/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Manifests in memory and as text; manifest_read.c reads the text of others. */
#include "tools/common/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "tools/common/json.h"
#include "tools/common/manifest_rules.h"

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* --- making one ---------------------------------------------------------------------- */

enum img_status manifest_new(const char *board, struct manifest **out, struct img_error *err)
{
	struct manifest *m;

	if (board && !manifest_text_good(board))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "no name for a board in a manifest");
	m = calloc(1, sizeof(*m));
	if (m && board) {
		m->board = strdup(board);
		if (!m->board) {
			free(m);
			m = NULL;
		}
	}
	if (!m)
		return no_memory(err);
	*out = m;
	return IMG_OK;
}

/* Room for one more element; these arrays are short. */
static bool grow(void **array, size_t count, size_t size)
{
	void *larger = realloc(*array, (count + 1) * size);

	if (larger)
		*array = larger;
	return larger;
}

enum img_status manifest_add_image(struct manifest *m, const char *name, uint64_t size,
				   const struct img_digest *sha512, struct manifest_image **image,
				   struct img_error *err)
{
	char *copy;

	if (!manifest_name_good(name))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a name that a manifest cannot hold: one component of UTF-8 text, "
				"at most 255 bytes");
	if (m->image_count == MANIFEST_IMAGES_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "more than %d images",
				MANIFEST_IMAGES_MAX);
	copy = strdup(name);
	if (!copy || !grow((void **)&m->image, m->image_count, sizeof(*m->image))) {
		free(copy);
		return no_memory(err);
	}
	*image = &m->image[m->image_count++];
	**image = (struct manifest_image){ .name = copy, .size = size, .sha512 = *sha512 };
	return IMG_OK;
}

static enum img_status check_texts(const char *name, const char *text, size_t count,
				   struct img_error *err)
{
	if (!manifest_name_good(name) || !manifest_text_good(text))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a name that a manifest cannot hold: one component of UTF-8 text, "
				"at most 255 bytes");
	if (count == MANIFEST_PARTS_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"more than %d parts or pieces of one image", MANIFEST_PARTS_MAX);
	return IMG_OK;
}

enum img_status manifest_add_part(struct manifest_image *image, const char *chip,
				  const char *name, struct img_range range,
				  const struct img_digest *sha512,
				  const struct img_digest *gbe_masked, struct img_error *err)
{
	struct manifest_part part = { .offset = range.start, .size = range.size,
				      .sha512 = *sha512, .has_gbe_masked = gbe_masked };
	enum img_status st = check_texts(name, chip, image->part_count, err);

	if (st != IMG_OK)
		return st;
	if (gbe_masked)
		part.gbe_masked = *gbe_masked;
	part.chip = strdup(chip);
	part.name = strdup(name);
	if (!part.chip || !part.name ||
	    !grow((void **)&image->part, image->part_count, sizeof(part))) {
		free(part.chip);
		free(part.name);
		return no_memory(err);
	}
	image->part[image->part_count++] = part;
	return IMG_OK;
}

enum img_status manifest_add_piece(struct manifest_image *image, const char *name,
				   const char *place, struct img_range range,
				   const struct img_digest *sha512, struct img_error *err)
{
	struct manifest_piece piece = { .offset = range.start, .size = range.size,
					.sha512 = *sha512 };
	enum img_status st = check_texts(name, place, image->piece_count, err);

	if (st != IMG_OK)
		return st;
	piece.name = strdup(name);
	piece.place = strdup(place);
	if (!piece.name || !piece.place ||
	    !grow((void **)&image->piece, image->piece_count, sizeof(piece))) {
		free(piece.name);
		free(piece.place);
		return no_memory(err);
	}
	image->piece[image->piece_count++] = piece;
	return IMG_OK;
}

static void free_image(struct manifest_image *image)
{
	size_t i;

	for (i = 0; i < image->part_count; i++) {
		free(image->part[i].chip);
		free(image->part[i].name);
	}
	for (i = 0; i < image->piece_count; i++) {
		free(image->piece[i].name);
		free(image->piece[i].place);
	}
	free(image->part);
	free(image->piece);
	free(image->name);
}

void manifest_free(struct manifest *m)
{
	size_t i;

	if (!m)
		return;
	for (i = 0; i < m->image_count; i++)
		free_image(&m->image[i]);
	free(m->image);
	free(m->board);
	free(m);
}

/* --- as text ------------------------------------------------------------------------- */

static json_t *hex_of(const struct img_digest *d)
{
	char hex[IMG_DIGEST_HEX];

	img_digest_hex(d, hex);
	return json_string(hex);
}

/* "s:o*" leaves out what is NULL. */
static json_t *masked_of(bool has, const struct img_digest *d)
{
	return has ? hex_of(d) : NULL;
}

static json_t *part_json(const struct manifest_part *p)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:o, s:o*}", "chip", p->chip, "name", p->name,
			 "offset", (json_int_t)p->offset, "size", (json_int_t)p->size,
			 "sha512", hex_of(&p->sha512), "gbe_masked_sha512",
			 masked_of(p->has_gbe_masked, &p->gbe_masked));
}

static json_t *piece_json(const struct manifest_piece *p)
{
	return json_pack("{s:s, s:s, s:I, s:I, s:o}", "name", p->name, "place", p->place,
			 "offset", (json_int_t)p->offset, "size", (json_int_t)p->size,
			 "sha512", hex_of(&p->sha512));
}

/* Steals item; jansson's errors (memory) come out as failed. */
static void append(json_t *array, json_t *item, int *failed)
{
	*failed |= json_array_append_new(array, item);
}

static json_t *image_json(const struct manifest_image *image)
{
	json_t *root, *parts = json_array(), *pieces = json_array();
	int failed = 0;
	size_t i;

	for (i = 0; i < image->part_count; i++)
		append(parts, part_json(&image->part[i]), &failed);
	for (i = 0; i < image->piece_count; i++)
		append(pieces, piece_json(&image->piece[i]), &failed);
	root = json_pack("{s:s, s:I, s:o, s:o*}", "name", image->name, "size",
			 (json_int_t)image->size, "sha512", hex_of(&image->sha512),
			 "gbe_masked_sha512",
			 masked_of(image->has_gbe_masked, &image->gbe_masked));
	if (image->part_count)
		failed |= json_object_set(root, "parts", parts);
	if (image->piece_count)
		failed |= json_object_set(root, "pieces", pieces);
	json_decref(parts);
	json_decref(pieces);
	if (!failed)
		return root;
	json_decref(root);
	return NULL;
}

static int by_name(const void *a, const void *b)
{
	const struct manifest_image *x = a, *y = b;

	return strcmp(x->name, y->name);
}

enum img_status manifest_print(struct manifest *m, char **text, struct img_error *err)
{
	json_t *root = json_object(), *images = json_array();
	enum img_status st;
	char *body = NULL;
	int failed = 0;
	size_t i;

	if (m->image_count)
		qsort(m->image, m->image_count, sizeof(*m->image), by_name);
	st = manifest_check(m, err);
	for (i = 0; st == IMG_OK && i < m->image_count; i++)
		append(images, image_json(&m->image[i]), &failed);
	failed |= json_object_set_new(root, "romwright_manifest", json_integer(MANIFEST_VERSION));
	if (m->board)
		failed |= json_object_set_new(root, "board", json_string(m->board));
	failed |= json_object_set_new(root, "images", images);
	if (st == IMG_OK && !failed)
		body = json_dumps(root, JSON_INDENT(2));
	json_decref(root);
	if (st != IMG_OK)
		return st;
	*text = body ? malloc(strlen(body) + 2) : NULL;
	if (*text)
		strcat(strcpy(*text, body), "\n");
	free(body);
	return *text ? IMG_OK : no_memory(err);
}
