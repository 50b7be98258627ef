/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signatures and keys of minisign, signify and OpenPGP, before anything is computed. */
#include "tests/fuzz/fuzz.h"
#include "tools/common/base64.h"
#include "tools/common/minisig.h"
#include "tools/common/openpgp.h"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	fuzz_add_files(add, ctx, NULL, 0, "/fixtures", 3000);
}

static void try_minisig(struct img_view text)
{
	struct minisig_key key;
	struct minisig sig;
	struct img_error err;
	char id[MINISIG_ID_TEXT];
	enum img_status st = minisig_parse(text, &sig, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		fuzz_must(memchr(sig.comment, 0, sizeof(sig.comment)));
		fuzz_must(!strchr(sig.comment, '\n'));
		fuzz_must(minisig_recognise(text));
		minisig_id_text(sig.id, id);
	}
	st = minisig_key_parse(text, &key, &err);
	fuzz_check_error(st, &err);
	(void)minisig_key_of(text, &key);
}

/* The binary form is its own binary form. */
static void try_openpgp(struct img_view bytes)
{
	struct img *packets = NULL, *again = NULL;
	struct img_error err;
	enum img_status st = openpgp_signature(bytes, &packets, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		fuzz_must(openpgp_recognise_signature(img_bytes(packets)));
		fuzz_ok(openpgp_signature(img_bytes(packets), &again, &err), &err);
		fuzz_must(img_view_equal(img_bytes(packets), img_bytes(again)));
		img_close(again);
		img_close(packets);
	}
	st = openpgp_keys(bytes, &packets, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		fuzz_ok(openpgp_keys(img_bytes(packets), &again, &err), &err);
		fuzz_must(img_view_equal(img_bytes(packets), img_bytes(again)));
		img_close(again);
		img_close(packets);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view v = img_view_of(data, size);
	uint8_t room[64];
	size_t got;

	try_minisig(v);
	try_openpgp(v);
	if (base64_decode(v, img_span_of(room, sizeof(room)), &got))
		fuzz_must(got <= sizeof(room) && size == (got + 2) / 3 * 4);
	return 0;
}
