/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The outside of OpenPGP signatures and keys (RFC 4880, sections 4.2, 6 and 11), so that gpgv is
 * given only what it is asked about: binary packets of the expected kind, and nothing else that
 * it might take for a signed message.
 *
 *	packet	80 set; 40 set: new format, kind in bits 0-5, then a length of 1, 2 or 5 bytes;
 *		clear: old format, kind in bits 2-5, bytes of the length by bits 0-1 (1, 2, 4)
 *	armor	"-----BEGIN PGP KIND-----", headers, an empty line, base64 in lines, "=" and the
 *		CRC-24 in base64 (may be missing), "-----END PGP KIND-----"
 *
 * A kind is 2 for signatures, 6 for public keys.
 */
#ifndef TOOLS_COMMON_OPENPGP_H
#define TOOLS_COMMON_OPENPGP_H

#include "libimg/core/image.h"

/* Does it begin as an OpenPGP signature does, armored or not? */
bool openpgp_recognise_signature(struct img_view bytes);

/*
 * The binary form of a detached signature: one or more signature packets; *out is owned.
 * IMG_E_CORRUPT: something else is in it, or a packet or the armor is damaged.
 * IMG_E_UNSUPPORTED: a signed message, which holds its own text.
 */
enum img_status openpgp_signature(struct img_view bytes, struct img **out, struct img_error *err)
	IMG_CHECKED;

/*
 * The binary form of a file of public keys: a keyring, an armored one (any number of blocks, with
 * text around them), or a keybox of GnuPG, which stays as it is. *out is owned.
 * IMG_E_CORRUPT: none of these. IMG_E_UNSUPPORTED: secret keys.
 */
enum img_status openpgp_keys(struct img_view bytes, struct img **out, struct img_error *err)
	IMG_CHECKED;

#endif
