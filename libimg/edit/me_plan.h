/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of me_clean.h: how a plan is written down. */
#ifndef IMG_EDIT_ME_PLAN_H
#define IMG_EDIT_ME_PLAN_H

#include "libimg/edit/me_clean.h"

/* A plan in the making. */
struct img_me_draft {
	struct img_view region;
	struct img_me_plan plan;
	size_t room;
	uint64_t kept_end;		/* behind the last byte that stays */
};

/* One more step. IMG_E_NOMEM. */
enum img_status img_me_add_step(struct img_me_draft *d, struct img_me_step step,
				struct img_error *err) IMG_CHECKED;
enum img_status img_me_add_word(struct img_me_draft *d, uint64_t at, uint32_t word, size_t bytes,
				struct img_error *err) IMG_CHECKED;

/*
 * Fills a range, clipped to the region. IMG_E_CORRUPT: it would take the tables or the manifest,
 * what of: "partition", "module" and name say for whom.
 */
enum img_status img_me_add_fill(struct img_me_draft *d, struct img_range range, const char *what,
				const char *name, struct img_error *err) IMG_CHECKED;

/* The modules that are not needed, and FTPR's new place. */
enum img_status img_me_plan_modules(struct img_me_draft *d, struct img_error *err) IMG_CHECKED;
enum img_status img_me_plan_relocation(struct img_me_draft *d, struct img_error *err) IMG_CHECKED;

/* IMG_E_CORRUPT: a step would fill or change bytes of an essential module. */
enum img_status img_me_check_kept(const struct img_me_draft *d, struct img_error *err) IMG_CHECKED;

#endif
