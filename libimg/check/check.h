/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The safety checks: one table for all programs. A check looks at an image and answers
 * pass, fail or not applicable; when it fails it says why in findings that carry its id,
 * the word that --allow= takes. There is no way to allow all of them at once.
 *
 * A false alarm is as bad as a miss: it teaches people to override. A check that cannot
 * know is not applicable.
 *
 * The whole table reads an image once at most: it walks the headers of the descriptor, the FMAP and
 * the CBFS, and hashes and decompresses nothing but what the ME's maker signed.
 */
#ifndef IMG_CHECK_CHECK_H
#define IMG_CHECK_CHECK_H

#include "libimg/core/board.h"
#include "libimg/core/view.h"
#include "libimg/format/ifd.h"

enum img_severity {
	IMG_NOTE,		/* true, and good to know */
	IMG_WARNING,		/* unusual; may be meant so */
	IMG_ERROR,		/* a machine with this image does not start, or loses something */
};

struct img_finding {
	const char *id;		/* of its check, "region-overlap" */
	enum img_severity severity;
	uint64_t at;		/* offset in the image, or IMG_NOWHERE */
	char text[512];		/* one sentence with the values found; names as in img_error */
};

/* Called once for each finding, which is borrowed for the call. */
typedef void img_finding_fn(void *ctx, const struct img_finding *finding);

/* What checks are about; scope of img_check_input says which of them to run. */
enum {
	IMG_CHECK_DESCRIPTOR = 1,	/* what the descriptor says of itself and of the file */
	IMG_CHECK_FILE = 2,		/* the file as a whole: cut, padded, stripped, blank */
	IMG_CHECK_BOARD = 4,		/* is it of the board at hand? */
	IMG_CHECK_CONTENT = 8,		/* what is in it: boot code, ME, vendor files, GbE */
	IMG_CHECK_PLACE = 16,		/* does the image begin and end where the chip does? */
};

/* What is known when the checks are run. Zero where nothing is. */
struct img_check_input {
	struct img_view image;		/* from the first byte; may be only the head */
	uint64_t size;			/* of the whole image */
	const struct img_ifd *ifd;	/* its descriptor, or NULL */
	const struct img_board *board;	/* whose image it should be, or NULL */
	const char *name;		/* of the file, which may have a mark; or NULL */
	bool is_part;			/* one chip's share of an image is welcome, too */
	unsigned scope;			/* 0: all checks */
	/* Boards there are: without a board, the image's own identity finds it among them. */
	const struct img_board *known;
	size_t known_count;
};

struct img_check_result {
	unsigned passed, failed, not_applicable;	/* how many checks said so */
	unsigned errors, warnings, notes;		/* findings of those that failed */
};

/* Runs the table in its order and reports every finding. report may be NULL. */
typedef struct img_check_result img_check_run_fn(const struct img_check_input *in,
						 img_finding_fn *report, void *ctx);
img_check_run_fn img_check_run;

/* The same of IMG_CHECK_DESCRIPTOR alone, for programs that need no other format. */
img_check_run_fn img_check_run_descriptor;

/* A row of the table, for those who list it. */
struct img_check_row {
	const char *id;
	enum img_severity severity;
	const char *about;	/* what is right when it passes */
};

/* Row i. False: the table has no more. */
bool img_check_row(size_t i, struct img_check_row *out);

/* The table's own spelling of an id, or NULL: no check is called so. */
const char *img_check_id(const char *id);

/* "note", "warning", "error" */
const char *img_severity_word(enum img_severity severity);

/* Is this address in GbE files that are shipped (the board's, if any, too), and so nobody's own? */
bool img_check_mac_is_stock(const uint8_t mac[6], const struct img_board *board);

/* The id of the check that knows release images without vendor files by their marks. */
#define IMG_CHECK_STRIPPED "stripped-image"

/* The id of the check that says that nobody knows what this is. */
#define IMG_CHECK_UNKNOWN "content-unknown"

/*
 * Does the last component of path begin with the mark of such images? Their check then says
 * IMG_CHECK_MARKED. This can be asked without the table.
 */
bool img_check_name_is_marked(const char *path);
#define IMG_CHECK_MARKED "the name says that the vendor files were removed for release; put " \
			 "them back with rom-inject first"

#endif
