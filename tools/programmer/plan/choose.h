/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of plan/: what is erased, and by which command, so that the whole takes the least
 * time. An erase costs its own time, the programming of all in it that is not FF, and the
 * reading back of it; what is not erased costs its pages that differ, and is read back
 * where it differs. Blocks of all kinds that begin and end at sectors are weighed against
 * each other, within 256 KiB: no erase but that of all takes more.
 */
#ifndef PROGRAMMER_PLAN_CHOOSE_H
#define PROGRAMMER_PLAN_CHOOSE_H

#include "tools/programmer/plan/plan.h"

#define PLAN_SECTOR ((uint64_t)4 << 10)	/* what is compared, touched and read back */
#define PLAN_BLOCK ((uint64_t)64 << 10)
#define PLAN_KEEP 0xff

struct plan_sector {
	uint8_t kind;		/* of g->erase, of the one that begins here; PLAN_KEEP: none */
	bool erased;		/* it will be blank before it is programmed */
	bool touched;		/* it is read back: erased, or it differs */
};

/*
 * One entry of out for each sector of the chip, whose contents from and to are. *us: what
 * all of it takes.
 * IMG_E_UNSUPPORTED: bits have to be set where no erase is known.
 */
enum img_status plan_choose(struct img_view from, struct img_view to,
			    const struct chip_geometry *g, struct plan_sector *out, uint64_t *us,
			    struct img_error *err) IMG_CHECKED;

/* Does this page have to be programmed? */
bool plan_page_needed(bool erased, struct img_view from, struct img_view to);

/* Microseconds: to program a page, to erase a block, to read so many bytes back. */
uint64_t plan_page_us(const struct chip_geometry *g);
uint64_t plan_erase_us(const struct chip_erase_kind *kind, uint64_t size);
uint64_t plan_read_us(uint64_t bytes);

#endif
