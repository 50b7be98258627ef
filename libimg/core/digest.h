/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests of views, by libcrypto. */
#ifndef IMG_CORE_DIGEST_H
#define IMG_CORE_DIGEST_H

#include "libimg/core/view.h"

enum img_digest_kind { IMG_SHA1, IMG_SHA224, IMG_SHA256, IMG_SHA384, IMG_SHA512, IMG_MD5 };

#define IMG_DIGEST_MAX 64	/* bytes */
#define IMG_DIGEST_HEX (2 * IMG_DIGEST_MAX + 1)

struct img_digest {
	enum img_digest_kind kind;
	size_t size;			/* bytes used */
	uint8_t bytes[IMG_DIGEST_MAX];
};

/* IMG_E_UNSUPPORTED: this libcrypto has the algorithm switched off. */
enum img_status img_digest(enum img_digest_kind kind, struct img_view v, struct img_digest *out,
			   struct img_error *err) IMG_CHECKED;

/* The digest of parts one after the other. Errors: those of img_digest(). */
enum img_status img_digest_parts(enum img_digest_kind kind, const struct img_view *parts,
				 size_t count, struct img_digest *out, struct img_error *err)
	IMG_CHECKED;

/*
 * In one pass the digest of all parts one after the other, and that of the first prefix_count of
 * them. IMG_E_USAGE: there are not so many.
 */
enum img_status img_digest_and_prefix(enum img_digest_kind kind, const struct img_view *parts,
				      size_t count, size_t prefix_count,
				      struct img_digest *whole, struct img_digest *prefix,
				      struct img_error *err) IMG_CHECKED;

size_t img_digest_size(enum img_digest_kind kind);
const char *img_digest_name(enum img_digest_kind kind);		/* "sha512" */
bool img_digest_kind_of(const char *name, enum img_digest_kind *out);

bool img_digest_equal(const struct img_digest *a, const struct img_digest *b);

/* Lower-case hexadecimal digits and a NUL. */
void img_digest_hex(const struct img_digest *d, char out[IMG_DIGEST_HEX]);

/* Exactly twice img_digest_size(kind) digits of either case; false: anything else. */
bool img_digest_parse(enum img_digest_kind kind, const char *hex, struct img_digest *out);

#endif
