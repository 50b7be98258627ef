/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One ROM on its way through: read by the source, changed by a worker, put into the sink.
 * Nothing here knows of other ROMs, so that workers need no locks.
 */
#ifndef TOOLS_RELEASE_ROM_H
#define TOOLS_RELEASE_ROM_H

#include "tools/common/checks.h"
#include "tools/release/facts.h"
#include "tools/release/mac.h"
#include "tools/release/sink.h"
#include "tools/release/vendor_files.h"

/* What is the same for all ROMs of a run; not changed while workers run. */
struct rom_plan {
	const struct img_board *board;
	const struct vendor_files *files;	/* inject: what to put in */
	const struct mac_choice *mac;		/* inject */
	const struct checks *checks;
	struct sink *sink;
	bool alone;	/* one ROM and no release: messages need not name it */
	bool want_sha1;				/* of ROMs that lists of old releases name */
};

struct rom {
	const struct rom_plan *plan;
	char *name;		/* final: without the prefix of stripped ROMs */
	bool stripped;		/* came without vendor files */
	struct img *img;	/* as it came, without pad byte; the worker closes it */

	/* Results. */
	struct img_digest published;	/* SHA-512 with vendor files, before a new MAC */
	struct img_digest published_sha1;	/* the same for lists of old releases */
	struct release_facts facts;	/* of the ROM with vendor files and the MAC it gets */
	bool has_mac;			/* there was a GbE region to put it in */
	struct sink_item item;
	enum img_status status;
	struct img_error err;
};

/* pool_fn: puts the vendor files in where they are missing, then the MAC. */
void rom_inject(void *rom);

/* pool_fn: takes them out, proves on the bytes that they are gone, adds prefix and pad. */
void rom_strip(void *rom);

/* Does not free rom itself. */
void rom_close(struct rom *rom);

#endif
