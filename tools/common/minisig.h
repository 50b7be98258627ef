/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Detached Ed25519 signatures of minisign and of OpenBSD's signify. Both are text; "B64(...)"
 * is base64 (tools/common/base64.h), numbers are bytes:
 *
 *	public key, both (.pub)
 *		untrusted comment: ANYTHING
 *		B64("Ed", key id 8, public key 32)
 *	signify (.sig)
 *		untrusted comment: ANYTHING
 *		B64("Ed", key id 8, signature 64 of the file)
 *	minisign (.minisig)
 *		untrusted comment: ANYTHING
 *		B64("Ed", key id 8, signature 64 of the file)		or, since 0.10,
 *		B64("ED", key id 8, signature 64 of the file's BLAKE2b-512)
 *		trusted comment: WORDS
 *		B64(signature 64 of: the 64 bytes above, then WORDS)
 *
 * As in minisign a line may end with CR LF. Unlike minisign and signify, which ignore it, text
 * behind the last line is refused: nobody signed it.
 *
 * Source: minisign's page of its format (jedisct1.github.io/minisign), signify(1), and what
 * minisign 0.11 and signify 31 make and take.
 */
#ifndef TOOLS_COMMON_MINISIG_H
#define TOOLS_COMMON_MINISIG_H

#include "libimg/core/view.h"

#define MINISIG_ID 8			/* bytes */
#define MINISIG_ID_TEXT (2 * MINISIG_ID + 1)
#define MINISIG_COMMENT_MAX 8192	/* bytes of a trusted comment, as in minisign */
#define MINISIG_PLAIN_MAX ((uint64_t)1 << 30)	/* bytes of a file for "Ed", as in minisign */

struct minisig_key {
	uint8_t id[MINISIG_ID];
	uint8_t point[32];
};

struct minisig {
	bool minisign;		/* has the two lines that signify has not */
	bool hashed;		/* "ED" */
	uint8_t id[MINISIG_ID];
	uint8_t signature[64];
	char comment[MINISIG_COMMENT_MAX + 1];	/* trusted once minisig_verify() said so; "" */
	uint8_t comment_signature[64];
};

/* Is it the base64 of a public key, without the comment? Then *out is that key. */
bool minisig_key_of(struct img_view base64, struct minisig_key *out);

/* Does the text begin as such a key or signature does? */
bool minisig_recognise(struct img_view text);

/*
 * IMG_E_CORRUPT: not as above; the sentence has the line. IMG_E_UNSUPPORTED: well formed, of
 * another algorithm. *out is written only on IMG_OK.
 */
enum img_status minisig_key_parse(struct img_view text, struct minisig_key *out,
				  struct img_error *err) IMG_CHECKED;
enum img_status minisig_parse(struct img_view text, struct minisig *out, struct img_error *err)
	IMG_CHECKED;

/*
 * Is sig the signature of the regular file behind the descriptor fd, from its first byte, by key,
 * and is its trusted comment? IMG_E_MISMATCH: not this key, not these bytes, not this comment.
 * IMG_E_SPACE: "Ed" and over MINISIG_PLAIN_MAX; that kind is computed with the whole file in
 * memory, "ED" with 64 KiB. IMG_E_IO. IMG_E_UNSUPPORTED: this libcrypto has no Ed25519 or
 * BLAKE2b.
 */
enum img_status minisig_verify(const struct minisig *sig, const struct minisig_key *key, int fd,
			       struct img_error *err) IMG_CHECKED;

/* As minisign prints it: the eight bytes backwards, in upper-case hexadecimal digits. */
void minisig_id_text(const uint8_t id[MINISIG_ID], char out[MINISIG_ID_TEXT]);

#endif
