/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How libimg says that something went wrong: a status for programs, and in
 * struct img_error a sentence for people, made where the facts are known.
 */
#ifndef IMG_CORE_ERROR_H
#define IMG_CORE_ERROR_H

#include <stdint.h>

#define IMG_CHECKED __attribute__((warn_unused_result))
#define IMG_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))

enum img_status {
	IMG_OK = 0,

	/* The machine or the caller. */
	IMG_E_NOMEM,		/* out of memory */
	IMG_E_IO,		/* the system refused; see img_error.sys */
	IMG_E_USAGE,		/* the caller broke the contract */

	/* The bytes. */
	IMG_E_ABSENT,		/* no such structure or name here */
	IMG_E_BOUNDS,		/* it points outside the image or its region */
	IMG_E_CORRUPT,		/* present, but contradicts itself */
	IMG_E_UNSUPPORTED,	/* well formed, of a kind we do not know */
	IMG_E_SPACE,		/* does not fit */
	IMG_E_EXISTS,		/* the name is taken */
	IMG_E_MISMATCH,		/* compared, and differs */
	IMG_E_TIMEOUT,		/* hardware, or a FIFO's writer, did not come in time */
	IMG_E_REFUSED,		/* a safety rule says no; img_error.text has its id */
};

#define IMG_NOWHERE UINT64_MAX

/* Owned by the caller; may be NULL everywhere. Meaningful only after a failure. */
struct img_error {
	enum img_status status;
	int sys;		/* errno, or 0 */
	uint64_t at;		/* offset in the file or image, or IMG_NOWHERE */
	/* One sentence, no program or file name. Names quoted in it are as they were found: who
	 * shows it replaces control bytes (tools/common/diag.h does). */
	char text[1536];
};

/* Fills *err and returns status, so that "return img_fail(...)" is one line. */
enum img_status img_fail(struct img_error *err, enum img_status status, uint64_t at,
			 const char *fmt, ...) IMG_PRINTF(4, 5);

/* The same for a failed system call: IMG_E_IO, and errno's own words at the end. */
enum img_status img_fail_errno(struct img_error *err, int sys, const char *fmt, ...)
	IMG_PRINTF(3, 4);

/* Adds words in front of the sentence in *err: who was being worked on. */
void img_error_prefix(struct img_error *err, const char *fmt, ...) IMG_PRINTF(2, 3);

/* Adds words behind it: what state things are in. */
void img_error_suffix(struct img_error *err, const char *fmt, ...) IMG_PRINTF(2, 3);

/* "ok", "nomem", "io", "usage", "absent", "bounds", ...: the word used in JSON. */
const char *img_status_word(enum img_status status);

#endif
