/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-image BOARD VARIANT OUT [stripped]: a synthetic ROM, with vendor files or without. */
#include <stdio.h>

#include "libimg/core/save.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"

int main(int argc, char **argv)
{
	const struct img_board *board = argc == 4 || argc == 5 ? board_compiled(argv[1]) : NULL;
	struct img_error err;
	struct img *img;
	enum img_status st;

	if (!board) {
		fprintf(stderr, "usage: make-image BOARD VARIANT OUT [stripped]\n");
		return 2;
	}
	st = synth_image(board, argv[2], &img, &err);
	if (st == IMG_OK && argc == 4)
		st = synth_complete(board, img, &err);
	if (st == IMG_OK) {
		st = img_save_view(img_bytes(img), argv[3], IMG_SAVE_REPLACE, &err);
		img_close(img);
	}
	if (st != IMG_OK)
		fprintf(stderr, "make-image: %s: %s\n", argv[3], err.text);
	return st == IMG_OK ? 0 : 2;
}
