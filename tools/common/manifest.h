/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The manifest: what images are made of, so that they can be verified later. One format
 * for rom-split (STEM.manifest), strip and inject (BOARD.manifest):
 *
 *	{
 *	  "romwright_manifest": 1,
 *	  "board": "x230_12mb",				where a board was named
 *	  "images": [
 *	    {
 *	      "name": "x.rom", "size": 12582912, "sha512": "…",
 *	      "gbe_masked_sha512": "…",		the same with the GbE region all 0xff
 *	      "parts": [				one for each chip, in image order
 *	        { "chip": "bottom", "name": "x.bottom.rom", "offset": 0, "size": 8388608,
 *	          "sha512": "…",
 *	          "gbe_masked_sha512": "…" }, …	of the part that holds the GbE region
 *	      ],
 *	      "pieces": [				vendor files, in insertion order
 *	        { "name": "me.bin", "place": "region me", "offset": 12288, "size": 98304,
 *	          "sha512": "…" },			as stored: of a region all of it
 *	        { "name": "mrc.bin", "place": "cbfs mrc.bin,type=mrc,at=0xfffa0000", … }, …
 *	      ]
 *	    }, …
 *	  ]
 *	}
 *
 * Images are sorted by name. Parts lie one behind the other from offset 0 and hold the
 * whole image; a part may be longer than what is left of the image: its chip is larger.
 * "parts", "pieces", "board" and "gbe_masked_sha512" may be missing.
 */
#ifndef TOOLS_COMMON_MANIFEST_H
#define TOOLS_COMMON_MANIFEST_H

#include "libimg/core/digest.h"
#include "libimg/core/range.h"

#define MANIFEST_VERSION 1
#define MANIFEST_SIZE_MAX ((size_t)4 << 20)	/* bytes of text */
#define MANIFEST_IMAGES_MAX 4096
#define MANIFEST_PARTS_MAX 64			/* parts or pieces of one image */
#define MANIFEST_NAME_MAX 255			/* bytes of a name */

struct manifest_part {
	char *chip;		/* "bottom" */
	char *name;		/* of the file beside the manifest */
	uint64_t offset;	/* in the image */
	uint64_t size;		/* of the file */
	struct img_digest sha512;
	bool has_gbe_masked;
	struct img_digest gbe_masked;
};

struct manifest_piece {
	char *name;		/* of the prepared file: "me.bin" */
	char *place;		/* "region me", "cbfs NAME,type=TYPE[,at=ADDRESS][,xip]" */
	uint64_t offset;	/* in the image */
	uint64_t size;
	struct img_digest sha512;
};

struct manifest_image {
	char *name;		/* of the file beside the manifest */
	uint64_t size;
	struct img_digest sha512;
	bool has_gbe_masked;
	struct img_digest gbe_masked;
	size_t part_count, piece_count;
	struct manifest_part *part;
	struct manifest_piece *piece;
};

struct manifest {
	char *board;		/* NULL: none was named */
	size_t image_count;
	struct manifest_image *image;
};

/*
 * All texts are copied. File names are one component: not empty, no "/" and no control byte,
 * not "." or "..", at most 255 bytes of UTF-8; IMG_E_USAGE for another. IMG_E_SPACE: over a limit
 * above. What is returned through image is borrowed, valid until the next image is added.
 * gbe_masked: NULL: the part has no such digest.
 */
enum img_status manifest_new(const char *board, struct manifest **out, struct img_error *err)
	IMG_CHECKED;
enum img_status manifest_add_image(struct manifest *m, const char *name, uint64_t size,
				   const struct img_digest *sha512, struct manifest_image **image,
				   struct img_error *err) IMG_CHECKED;
enum img_status manifest_add_part(struct manifest_image *image, const char *chip,
				  const char *name, struct img_range range,
				  const struct img_digest *sha512,
				  const struct img_digest *gbe_masked, struct img_error *err)
	IMG_CHECKED;
enum img_status manifest_add_piece(struct manifest_image *image, const char *name,
				   const char *place, struct img_range range,
				   const struct img_digest *sha512, struct img_error *err)
	IMG_CHECKED;
void manifest_free(struct manifest *m);		/* NULL is fine */

/*
 * The text, owned (free()): the same for the same manifest, images sorted by name.
 * IMG_E_CORRUPT: it breaks a rule above, so that manifest_parse() would refuse it.
 */
enum img_status manifest_print(struct manifest *m, char **text, struct img_error *err)
	IMG_CHECKED;

/*
 * Reads somebody's text; *out is owned. IMG_E_ABSENT: JSON, but not a manifest.
 * IMG_E_UNSUPPORTED: another version, or a member this version does not know.
 * IMG_E_CORRUPT: not JSON (the sentence has the line), or it breaks a rule above.
 * IMG_E_SPACE: over a limit above.
 */
enum img_status manifest_parse(struct img_view text, struct manifest **out, struct img_error *err)
	IMG_CHECKED;

/* Is this a manifest rather than a hash list, whatever its name? Looks at the first bytes. */
bool manifest_recognise(struct img_view text);

#endif
