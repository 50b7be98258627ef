/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The store of backups: backups/HASH.bin, one file for each content, by its SHA-256, and
 * HASH.json beside it:
 *
 *	{"romwright_backup":1, "date":"2026-11-20T12:00:00Z", "board":"x230_12mb" or null,
 *	 "chip":"bottom", "part":"Winbond W25Q64.V", "id":"ef4017", "size":8388608,
 *	 "sha256":"...", "confirmed":"two passes agree", "holds":"flash descriptor of ...",
 *	 "findings":["me-blank"],	what would stop it as an image
 *	 "closed":"Management Engine (0x00003000-0x0001afff)"}	what it lacks, else not there
 *
 * Nothing in it is ever replaced: a second backup of the same content finds the first, and a
 * file whose content is not what its name says is moved aside.
 */
#ifndef FLASH_STORE_BACKUP_H
#define FLASH_STORE_BACKUP_H

#include <jansson.h>

#include "libimg/core/digest.h"
#include "tools/common/findings.h"
#include "tools/flash/store/state.h"

#define BACKUP_FOLDER "backups"

/* Why a backup is believed to be right. */
enum backup_why {
	BACKUP_PASSES,		/* several passes of reading agree */
	BACKUP_STORED,		/* one pass, and it is what was stored before */
	BACKUP_IMAGE,		/* one pass, and it is the image that was to be written */
	BACKUP_JOURNAL,		/* what an interrupted write made of a stored backup */
	BACKUP_FILE,		/* the user's file (--flash-contents) */
	BACKUP_RECORD,		/* one pass, and it is what was written and verified before */
};
const char *backup_why_text(enum backup_why why);

struct backup_about {
	const char *board;	/* NULL: none */
	const char *chip;	/* its name on the board, or the programmer's kind */
	const char *vendor, *part;
	const char *id;		/* hex */
	const char *closed;	/* what could not be read, and is FF here; NULL: nothing */
	const struct findings *findings;	/* of the checks; warnings count */
	enum backup_why why;
};

/* A content's name in the store. */
enum img_status backup_name(struct img_view contents, char name[IMG_DIGEST_HEX],
			    struct img_error *err) IMG_CHECKED;

/* Is exactly this stored under its name? Trouble with the store is a no. */
bool backup_is_stored(const struct state *s, const char *name, struct img_view contents);

/*
 * Stores it, or finds that it is stored; on the disk when this returns. *aside is set, and owned,
 * when something else was in its place and has this path now.
 */
enum img_status backup_store(const struct state *s, const char *name, struct img_view contents,
			     const struct backup_about *about, char **aside,
			     struct img_error *err) IMG_CHECKED;

/* The file of a stored backup; owned. NULL: out of memory. */
char *backup_path(const struct state *s, const char *name);

/* IMG_E_CORRUPT: what is there is not what its name says. Others as state_read(). */
enum img_status backup_load(const struct state *s, const char *name, struct img **out,
			    struct img_error *err) IMG_CHECKED;

/*
 * The same, for those who read it piece by piece with img_peek() or once more with
 * img_duplicate(): it has been read and found right, and is not held in memory.
 */
enum img_status backup_open(const struct state *s, const char *name, struct img **out,
			    struct img_error *err) IMG_CHECKED;

/* Removes it, and what is known of it. */
enum img_status backup_remove(const struct state *s, const char *name, struct img_error *err)
	IMG_CHECKED;

/* What is known of a stored backup; owned, NULL: nothing, or nothing that can be read. */
json_t *backup_facts(const struct state *s, const char *name);

/* Exactly a name, as HASH above? */
bool backup_is_name(const char *text);

/* The names of all, sorted; backup_list_free() in every case. */
enum img_status backup_list(const struct state *s, char ***names, size_t *count,
			    struct img_error *err) IMG_CHECKED;
void backup_list_free(char **names, size_t count);

/*
 * A backup by the first digits of its name (eight at least) or all of them. IMG_E_ABSENT: none,
 * or several, begin so; IMG_E_USAGE: such a text is no beginning of a name.
 */
enum img_status backup_by_prefix(const struct state *s, const char *prefix,
				 char name[IMG_DIGEST_HEX], struct img_error *err) IMG_CHECKED;

#endif
