/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What rom-flash has in hand: a job is one chip on one programmer, with its part of the
 * image. Without a board there is one job and its part is the image.
 */
#ifndef FLASH_JOB_H
#define FLASH_JOB_H

#include "libimg/edit/holds.h"
#include "libimg/format/gbe.h"
#include "tools/common/board.h"
#include "tools/common/checks.h"
#include "tools/common/diag.h"
#include "tools/common/findings.h"
#include "tools/common/progress.h"
#include "tools/flash/store/backup.h"
#include "tools/flash/store/journal.h"
#include "tools/flash/unique.h"
#include "tools/programmer/bus/open.h"
#include "tools/programmer/external/chip.h"
#include "tools/programmer/run/run.h"

enum operation { FLASH_PROBE, FLASH_READ, FLASH_WRITE, FLASH_VERIFY, FLASH_ERASE };

#define FLASH_PROGRAMMERS IMG_BOARD_CHIPS
#define FLASH_KEEP_MAX 8
#define FLASH_REGIONS 64

struct flash_options {
	enum operation operation;
	const char *file;		/* of -r, -w, -v */
	const char *board;
	const char *chip;		/* -c */
	const char *contents;		/* --flash-contents */
	const char *layout;		/* -l, or: */
	bool ifd, fmap;
	const char *include[FLASH_REGIONS];	/* -i NAME or NAME:FILE */
	size_t includes;
	bool verify_included;		/* -N */
	const char *log;		/* -o */
	const char *programmer[FLASH_PROGRAMMERS];
	size_t programmers;
	unsigned reads;
	unsigned patience;		/* seconds for one run of another program; 0: by size */
	struct chip_options chip_options;	/* --size, -m */
	bool force, no_verify, dry_run, list_chips, list, wiring;
	const char *wire_to;		/* --for */
	unsigned millivolts;		/* --voltage; 0: not said */
	const char *backup[FLASH_PROGRAMMERS];	/* of "restore" */
	size_t backups;			/* 0: this is no restore */
	bool list_backups, prune;	/* "backups", --prune N: */
	unsigned keep_newest;
	const char *keep[FLASH_KEEP_MAX];	/* --keep: regions that stay as they are */
	size_t keeps;
	struct checks checks;		/* --allow */
};

/* What makes a write safe; see safe.h. */
struct job_safe {
	char id[2 * CHIP_ID_SIZE + 2 * CHIP_EXT_SIZE + 1];	/* the chip's, in hex */
	enum backup_why why;		/* its contents are believed to be what was read */
	char name[IMG_DIGEST_HEX];	/* of the backup */
	bool stored;			/* it is in the store */
	char *journal_name;
	struct journal journal;		/* of this job when it was begun before */
	struct img *original;		/* its backup, opened lazily; NULL: the job is new */
	bool resumed;			/* and the chip is as the journal says */
	bool logging;			/* log is open: */
	int log;
};

#define FLASH_OWN_MAX (2 + IMG_HARDWARE_LINES)

/* What a chip had that is its machine's alone; see keep.h. */
struct job_own {
	bool has_gbe;
	struct img_gbe gbe;
	struct unique_mark mark[FLASH_OWN_MAX];
};

struct flash_region {		/* regions.h */
	struct img_range range;		/* in the image */
	const char *file;		/* NULL: none of its own */
};

struct job {
	const struct diag *diag;	/* of the flash it is part of */
	const char *name;		/* the chip's on the board, or the programmer's kind */
	size_t index;			/* of the board's chips */
	uint64_t board_size;		/* what the board says the chip has; 0: no board */
	bool joined;			/* the machine's own flash: the chips of a board as one */
	bool running;			/* the machine may be running on it: it stays on */
	const char *programmer;		/* its -p, as given */
	struct bus_spec spec;
	struct spi_bus *bus;		/* NULL: another program does it */
	struct external_options how;	/* then: what it is told ... */
	struct external_state external;	/* ... and what there is to know; program "": it is ours */
	struct chip *chip;
	struct chip_info info;		/* of chip, also when that is closed */
	struct img_range part;		/* of the image */
	uint64_t place;			/* where on the chip the part goes */
	struct img *old;		/* what was read */
	struct img *target;		/* what it shall hold, NULL: its part of the image; */
	struct img_view wanted;		/* all of it */
	struct plan plan;
	struct run_result result;
	struct progress progress;	/* watch.h */
	struct job_safe safe;
	struct job_own own;
	bool kept[FLASH_KEEP_MAX];	/* the region of options.keep is on this chip */
	bool finished;			/* as far as this operation goes */
	enum img_status status;		/* of what is done to all chips at once ... */
	struct img_error err;		/* ... and why */
};

#define RECORD_RELEASE 80

/* What records say of the image that was given, not of a chip's part; see record.h. */
struct record_image {
	char sha512[IMG_DIGEST_HEX];	/* "": there is no image */
	char release[RECORD_RELEASE];	/* "": it says nothing */
};

struct flash {
	struct diag diag;
	struct flash_options options;
	struct board_handle *board_;
	const struct img_board *board;	/* NULL: none */
	struct img *image;		/* of -w and -v; NULL again when no chip needs it */
	struct record_image noted;	/* of image */
	struct findings findings;	/* of the checks of -w, not yet said; of what -r read */
	struct img *contents;		/* of --flash-contents */
	struct flash_region region[FLASH_REGIONS];	/* by their start */
	size_t regions;			/* 0: all of the image */
	struct job job[FLASH_PROGRAMMERS];	/* in image order */
	size_t jobs;
	struct progress_line *line;	/* all jobs share it; NULL: there is one only */
	char holds[IMG_HOLDS_TEXT];	/* what -r read looks like */
	bool summed;			/* FILE.sha512 was written */
	struct state state;		/* backups and journals */
	int argc;			/* the command line, to be shown again */
	char **argv;
	bool guided;			/* one programmer for all chips of the board */
	struct bus_spec one;		/* which is this */
	const char *about;		/* whom the error below is about; NULL: nobody */
	struct img_error err;
};

/* The functions fill f->err and f->about on failure. */

/* Only the board of -b, where there is one. */
enum img_status flash_find_board(struct flash *f) IMG_CHECKED;

/* Board and programmers from the options; nothing is opened. */
enum img_status flash_assign(struct flash *f) IMG_CHECKED;

/* Opens the programmers and identifies the chips. With an operation that needs it, the
 * chip has to be the board's and the one of -c. IMG_E_REFUSED: it is another. */
enum img_status flash_connect(struct flash *f) IMG_CHECKED;

/* Which part of the image each job takes; without an image of the one its board has, or of
 * the chip. IMG_E_REFUSED: its size is wrong. */
enum img_status flash_cut(struct flash *f) IMG_CHECKED;

/* Closes the chips and programmers; the first failure is told. */
enum img_status flash_disconnect(struct flash *f) IMG_CHECKED;
void flash_free_job(struct job *job);	/* what it owns; it is closed already */
void flash_free(struct flash *f);

/* All chips of the board are in hand. */
bool flash_complete(const struct flash *f);

#endif
