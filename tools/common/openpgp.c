/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/openpgp.h"

#include "libimg/core/reader.h"
#include "tools/common/base64.h"
#include "tools/common/lines.h"

#define BEGIN "-----BEGIN PGP "
#define END "-----END PGP "
#define SIGNATURE "SIGNATURE-----"
#define KEYS "PUBLIC KEY BLOCK-----"

enum { KIND_SIGNATURE = 2, KIND_SECRET_KEY = 5, KIND_PUBLIC_KEY = 6 };

/* --- packets ------------------------------------------------------------------------- */

/* Lengths of the new format that mean "more to come" are only for data, not for signatures. */
static bool new_length(struct img_reader *r, uint64_t *len)
{
	unsigned first = img_read_u8(r);

	if (first < 192)
		*len = first;
	else if (first < 224)
		*len = ((uint64_t)(first - 192) << 8) + img_read_u8(r) + 192;
	else if (first == 255)
		*len = img_read_be32(r);
	else
		return false;
	return true;
}

static bool old_length(struct img_reader *r, unsigned form, uint64_t *len)
{
	unsigned bytes = 1u << form;

	if (form > 2)	/* "to the end of the file" */
		return false;
	for (*len = 0; bytes; bytes--)
		*len = *len << 8 | img_read_u8(r);
	return true;
}

/* Reads the head of a packet. False: there is none. */
static bool packet_head(struct img_reader *r, unsigned *kind, uint64_t *len)
{
	unsigned mark = img_read_u8(r);

	if (!(mark & 0x80))
		return false;
	*kind = mark & 0x40 ? mark & 0x3f : mark >> 2 & 0x0f;
	if (!(mark & 0x40 ? new_length(r, len) : old_length(r, mark & 3, len)))
		return false;
	return img_read_status(r) == IMG_OK;
}

static unsigned first_kind(struct img_view bytes)
{
	struct img_reader r = img_reader_of(bytes, NULL);
	unsigned kind;
	uint64_t len;

	return packet_head(&r, &kind, &len) ? kind : 0;
}

/* Signatures from the first byte to the last, and nothing else. */
static enum img_status check_signatures(struct img_view bytes, struct img_error *err)
{
	struct img_reader r = img_reader_of(bytes, NULL);
	uint64_t at = 0, len;
	unsigned kind;

	while (at < img_view_size(bytes)) {
		if (!packet_head(&r, &kind, &len))
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"there is no OpenPGP packet at byte %llu",
					(unsigned long long)at);
		if (kind != KIND_SIGNATURE)
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"an OpenPGP packet of kind %u in a detached signature, "
					"which has only kind 2", kind);
		if (len > img_view_size(bytes) - img_read_pos(&r))
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"an OpenPGP signature of %llu bytes, of which the end is "
					"missing", (unsigned long long)len);
		img_read_skip(&r, len);
		at = img_read_pos(&r);
	}
	return IMG_OK;
}

/* --- armor --------------------------------------------------------------------------- */

/* Section 6.1 */
static uint32_t crc24(struct img_view bytes)
{
	struct img_reader r = img_reader_of(bytes, NULL);
	size_t left = img_view_size(bytes);
	uint32_t crc = 0xb704ce;
	int bit;

	for (; left; left--) {
		crc ^= (uint32_t)img_read_u8(&r) << 16;
		for (bit = 0; bit < 8; bit++) {
			crc <<= 1;
			if (crc & 0x1000000)
				crc ^= 0x1864cfb;
		}
	}
	return crc;
}

static enum img_status bad_armor(const struct lines *l, const char *what, struct img_error *err)
{
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "line %u: %s", l->number, what);
}

/* "=XXXX" against the block's bytes. */
static enum img_status check_crc(const struct lines *l, struct img_view text, struct img_view bytes,
				 struct img_error *err)
{
	uint8_t crc[3];
	size_t got;

	if (!base64_decode(text, img_span_of(crc, sizeof(crc)), &got) || got != sizeof(crc))
		return bad_armor(l, "a checksum that is none", err);
	if (((uint32_t)crc[0] << 16 | (uint32_t)crc[1] << 8 | crc[2]) != crc24(bytes))
		return bad_armor(l, "the checksum is not that of the text above", err);
	return IMG_OK;
}

/* Decoded blocks one behind the other; room is as large as the text, which is more than enough. */
struct decoded {
	struct img_span room;
	size_t used;
};

/* The bytes of the block that began at start. */
static enum img_status block_bytes(struct decoded *d, size_t start, struct img_view *out,
				   struct img_error *err)
{
	return img_view_slice(img_span_view(d->room), start, d->used - start, out, err);
}

static enum img_status take_line(struct decoded *d, const struct lines *l, struct img_view line,
				 struct img_error *err)
{
	struct img_span rest;
	enum img_status st = img_span_slice(d->room, d->used, img_span_size(d->room) - d->used,
					    &rest, err);
	size_t got = 0;

	if (st != IMG_OK)
		return st;
	if (!base64_decode(line, rest, &got))
		return bad_armor(l, "is not base64", err);
	d->used += got;
	return IMG_OK;
}

static enum img_status skip_headers(struct lines *l, struct img_error *err)
{
	struct img_view line;

	while (lines_next(l, &line)) {
		if (line_blank(line))
			return IMG_OK;
		if (line_begins(line, END, NULL))
			break;
	}
	return bad_armor(l, "the empty line before the base64 is missing", err);
}

/* What follows the BEGIN line, up to the END line of that kind. */
static enum img_status decode_block(struct lines *l, const char *kind, struct decoded *d,
				    struct img_error *err)
{
	size_t start = d->used;
	enum img_status st = skip_headers(l, err);
	struct img_view line, rest, bytes;
	bool checked = false;

	while (st == IMG_OK) {
		if (!lines_next(l, &line))
			return bad_armor(l, "the END line of this block is missing", err);
		if (line_begins(line, END, &rest)) {
			if (!line_begins(rest, kind, &rest) || !line_blank(rest))
				return bad_armor(l, "the END line is that of another block", err);
			return d->used > start ? IMG_OK : bad_armor(l, "an empty block", err);
		}
		if (checked)
			return bad_armor(l, "text behind the checksum", err);
		if (line_begins(line, "=", &rest)) {
			checked = true;
			st = block_bytes(d, start, &bytes, err);
			if (st == IMG_OK)
				st = check_crc(l, rest, bytes, err);
		} else {
			st = take_line(d, l, line, err);
		}
	}
	return st;
}

/* Is this the BEGIN line of a block of that kind? */
static bool begins_block(struct img_view line, const char *kind)
{
	struct img_view rest;

	return line_begins(line, BEGIN, &rest) && line_begins(rest, kind, &rest) &&
	       line_blank(rest);
}

/* The first of the blocks, or all; alone: only blank lines around. */
static enum img_status decode_blocks(struct img_view text, const char *kind, bool alone,
				     struct decoded *d, struct img_error *err)
{
	struct lines l = lines_of(text);
	enum img_status st = IMG_OK;
	struct img_view line;

	while (st == IMG_OK && lines_next(&l, &line)) {
		if (begins_block(line, kind) && !(alone && d->used))
			st = decode_block(&l, kind, d, err);
		else if (alone && !line_blank(line))
			st = bad_armor(&l, "text beside the signature", err);
	}
	return st;
}

static enum img_status dearmor(struct img_view text, const char *kind, bool alone, struct img **out,
			       struct img_error *err)
{
	struct img *room, *bytes = NULL;
	struct img_view used;
	struct decoded d = { .used = 0 };
	enum img_status st = img_new(img_view_size(text), 0, &room, err);

	if (st != IMG_OK)
		return st;
	d.room = img_span(room);
	st = decode_blocks(text, kind, alone, &d, err);
	if (st == IMG_OK)
		st = img_view_slice(img_bytes(room), 0, d.used, &used, err);
	if (st == IMG_OK)
		st = img_copy(used, &bytes, err);
	img_close(room);
	if (st == IMG_OK)
		*out = bytes;
	return st;
}

/* --- files --------------------------------------------------------------------------- */

bool openpgp_recognise_signature(struct img_view bytes)
{
	return line_begins(bytes, BEGIN, NULL) || first_kind(bytes) == KIND_SIGNATURE;
}

enum img_status openpgp_signature(struct img_view bytes, struct img **out, struct img_error *err)
{
	struct img *binary;
	struct img_view rest;
	enum img_status st;

	if (line_begins(bytes, BEGIN "SIGNED MESSAGE", NULL))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"a signed message with its own text, not the signature of a file");
	if (line_begins(bytes, BEGIN, &rest) && !line_begins(rest, SIGNATURE, NULL))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"line 1: something of OpenPGP, but no signature");
	if (line_begins(bytes, BEGIN, NULL))
		st = dearmor(bytes, SIGNATURE, true, &binary, err);
	else
		st = img_copy(bytes, &binary, err);
	if (st != IMG_OK)
		return st;
	st = check_signatures(img_bytes(binary), err);
	if (st == IMG_OK)
		*out = binary;
	else
		img_close(binary);
	return st;
}

/* "KBXf" behind the size, type and version of its first blob. */
static bool is_keybox(struct img_view bytes)
{
	struct img_view magic;

	return img_view_slice(bytes, 8, 4, &magic, NULL) == IMG_OK &&
	       img_view_equal(magic, img_view_of("KBXf", 4));
}

enum img_status openpgp_keys(struct img_view bytes, struct img **out, struct img_error *err)
{
	struct img *binary;
	uint64_t at;
	enum img_status st;
	unsigned kind;

	if (is_keybox(bytes))
		return img_copy(bytes, out, err);
	if (!first_kind(bytes) &&
	    img_view_find(bytes, 0, img_view_of(BEGIN KEYS, sizeof(BEGIN KEYS) - 1), &at))
		st = dearmor(bytes, KEYS, false, &binary, err);
	else
		st = img_copy(bytes, &binary, err);
	if (st != IMG_OK)
		return st;
	kind = first_kind(img_bytes(binary));
	if (kind == KIND_PUBLIC_KEY) {
		*out = binary;
		return IMG_OK;
	}
	img_close(binary);
	if (kind == KIND_SECRET_KEY)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"holds a secret key; give the public one (gpg --export)");
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			"holds no OpenPGP public key, and none of minisign or signify");
}
