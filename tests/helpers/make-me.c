/* SPDX-License-Identifier: GPL-3.0-or-later */
/* make-me 1|2|3|ifwi OUT: a synthetic ME region of that generation. */
#include <stdio.h>
#include <string.h>

#include "libimg/core/save.h"
#include "tests/synth/me.h"

int main(int argc, char **argv)
{
	static uint8_t region[SYNTH_ME_SIZE];
	enum img_me_generation g = IMG_ME_GEN_1;
	struct img_error err;

	if (argc != 3)
		return 2;
	while (g < IMG_ME_IFWI && strcmp(argv[1], img_me_generation_word(g)))
		g++;
	synth_me(g, region);
	if (img_save_view(img_view_of(region, sizeof(region)), argv[2], IMG_SAVE_REPLACE, &err) ==
	    IMG_OK)
		return 0;
	fprintf(stderr, "make-me: %s: %s\n", argv[2], err.text);
	return 2;
}
