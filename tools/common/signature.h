/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Detached signatures of files: minisign and signify (tools/common/minisig.h), and OpenPGP by
 * an installed gpgv (tools/common/gpgv.h). Which of them one is, its content tells.
 *
 *	struct signature_report r;
 *	st = signature_check(archive, NULL, key, &r, &err);
 *	if (st == IMG_OK)
 *		...
 *	signature_end(&r);				in every case
 */
#ifndef TOOLS_COMMON_SIGNATURE_H
#define TOOLS_COMMON_SIGNATURE_H

#include <stddef.h>

#include "libimg/core/error.h"

enum signature_kind { SIGNATURE_MINISIGN, SIGNATURE_SIGNIFY, SIGNATURE_OPENPGP };

struct signature_report {
	enum signature_kind kind;
	char *file;	/* the signature's name */
	char *key;	/* id of the key as its own tool prints it */
	char *words;	/* trusted comment of minisign, user of OpenPGP, else NULL; any bytes */
};

/*
 * Is file signed by key? signature NULL: the first there is of FILE.minisig, FILE.sig and
 * FILE.asc. key is the name of a public key file (minisign, signify; for OpenPGP a keyring, a
 * keybox or an armored key) or, for the first two, the 56 characters of base64 in it.
 *
 * *out is filled on IMG_OK. The sentence names the signature or the key where the fault is theirs:
 * IMG_E_MISMATCH	not this key, or not these bytes: do not trust the file
 * IMG_E_ABSENT		no signature, no such file or key, or gpgv is not installed
 * IMG_E_CORRUPT	signature or key are malformed
 * IMG_E_UNSUPPORTED	an algorithm we do not have; key and signature are of different tools
 * IMG_E_SPACE		the signature or the key file is over 64 KiB or 4 MiB; see minisig_verify()
 * IMG_E_TIMEOUT, IMG_E_IO, IMG_E_NOMEM
 */
enum img_status signature_check(const char *file, const char *signature, const char *key,
				struct signature_report *out, struct img_error *err) IMG_CHECKED;

/*
 * The same for the open descriptor fd, of which file is only the name: who goes on to read from
 * fd reads what was checked, also when the name has become another file's. What the descriptor is
 * at does not matter and does not change, but where it is no regular file it is read to its end.
 */
enum img_status signature_check_fd(int fd, const char *file, const char *signature,
				   const char *key, struct signature_report *out,
				   struct img_error *err) IMG_CHECKED;

void signature_end(struct signature_report *r);

/* "minisign", "signify", "openpgp" */
const char *signature_kind_word(enum signature_kind kind);

#endif
