/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is known of a board, as a plain struct: libimg reads no board files. The programs
 * fill it from layouts/ (see tools/common/board.h). All pointers are borrowed.
 */
#ifndef IMG_CORE_BOARD_H
#define IMG_CORE_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/core/hardware.h"
#include "libimg/core/range.h"

#define IMG_BOARD_CHIPS 2
#define IMG_BOARD_REGIONS 16
#define IMG_BOARD_ALIASES 8

struct img_board_chip {
	const char *name;	/* bottom and top, or chip1 and chip2 */
	uint64_t size;		/* of the chip; the image may be smaller */
};

struct img_board_region {
	const char *name;	/* short name of the descriptor's region: "me" */
	struct img_range range;
};

enum img_piece_place {
	IMG_PIECE_REGION,	/* from the first byte of a descriptor region, rest 0xff */
	IMG_PIECE_CBFS,		/* a file in the CBFS */
	IMG_PIECE_ELSEWHERE,	/* on a chip of its own: never in the image */
};

/* A file that is taken out of a release and put back by its owner. */
struct img_board_piece {
	const char *file;	/* name of the prepared file: "me.bin" */
	enum img_piece_place place;
	const char *name;	/* region short name, or name in the CBFS */
	const char *type;	/* CBFS type as cbfstool says it: "mrc"; NULL for regions */
	bool fixed;		/* data at address, else at the first place with room */
	uint64_t address;	/* CPU address, the image ends at 4 GiB */
	bool xip;		/* executed in place: data 4 KiB aligned, relocated */
	const char *sha512;	/* of the prepared file; NULL: not published */
	const char *update;	/* which vendor update holds it, or NULL */
	const char *clean;	/* how it is made from that, or NULL */
};

struct img_board {
	const char *id;		/* "x230_12mb", as in release names */
	const char *name;	/* "Lenovo ThinkPad X230" */
	const struct img_hardware *hardware;	/* NULL: not known */
	uint64_t rom_size;
	size_t chip_count;
	struct img_board_chip chip[IMG_BOARD_CHIPS];	/* image order */
	size_t density_count;	/* 0: no descriptor */
	uint64_t density[IMG_BOARD_CHIPS];		/* what the descriptor says */
	bool place_low;		/* image smaller than its chip: at the chip's low end */
	size_t region_count;
	struct img_board_region region[IMG_BOARD_REGIONS];
	const char *identity[2];	/* coreboot vendor and part, or NULL */
	size_t alias_count;
	const char *alias[IMG_BOARD_ALIASES];	/* parts of machines that run the same image */
	const char *gbe_mac;	/* of the stock GbE file, or NULL */
	size_t piece_count;
	const struct img_board_piece *piece;		/* insertion order */
};

#endif
