/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was written, when: records.jsonl, one JSON object a line for each chip of each write
 * that was finished, the newest last:
 *
 *	{"date":"2026-11-20T12:00:00Z", "operation":"write", "board":"x230_12mb" or null,
 *	 "chip":"bottom", "part":"Winbond W25Q64.V", "id":"ef4017", "file":"x230.rom",
 *	 "sha512":"..." of that file, "release":"..." or null, "chip_sha256":"..." of all that is
 *	 on the chip now, "verified":true, "backup":"SHA-256 of what was there before"}
 */
#ifndef FLASH_RECORD_H
#define FLASH_RECORD_H

#include "tools/flash/job.h"

/* f->noted: what records say of the image, which need not be at hand any longer then.
 * IMG_E_UNSUPPORTED, IMG_E_NOMEM: it cannot be hashed. */
enum img_status record_note(struct flash *f) IMG_CHECKED;

/* Adds the record of this chip. Failure loses no more than the record. */
enum img_status record_add(const struct flash *f, const struct job *job, struct img_error *err)
	IMG_CHECKED;

/* Did a finished and verified write leave exactly this on a chip of this id? Trouble with the
 * records is a no, and so are more than RECORDS_MAX bytes of them. */
#define RECORDS_MAX ((uint64_t)2 << 20)
bool record_knows(const struct state *s, const char *id, const char chip_sha256[IMG_DIGEST_HEX]);

#endif
