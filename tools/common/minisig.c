/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/minisig.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/common/base64.h"
#include "tools/common/lines.h"

#define UNTRUSTED "untrusted comment: "
#define TRUSTED "trusted comment: "

enum { KEY_BYTES = 2 + MINISIG_ID + 32, SIGNATURE_BYTES = 2 + MINISIG_ID + 64 };

/* --- text ---------------------------------------------------------------------------- */

void minisig_id_text(const uint8_t id[MINISIG_ID], char out[MINISIG_ID_TEXT])
{
	size_t i;

	for (i = 0; i < MINISIG_ID; i++)
		snprintf(out + 2 * i, 3, "%02X", id[MINISIG_ID - 1 - i]);
}

bool minisig_recognise(struct img_view text)
{
	return line_begins(text, UNTRUSTED, NULL);
}

/* One line of base64 that holds exactly size bytes. */
static enum img_status read_base64(struct lines *l, void *bytes, size_t size, const char *what,
				   struct img_error *err)
{
	uint8_t room[256];
	struct img_view line;
	size_t got;

	if (!lines_next(l, &line))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"ends before line %u, which should be the %s in base64",
				l->number + 1, what);
	if (!base64_decode(line, img_span_of(room, sizeof(room)), &got))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"line %u should be the %s in base64, and is not", l->number, what);
	if (got != size)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"line %u holds %zu bytes, but a %s has %zu", l->number, got, what,
				size);
	memcpy(bytes, room, size);
	return IMG_OK;
}

static enum img_status read_untrusted(struct lines *l, struct img_error *err)
{
	struct img_view line;

	if (!lines_next(l, &line) || !line_begins(line, UNTRUSTED, NULL))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"line 1 does not begin with \"" UNTRUSTED "\"");
	return IMG_OK;
}

/* Only blank lines may follow. */
static enum img_status read_end(struct lines *l, struct img_error *err)
{
	struct img_view line;

	while (lines_next(l, &line))
		if (!line_blank(line))
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"line %u should not be there: nothing vouches for it",
					l->number);
	return IMG_OK;
}

static enum img_status other_algorithm(const uint8_t a[2], struct img_error *err)
{
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"line 2: the algorithm has the mark 0x%02x%02x; known here are Ed and ED, "
			"both Ed25519", a[0], a[1]);
}

static struct minisig_key key_of(const uint8_t bytes[KEY_BYTES])
{
	struct minisig_key key;

	memcpy(key.id, bytes + 2, MINISIG_ID);
	memcpy(key.point, bytes + 2 + MINISIG_ID, sizeof(key.point));
	return key;
}

bool minisig_key_of(struct img_view base64, struct minisig_key *out)
{
	uint8_t bytes[KEY_BYTES];
	size_t got;

	if (!base64_decode(base64, img_span_of(bytes, sizeof(bytes)), &got) ||
	    got != sizeof(bytes) || memcmp(bytes, "Ed", 2))
		return false;
	*out = key_of(bytes);
	return true;
}

enum img_status minisig_key_parse(struct img_view text, struct minisig_key *out,
				  struct img_error *err)
{
	struct lines l = lines_of(text);
	uint8_t bytes[KEY_BYTES];
	enum img_status st = read_untrusted(&l, err);

	if (st == IMG_OK)
		st = read_base64(&l, bytes, sizeof(bytes), "public key", err);
	if (st == IMG_OK)
		st = read_end(&l, err);
	if (st == IMG_OK && memcmp(bytes, "Ed", 2))
		st = other_algorithm(bytes, err);
	if (st == IMG_OK)
		*out = key_of(bytes);
	return st;
}

/* Lines 3 and 4, which only minisign has. */
static enum img_status read_trusted(struct lines *l, struct img_view line, struct minisig *sig,
				    struct img_error *err)
{
	struct img_view comment;

	if (!line_begins(line, TRUSTED, &comment))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"line %u does not begin with \"" TRUSTED "\"", l->number);
	if (!line_text(comment, sig->comment, sizeof(sig->comment)))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"line %u: a trusted comment of over %d bytes, or with a NUL byte",
				l->number, MINISIG_COMMENT_MAX);
	sig->minisign = true;
	return read_base64(l, sig->comment_signature, sizeof(sig->comment_signature),
			   "comment's signature", err);
}

enum img_status minisig_parse(struct img_view text, struct minisig *out, struct img_error *err)
{
	struct lines l = lines_of(text);
	struct minisig sig = { .minisign = false };
	uint8_t bytes[SIGNATURE_BYTES];
	struct img_view line;
	enum img_status st = read_untrusted(&l, err);

	if (st == IMG_OK)
		st = read_base64(&l, bytes, sizeof(bytes), "signature", err);
	if (st == IMG_OK && (bytes[0] != 'E' || (bytes[1] != 'd' && bytes[1] != 'D')))
		st = other_algorithm(bytes, err);
	if (st != IMG_OK)
		return st;
	sig.hashed = bytes[1] == 'D';
	memcpy(sig.id, bytes + 2, MINISIG_ID);
	memcpy(sig.signature, bytes + 2 + MINISIG_ID, sizeof(sig.signature));
	if (lines_next(&l, &line) && !line_blank(line))
		st = read_trusted(&l, line, &sig, err);
	if (st == IMG_OK)
		st = read_end(&l, err);
	if (st == IMG_OK && sig.hashed && !sig.minisign)
		st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			      "a signature of minisign that lacks its trusted comment");
	if (st == IMG_OK)
		*out = sig;
	return st;
}

/* --- verification -------------------------------------------------------------------- */

static enum img_status no_algorithm(const char *name, struct img_error *err)
{
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE, "libcrypto cannot compute %s here",
			name);
}

/* IMG_E_MISMATCH: not its signature; what is the sentence then. */
static enum img_status verify(const uint8_t point[32], const uint8_t signature[64],
			      const uint8_t *bytes, size_t size, const char *what,
			      struct img_error *err)
{
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, point, 32);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	enum img_status st = IMG_OK;

	if (!key || !ctx || EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, key) != 1)
		st = no_algorithm("Ed25519", err);
	else if (EVP_DigestVerify(ctx, signature, 64, bytes, size) != 1)
		st = img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE, "%s", what);
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return st;
}

/* Up to size bytes from offset at; *got is less only where the file ends. */
static enum img_status read_at(int fd, uint64_t at, uint8_t *bytes, size_t size, size_t *got,
			       struct img_error *err)
{
	ssize_t r;

	for (*got = 0; *got < size; *got += (size_t)r) {
		do
			r = pread(fd, bytes + *got, size - *got, (off_t)(at + *got));
		while (r < 0 && errno == EINTR);
		if (r < 0)
			return img_fail_errno(err, errno, "cannot read");
		if (!r)
			break;
	}
	return IMG_OK;
}

static enum img_status hash_file(int fd, uint8_t hash[64], struct img_error *err)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t bytes[65536];
	uint64_t at = 0;
	enum img_status st = IMG_OK;
	int good = ctx && EVP_DigestInit_ex(ctx, EVP_blake2b512(), NULL);
	size_t got;

	do {
		st = read_at(fd, at, bytes, sizeof(bytes), &got, err);
		if (st != IMG_OK)
			break;
		good = good && EVP_DigestUpdate(ctx, bytes, got);
		at += got;
	} while (good && got == sizeof(bytes));
	good = good && EVP_DigestFinal_ex(ctx, hash, NULL);
	EVP_MD_CTX_free(ctx);
	if (st == IMG_OK && !good)
		st = no_algorithm("BLAKE2b", err);
	return st;
}

/* The whole file; *out is owned. */
static enum img_status read_whole(int fd, uint8_t **out, size_t *size, struct img_error *err)
{
	enum img_status st;
	struct stat info;
	uint8_t *bytes;
	size_t want, got;

	if (fstat(fd, &info) < 0)
		return img_fail_errno(err, errno, "cannot read");
	if ((uint64_t)info.st_size > MINISIG_PLAIN_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"over 1 GiB, which is too long for a signature that is not of the "
				"file's hash; ask for one made by minisign without -l");
	want = (size_t)info.st_size;
	bytes = malloc(want + 1);
	if (!bytes)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory for %zu bytes", want);
	/* One byte more than there should be: a file that grows is no longer what is checked. */
	st = read_at(fd, 0, bytes, want + 1, &got, err);
	if (st == IMG_OK && got != want)
		st = img_fail(err, IMG_E_IO, IMG_NOWHERE,
			      "the file was changed while it was read; try again");
	if (st != IMG_OK) {
		free(bytes);
		return st;
	}
	*out = bytes;
	*size = want;
	return IMG_OK;
}

static enum img_status verify_file(const struct minisig *sig, const struct minisig_key *key,
				   int fd, struct img_error *err)
{
	static const char differs[] = "is not of these bytes: the file was changed, or it is the "
				      "signature of another file";
	uint8_t hash[64], *bytes = NULL;
	enum img_status st;
	size_t size = 0;

	if (sig->hashed) {
		st = hash_file(fd, hash, err);
		return st == IMG_OK ? verify(key->point, sig->signature, hash, sizeof(hash),
					     differs, err)
				    : st;
	}
	st = read_whole(fd, &bytes, &size, err);
	if (st != IMG_OK)
		return st;
	st = verify(key->point, sig->signature, bytes, size, differs, err);
	free(bytes);
	return st;
}

/* The comment's signature covers the file's, so that neither can be taken to another file. */
static enum img_status verify_comment(const struct minisig *sig, const struct minisig_key *key,
				      struct img_error *err)
{
	uint8_t both[sizeof(sig->signature) + MINISIG_COMMENT_MAX];
	size_t len = strlen(sig->comment);

	memcpy(both, sig->signature, sizeof(sig->signature));
	memcpy(both + sizeof(sig->signature), sig->comment, len);
	return verify(key->point, sig->comment_signature, both, sizeof(sig->signature) + len,
		      "is of this file, but its trusted comment is not as it was signed", err);
}

enum img_status minisig_verify(const struct minisig *sig, const struct minisig_key *key, int fd,
			       struct img_error *err)
{
	char made[MINISIG_ID_TEXT], given[MINISIG_ID_TEXT];
	enum img_status st;

	if (memcmp(sig->id, key->id, MINISIG_ID)) {
		minisig_id_text(sig->id, made);
		minisig_id_text(key->id, given);
		return img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
				"made with the key %s, but the key given is %s", made, given);
	}
	st = verify_file(sig, key, fd, err);
	return st == IMG_OK && sig->minisign ? verify_comment(sig, key, err) : st;
}
