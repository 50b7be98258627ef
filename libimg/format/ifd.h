/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The Intel flash descriptor: which part of the flash belongs to whom, who may read and
 * write it, how large the chips are. Region 0, at flash offset 0; everything it says is in
 * its first 4 KiB, little endian (Meteor Lake and later reserve 16 KiB for it).
 *
 * S is where the signature 5a a5 f0 0f stands: 0x10, or 0x00 until ICH10 and on early
 * 5 series. Bases in the map are in units of 16 bytes from flash offset 0, not from S.
 *
 *	S+0x04	FLMAP0	 7:0 FCBA component section	 9:8 NC, chips - 1
 *			23:16 FRBA region section	26:24 NR (unreliable, see region_slots)
 *	S+0x08	FLMAP1	 7:0 FMBA master section	10:8 NM (meaning differs, unused here)
 *			23:16 FPSBA soft straps		31:24 ISL, straps of 32 bits
 *	S+0x0c	FLMAP2	 7:0 FMSBA processor straps	15:8 MSL, their number	23:16 ICCRIBA
 *			from 500 series: 11:2 CSSO	23:16 CSSL
 *	S+0x10	FLMAP3	31:21 major, 20:14 minor revision (from 500 series)
 *	0xefc	FLUMAP1	 7:0 VTBA	15:8 VTL, dwords	31:24 MDTBA
 *	0xf00	OEM section, 256 bytes
 *
 *	FCBA+0	FLCOMP	densities, 512 KiB << code: 2:0 and 5:3 until 7 series and on Bay Trail,
 *			3:0 and 7:4 from 8 series (15: none); 19:17 read clock, 20 fast read,
 *			23:21 fast read clock, 26:24 write and erase, 29:27 read ID and status,
 *			30 dual output fast read; from 300 series 12..15 dual output, dual I/O,
 *			quad output, quad I/O, and 19:17 the eSPI clock (reserved later)
 *	FCBA+4	FLILL	four forbidden opcodes
 *	FCBA+8	FLPB until 9 series (12:0 partition boundary / 4096), then four more opcodes
 *
 *	FRBA+4i	FLREG	14:0 first 4 KiB block, 30:16 last one. Unused: first > last, or the
 *			fillers 7fff7fff and ffffffff; 00000000 is the descriptor's own and
 *			nobody else's (a finding).
 *
 *	FMBA+4i	FLMSTR	v1: 15:0 requester, 23:16 may read region 0..7, 31:24 may write
 *			v2: 19:8 may read region 0..11, 31:20 may write; from 300 series
 *			    3:0 may read 12..15, 7:4 may write 12..15
 *
 *	VTBA+8i	VSCC	JID: vendor, device ID (2 bytes); then the two parameter halves
 *
 * Sources: Intel's SPI programming guides as decoded by flashrom (ich_descriptors.c) and
 * coreboot's ifdtool, compared on several dozen real descriptors. Where the two differ
 * (density width on 8 series, frequency codes, ME disable straps) flashrom is followed.
 */
#ifndef IMG_FORMAT_IFD_H
#define IMG_FORMAT_IFD_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"

#define IMG_IFD_SIZE 0x1000		/* the descriptor proper */
#define IMG_IFD_HEAD 0x4000		/* enough of an image for all of region 0 */
#define IMG_IFD_REGIONS 16
#define IMG_IFD_MASTERS 6
#define IMG_IFD_COMPONENTS 2
#define IMG_IFD_STRAPS 255
#define IMG_IFD_VSCC 127

/* What FLREG indexes and bits of masters mean; only these are asked for by number. */
enum img_ifd_region {
	IMG_IFD_FD = 0,
	IMG_IFD_BIOS = 1,
	IMG_IFD_ME = 2,
	IMG_IFD_GBE = 3,
	IMG_IFD_PD = 4,
};

/* Chipset generations in the order of their appearance; what cannot be told apart is one. */
enum img_ifd_generation {
	IMG_IFD_UNKNOWN_V1,
	IMG_IFD_ICH8,
	IMG_IFD_ICH9,
	IMG_IFD_ICH10,
	IMG_IFD_5_SERIES,
	IMG_IFD_6_SERIES,	/* and 7 */
	IMG_IFD_BAY_TRAIL,	/* and Braswell */
	IMG_IFD_8_SERIES,	/* and 9, Wellsburg */
	IMG_IFD_UNKNOWN_V2,	/* the first of version 2 */
	IMG_IFD_100_SERIES,	/* and 200 */
	IMG_IFD_C620,
	IMG_IFD_APOLLO_LAKE,
	IMG_IFD_GEMINI_LAKE,
	IMG_IFD_300_SERIES,	/* and 400; the first with permissions for regions 12 to 15 */
	IMG_IFD_500_SERIES,
	IMG_IFD_600_SERIES,	/* and 700 */
	IMG_IFD_C740,
	IMG_IFD_ELKHART_LAKE,
	IMG_IFD_JASPER_LAKE,
	IMG_IFD_METEOR_LAKE,
	IMG_IFD_PANTHER_LAKE,
	IMG_IFD_GENERATIONS,
};

enum img_ifd_clock {
	IMG_IFD_CLOCK_READ,	/* until 200 series, C620 and the Atoms */
	IMG_IFD_CLOCK_FAST_READ,
	IMG_IFD_CLOCK_WRITE,	/* and erase */
	IMG_IFD_CLOCK_READ_ID,	/* and read status */
	IMG_IFD_CLOCK_ESPI,	/* eSPI or EC bus, 300 series and later */
	IMG_IFD_CLOCKS,
};

struct img_ifd_frequency {
	bool present;		/* this generation has the field */
	unsigned code;
	unsigned mhz;		/* 0: the code is reserved in this generation */
};

struct img_ifd_master {
	uint32_t raw;		/* FLMSTR */
	uint16_t requester;	/* version 1; else 0 */
	uint32_t read, write;	/* bit i: region i; only regions this descriptor can have */
};

/* How sure the place of an ME disable bit is. */
enum img_ifd_confidence {
	IMG_IFD_NOT_KNOWN,	/* no place is known: set is meaningless */
	IMG_IFD_NOT_CONFIRMED,	/* a place is said; to be shown, never written */
	IMG_IFD_REPORTED,	/* by users of one fork; written with a warning */
	IMG_IFD_CONFIRMED,	/* documented, widely used or seen on hardware */
};

struct img_ifd_me_disable {
	enum img_ifd_confidence confidence;
	const char *name;	/* "AltMeDisable", "HAP", "MeDisable"; NULL: not known */
	unsigned strap, bit;	/* of PCHSTRP; on ICH8 to 10 MCHSTRP0 bits 0 and 7 belong to it */
	bool set;
};

/* Global protected range 0: what the chipset itself keeps everybody from. */
struct img_ifd_gpr0 {
	bool present;		/* this generation has it */
	unsigned strap;		/* of PCHSTRP */
	bool read, write;	/* protected from; neither: switched off */
	struct img_range range;	/* meaningful when protected */
};

struct img_ifd_vscc {
	uint32_t jid;		/* 7:0 vendor, 15:8 and 23:16 device ID */
	uint32_t vscc;
};

struct img_ifd {
	uint64_t signature_at;		/* 0 or 0x10 */
	unsigned version;		/* 1 or 2, by the room between the sections */
	enum img_ifd_generation generation;

	/* Where the sections are, as offsets in the flash, and their raw heads. */
	uint32_t component_at, region_at, master_at, strap_at;
	uint32_t processor_strap_at;	/* 0: none that is known to be in the descriptor */
	uint32_t vscc_at;
	uint32_t flmap[4], flumap1;
	uint32_t flcomp;

	/* Chips, low addresses first. */
	unsigned components;		/* 1 or 2 */
	unsigned component_count_said;	/* NC + 1; over 2 is an error */
	unsigned density_bits;		/* 3 or 4 */
	unsigned density_code[IMG_IFD_COMPONENTS];
	uint64_t component_size[IMG_IFD_COMPONENTS];	/* 0: not there, or code reserved */
	uint8_t forbidden[8];		/* opcodes; 0: none. Version 1 has four. */
	uint64_t partition_boundary;	/* version 1 */
	struct img_ifd_frequency frequency[IMG_IFD_CLOCKS];
	bool fast_read;
	bool dual_output_fast_read;	/* 6 series and later */

	/* Regions. Size 0: unused. Order by index, which is not the order in the flash. */
	unsigned region_slots;		/* how many this descriptor can have */
	uint32_t flreg[IMG_IFD_REGIONS];	/* raw; 0xffffffff above region_slots */
	struct img_range region[IMG_IFD_REGIONS];

	unsigned masters;		/* 3 in version 1, 5 in version 2, 6 on C620 */
	struct img_ifd_master master[IMG_IFD_MASTERS];

	unsigned straps;
	uint32_t strap[IMG_IFD_STRAPS];	/* PCHSTRP0... */
	unsigned processor_straps;
	struct img_ifd_me_disable me_disable;
	struct img_ifd_gpr0 gpr0;
	uint64_t top_swap_size;		/* Alder Lake P and N; 0: not known */

	unsigned vscc_said;		/* entries by VTL */
	unsigned vscc_count;		/* of these in the descriptor */
	struct img_ifd_vscc vscc[IMG_IFD_VSCC];
};

/*
 * Decodes the descriptor at the start of image, of which the first IMG_IFD_SIZE bytes are
 * needed and read. *out is written only on IMG_OK. Regions that overlap or leave the image,
 * reserved codes and impossible counts are decoded as they stand and are the business of
 * libimg/check: what cannot be written may well be read.
 *
 * IMG_E_ABSENT: no signature at 0 or 0x10, or section bases no Intel descriptor has (some
 *	AMD images carry a dummy).
 * IMG_E_BOUNDS: the descriptor is cut off, or one of its tables leaves the first 4 KiB.
 * IMG_E_CORRUPT: its sections lie over each other.
 */
enum img_status img_ifd_decode(struct img_view image, struct img_ifd *out,
			       struct img_error *err) IMG_CHECKED;

/* Is there a signature at 0 or 0x10? Says nothing about what follows it. */
bool img_ifd_signature(struct img_view image, uint64_t *at);

/* "fd", "bios", "me", "gbe", "pd", "devexp", ... as in flashrom layouts; i < IMG_IFD_REGIONS. */
const char *img_ifd_region_name(unsigned i);
/* "Flash Descriptor", "BIOS", ... */
const char *img_ifd_region_title(unsigned i);
/* The index of a short name; false: no such name. */
bool img_ifd_region_find(const char *short_name, unsigned *index);

/* "bios", "me", "gbe", "devexp", "ec", "ie"; i < IMG_IFD_MASTERS. */
const char *img_ifd_master_name(unsigned i);

/* "8/9 series (Lynx Point)" */
const char *img_ifd_generation_name(enum img_ifd_generation generation);

/* The sum of the components' sizes. */
uint64_t img_ifd_flash_size(const struct img_ifd *ifd);

/*
 * What the processor may read and write, as masks of regions: what a programmer running on
 * the machine itself can do. On version 1 the BIOS always reaches its own region.
 */
void img_ifd_internal_access(const struct img_ifd *ifd, uint32_t *read, uint32_t *write);

/* What a clock code stands for in this generation, in MHz; 0: reserved, or no such field. */
unsigned img_ifd_clock_mhz(enum img_ifd_generation generation, enum img_ifd_clock clock,
			   unsigned code);

/*
 * The sizes of a well-formed descriptor's chips: for programs that cut an image by them.
 * How many of component_size[] are there; 0 when the count or a density is not usable.
 */
size_t img_ifd_usable_components(const struct img_ifd *ifd);

#endif
