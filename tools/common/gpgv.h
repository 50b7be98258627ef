/* SPDX-License-Identifier: GPL-3.0-or-later */
/* OpenPGP signatures are judged by an installed gpgv. */
#ifndef TOOLS_COMMON_GPGV_H
#define TOOLS_COMMON_GPGV_H

#include "libimg/core/view.h"

#define GPGV_SECONDS 120
#define GPGV_WORDS 512

struct gpgv_signer {
	char fingerprint[65];	/* of the primary key, hexadecimal digits */
	char user[GPGV_WORDS];	/* as gpgv has it: UTF-8, with control bytes as %0A */
};

/*
 * Is signature (see openpgp_signature()) the signature of what is behind the descriptor fd, by a
 * key of keys (see openpgp_keys())? Every signature in it has to be good; *out is the signer of
 * the first. Both are handed over in memory, fd is opened anew and not moved.
 *
 * IMG_E_MISMATCH: not of these bytes, of a key that is not there, expired, or by a key that is
 * expired or revoked. IMG_E_UNSUPPORTED: an algorithm that gpgv does not have. IMG_E_CORRUPT:
 * gpgv does not understand it. IMG_E_ABSENT: gpgv is not installed. IMG_E_TIMEOUT: no answer in
 * GPGV_SECONDS. IMG_E_IO.
 *
 * Source of the status lines: GnuPG's doc/DETAILS, and gpgv 2.2.40.
 */
enum img_status gpgv_verify(struct img_view signature, struct img_view keys, int fd,
			    struct gpgv_signer *out, struct img_error *err) IMG_CHECKED;

#endif
