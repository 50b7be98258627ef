/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An image owns its bytes in private memory and never changes size, but for img_cut(): what was
 * checked and hashed is what will be written, whatever happens to the file
 * meanwhile. A view of it is valid until img_close().
 */
#ifndef IMG_CORE_IMAGE_H
#define IMG_CORE_IMAGE_H

#include "libimg/core/view.h"

/* No flash chip of this field is larger; a larger file is no ROM image. */
#define IMG_SIZE_MAX ((uint64_t)128 << 20)

struct img;

/* size bytes, all fill. IMG_E_USAGE: 0 or over IMG_SIZE_MAX. */
enum img_status img_new(uint64_t size, uint8_t fill, struct img **out, struct img_error *err)
	IMG_CHECKED;

/*
 * size bytes that put writes, each of them: they have no value before. Where it fails there is
 * no image, and its status is the result.
 */
typedef enum img_status img_put_fn(void *ctx, struct img_span whole, struct img_error *err);
enum img_status img_new_from(uint64_t size, img_put_fn *put, void *ctx, struct img **out,
			     struct img_error *err) IMG_CHECKED;

/*
 * Only the first size bytes stay; for the one who made it and has given no view to anybody.
 * IMG_E_USAGE: 0, over the size it has, or an image opened lazily.
 */
enum img_status img_cut(struct img *img, uint64_t size, struct img_error *err) IMG_CHECKED;

/* A private copy of v, which may not be empty. */
enum img_status img_copy(struct img_view v, struct img **out, struct img_error *err) IMG_CHECKED;

/*
 * Opens path for reading; *out is a descriptor, the caller's to close. IMG_E_TIMEOUT: a FIFO
 * that nobody opened for writing in so many seconds, where open() alone would wait for ever.
 * IMG_E_IO: the system's reason.
 */
#define IMG_FIFO_SECONDS 5
enum img_status img_open_file(const char *path, int *out, struct img_error *err) IMG_CHECKED;

/*
 * Reads the whole file, or standard input for "-". *out is owned by the caller.
 * IMG_E_IO: the system's reason, a directory, or the file was changed while it was read.
 * IMG_E_TIMEOUT: see img_open_file(). IMG_E_ABSENT: empty. IMG_E_SPACE: over IMG_SIZE_MAX.
 */
enum img_status img_open(const char *path, struct img **out, struct img_error *err) IMG_CHECKED;

/*
 * The same, but keeps only the first max bytes; *total is the length of the file.
 * A regular file is not read further; of a stream the rest is read and counted.
 */
enum img_status img_open_head(const char *path, uint64_t max, struct img **out, uint64_t *total,
			      struct img_error *err) IMG_CHECKED;

/*
 * The same for those that look at little of a large file: of a regular file
 * nothing is read yet, and all its bytes are zeros until img_load() has brought them.
 * Anything else is read as a whole.
 */
enum img_status img_open_lazily(const char *path, struct img **out, struct img_error *err)
	IMG_CHECKED;

/*
 * Brings these bytes of the file, over what was changed there; nothing to do for an image that was
 * not opened lazily.
 * IMG_E_BOUNDS: they are not all in the image. IMG_E_IO: the system's reason, or the file
 * was changed since it was opened.
 */
enum img_status img_load(struct img *img, uint64_t off, uint64_t len, struct img_error *err)
	IMG_CHECKED;

/*
 * Brings all of it at once, which is faster than img_load() of so much. The bytes are at another
 * place then: views and spans from before are not valid. Errors: those of img_load(); IMG_E_NOMEM.
 */
enum img_status img_load_all(struct img *img, struct img_error *err) IMG_CHECKED;

/*
 * Fills into with the bytes from off on, without keeping those of a file that is read lazily: to
 * look through what is not needed afterwards. Errors: those of img_load().
 */
enum img_status img_peek(const struct img *img, uint64_t off, struct img_span into,
			 struct img_error *err) IMG_CHECKED;

/* A private copy of all of it, which an image that was opened lazily does not keep. Errors: those
 * of img_load(). */
enum img_status img_duplicate(const struct img *img, struct img **out, struct img_error *err)
	IMG_CHECKED;

void img_close(struct img *img);		/* NULL is fine */

struct img_view img_bytes(const struct img *img);
struct img_span img_span(struct img *img);
uint64_t img_size(const struct img *img);

#endif
