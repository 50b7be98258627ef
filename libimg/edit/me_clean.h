/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking out of an ME region what the machine does not need to start, as me_cleaner does, byte for
 * byte. What will be done is a plan, made from the region alone; only when every check has passed
 * is there one, and only img_me_clean() changes anything. The maps of the bytes are in
 * libimg/format/me.h and me_module.h.
 *
 *	generation 1		everything is removed; the descriptor has to disable the region
 *	ME 6 Ignition		everything is removed
 *	generations 2 and 3	of the partitions FTPR stays, of its modules those that start the ME
 *	CSME 12 and later	nothing can be removed
 *
 * It is not followed where it destroys what is to stay: a partition that is removed but lies over
 * one that is kept, FTPR that ends behind the end of a region it had truncated before, a
 * truncated size beyond the region. Cleaning what is clean changes nothing.
 *
 * Refusals are IMG_E_REFUSED and end with an id in parentheses:
 *	me-signature	the manifest of FTPR is not what its key signed
 *	me-incomplete	what the ME needs to start is cut off or blank
 */
#ifndef IMG_EDIT_ME_CLEAN_H
#define IMG_EDIT_ME_CLEAN_H

#include "libimg/core/image.h"
#include "libimg/format/me_module.h"

enum {
	IMG_ME_KEEP_MODULES = 1,	/* -k: FTPR stays whole */
	IMG_ME_RELOCATE = 2,		/* -r: FTPR goes to the start; not with lists */
	IMG_ME_TRUNCATE = 4,		/* -t: what is not needed at the end is no result */
};

struct img_me_wish {
	unsigned flags;
	const char *keep;	/* partitions to keep besides FTPR, as "MFS,NFTP"; NULL: none */
	const char *remove;	/* only these are removed; NULL: all. Not both. */
};

enum img_me_action {
	IMG_ME_CLEAN,
	IMG_ME_WIPE,		/* all of it becomes 0xff */
	IMG_ME_NOTHING,		/* CSME 12 and later */
};

/* A change of some bytes. Offsets count from the start of the region. */
struct img_me_step {
	enum { IMG_ME_FILL, IMG_ME_PUT, IMG_ME_MOVE } kind;
	struct img_range range;		/* what is filled with 0xff, written, or moved */
	uint64_t to;			/* IMG_ME_MOVE; what it leaves becomes 0xff */
	uint8_t bytes[4];		/* IMG_ME_PUT, at most so many */
};

struct img_me_plan {
	enum img_me_action action;
	struct img_me me;
	bool has_modules;	/* code is there; else no module is removed, nothing relocated */
	struct img_me_code code;
	bool keep[IMG_ME_PARTITIONS_MAX];	/* of me.partition */
	bool keeps_modules;
	uint64_t boot_to;	/* where FTPR will be */
	uint64_t needed;	/* the region can be truncated to that; never more than it is */
	uint64_t result;	/* bytes of it that count afterwards: needed with IMG_ME_TRUNCATE,
				 * else all; no step makes more of what is behind them than it
				 * has to */
	size_t count;
	struct img_me_step *step;
};

/*
 * What cleaning this region would do. *out is written only on IMG_OK, and freed with
 * img_me_plan_free(). IMG_E_USAGE: keep with remove, or with relocation; FTPR in remove.
 * IMG_E_REFUSED: see above. IMG_E_CORRUPT: a partition that is to be removed lies on the tables
 * or on the manifest. IMG_E_UNSUPPORTED: a table of partitions that is not at 0x10. Else the
 * errors of img_me_decode(), img_me_signature() and img_me_code_read().
 */
enum img_status img_me_plan(struct img_view region, const struct img_me_wish *wish,
			    struct img_me_plan *out, struct img_error *err) IMG_CHECKED;
void img_me_plan_free(struct img_me_plan *plan);

/*
 * The same where the region is all of an image that may have been opened lazily: brings what the
 * plan is made of, which mostly is the table of partitions and FTPR, and what the result has.
 * Errors also: those of img_load().
 */
enum img_status img_me_plan_lazily(struct img *image, const struct img_me_wish *wish,
				   struct img_me_plan *out, struct img_error *err) IMG_CHECKED;

/*
 * Does what the plan says, and looks whether the result, the first plan->result bytes, is still a
 * region that starts. plan has to be of these bytes. IMG_E_CORRUPT: the result is not good, which
 * is a fault of ours; region is then changed and not to be used.
 */
enum img_status img_me_clean(struct img_span region, const struct img_me_plan *plan,
			     struct img_error *err) IMG_CHECKED;

/* Does an FTPR partition begin here, as an update image does? Its first 0x20 bytes tell. */
bool img_me_is_update(struct img_view file);

/*
 * The region that an ME 7 update image stands for: a bare FTPR partition, linked for a place in a
 * region that is not in the file. It gets that place and a table of partitions in front;
 * clean and relocate it as any other. *out is owned.
 *
 * IMG_E_ABSENT: no FTPR partition begins here. IMG_E_UNSUPPORTED: not of ME 7. IMG_E_BOUNDS:
 * shorter than the partition. IMG_E_CORRUPT: no place can be told.
 */
enum img_status img_me_from_update(struct img_view update, struct img **out,
				   struct img_error *err) IMG_CHECKED;

#endif
