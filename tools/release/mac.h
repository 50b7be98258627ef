/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which MAC address the finished ROMs get: decided once, the same for all ROMs of a run.
 *
 *	keep			the GbE region as it is in the ROM
 *	stock			the board's stock GbE file, else the board's stock address
 *	random			??:??:??:??:??:??
 *	XX:XX:XX:XX:XX:XX	hexadecimal digits, ? or x for a random one; a random second digit
 *				makes the address local and unicast
 *
 * With a base (gbe.bin beside the vendor files) that file replaces the region first; with a
 * backup the region of the backup does.
 */
#ifndef TOOLS_RELEASE_MAC_H
#define TOOLS_RELEASE_MAC_H

#include <stdbool.h>

#include "libimg/core/board.h"
#include "libimg/core/image.h"
#include "libimg/format/gbe.h"

struct mac_choice {
	bool keep;
	bool set;			/* write mac, after base where there is one */
	uint8_t mac[IMG_GBE_MAC];
	bool spelled;			/* digit by digit, by somebody who knows it */
	struct img *base;		/* a whole GbE region, or NULL; owned */
};

/*
 * text as above, NULL for keep. base_path: the stock GbE file; not there is no error.
 * IMG_E_USAGE: no such form, all zeros, or multicast. IMG_E_ABSENT: stock, and neither a
 * file nor an address is known.
 */
enum img_status mac_choose(const char *text, const struct img_board *board, const char *base_path,
			   struct mac_choice *out, struct img_error *err) IMG_CHECKED;

/*
 * Takes the GbE region of a backup: a whole image with descriptor, or the region's file.
 * IMG_E_CORRUPT: none of its banks is valid.
 */
enum img_status mac_from_backup(const char *path, struct mac_choice *out, struct img_error *err)
	IMG_CHECKED;

/* IMG_E_ABSENT: the image has no GbE region. On any error the image is as it was. */
enum img_status mac_apply(const struct mac_choice *choice, struct img *image,
			  struct img_error *err) IMG_CHECKED;

/*
 * Of two states of an image: was there a good MAC address of the machine's own (no stock one),
 * and is it another now? IMG_E_REFUSED: yes; the sentence has both and the id MAC_CHANGE. An
 * address that was spelled out is meant.
 */
#define MAC_CHANGE "mac-change"
enum img_status mac_check_loss(const struct mac_choice *choice, const struct img_board *board,
			       const struct img_gbe *before, const struct img_gbe *after,
			       struct img_error *err) IMG_CHECKED;

/* The GbE region of an image. IMG_E_ABSENT, IMG_E_BOUNDS, IMG_E_UNSUPPORTED: none to be read. */
enum img_status mac_read(struct img_view image, struct img_gbe *out, struct img_error *err)
	IMG_CHECKED;

void mac_choice_close(struct mac_choice *choice);

#endif
