/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fixtures and real data for the tests of libimg. Include after cmocka.h. */
#ifndef TESTS_LIBIMG_FIXTURE_H
#define TESTS_LIBIMG_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>

#include "tests/synth/hex_text.h"

/* fixtures/NAME.hex; the test fails when it is not there. Owned. */
static inline struct img *fixture(const char *name)
{
	const char *top = getenv("TOP");
	struct img_error err;
	struct img *img = NULL;
	char path[512];

	snprintf(path, sizeof(path), "%s/fixtures/%s.hex", top ? top : ".", name);
	if (hex_text_open(path, &img, &err) != IMG_OK)
		fail_msg("%s: %s", path, err.text);
	return img;
}

/* A file of the real data, or NULL where they are not at hand. Owned. */
static inline struct img *real_file(const char *name)
{
	const char *corpus = getenv("CORPUS");
	struct img_error err;
	struct img *img = NULL;
	char path[512];

	if (!corpus || !*corpus)
		return NULL;
	snprintf(path, sizeof(path), "%s/%s", corpus, name);
	if (img_open(path, &img, &err) != IMG_OK)
		fail_msg("%s: %s", path, err.text);
	return img;
}

#endif
