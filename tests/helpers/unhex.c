/* SPDX-License-Identifier: GPL-3.0-or-later */
/* unhex FIXTURE.hex OUT: the bytes of a fixture. */
#include <stdio.h>

#include "libimg/core/save.h"
#include "tests/synth/hex_text.h"

int main(int argc, char **argv)
{
	struct img_error err;
	struct img *img;
	enum img_status st;

	if (argc != 3)
		return 2;
	st = hex_text_open(argv[1], &img, &err);
	if (st == IMG_OK) {
		st = img_save_view(img_bytes(img), argv[2], IMG_SAVE_REPLACE, &err);
		img_close(img);
	}
	if (st != IMG_OK)
		fprintf(stderr, "unhex: %s: %s\n", argv[1], err.text);
	return st == IMG_OK ? 0 : 2;
}
