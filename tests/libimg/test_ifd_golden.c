/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of real descriptors against what ifdtool made of them, where ifdtool is right. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "libimg/core/bytes.h"
#include "libimg/core/digest.h"
#include "libimg/edit/ifd_edit.h"
#include "tests/libimg/fixture.h"

static const char *const kinds[] = { "unlock", "lock", "altmedisable1", "altmedisable0", "em100",
				     "spifreq20" };
enum { UNLOCK, LOCK, ME_ON, ME_OFF, EM100, CLOCK_20, KINDS };

static enum img_status edit(struct img *img, unsigned kind, struct img_error *err)
{
	struct img_span s = img_span(img);

	switch (kind) {
	case UNLOCK:
		return img_ifd_unlock(s, err);
	case LOCK:
		return img_ifd_lock(s, err);
	case ME_ON:
	case ME_OFF:
		return img_ifd_set_me_disable(s, kind == ME_ON, err);
	case EM100:
		return img_ifd_set_em100(s, err);
	default:
		return img_ifd_set_clock(s, 20, err);
	}
}

/*
 * ifdtool writes PCHSTRP0 bit 16 on every version 2, clock codes of 100 series likewise, and the
 * emulator's code where Elkhart Lake has none.
 */
static bool peer_errs(const struct img_ifd *ifd, unsigned kind, const json_t *me)
{
	if (ifd->version == 1 || kind == UNLOCK || kind == LOCK)
		return false;
	if (kind == EM100)
		return ifd->generation == IMG_IFD_ELKHART_LAKE;
	return kind == CLOCK_20 || !json_is_integer(json_object_get(me, "strap")) ||
	       json_integer_value(json_object_get(me, "strap")) ||
	       ifd->me_disable.confidence < IMG_IFD_REPORTED;
}

/* The bit that the second opinion names, and nothing else; or nothing at all. */
static void assert_me_disable(struct img *img, const struct img_ifd *ifd, bool on,
			      const json_t *me)
{
	struct img_ifd_changes changes;
	struct img_ifd is;
	struct img *old;

	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	if (ifd->me_disable.confidence < IMG_IFD_REPORTED) {
		assert_int_equal(img_ifd_set_me_disable(img_span(img), on, NULL),
				 IMG_E_UNSUPPORTED);
		assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
		img_close(old);
		return;
	}
	assert_int_equal(img_ifd_set_me_disable(img_span(img), on, NULL), IMG_OK);
	assert_int_equal(img_ifd_compare(img_bytes(old), img_bytes(img), &changes, NULL), IMG_OK);
	assert_int_equal(changes.count, json_is_true(json_object_get(me, "set")) != on);
	if (changes.count) {
		assert_int_equal(changes.change[0].at, ifd->strap_at +
				 4 * (uint32_t)json_integer_value(json_object_get(me, "strap")));
		assert_int_equal(changes.change[0].before ^ changes.change[0].after, 0x10000);
	}
	assert_int_equal(img_ifd_decode(img_bytes(img), &is, NULL), IMG_OK);
	assert_int_equal(is.me_disable.set, on);
	img_close(old);
}

static void assert_instead(struct img *img, const struct img_ifd *ifd, unsigned kind,
			   const json_t *me)
{
	struct img_error err;

	if (kind == ME_ON || kind == ME_OFF)
		assert_me_disable(img, ifd, kind == ME_ON, me);
	else if (kind == CLOCK_20 && ifd->generation == IMG_IFD_ELKHART_LAKE)
		assert_int_equal(edit(img, kind, &err), IMG_OK);
	else
		assert_int_equal(edit(img, kind, &err), IMG_E_UNSUPPORTED);
}

static void assert_like(struct img *img, unsigned kind, const json_t *edits, const char *file)
{
	const json_t *want = json_object_get(edits, kinds[kind]);
	struct img_digest digest;
	char hex[IMG_DIGEST_HEX];
	struct img_error err;

	if (edit(img, kind, &err) != IMG_OK)
		fail_msg("%s: %s: %s", file, kinds[kind], err.text);
	assert_int_equal(img_ifd_edit_check(img_bytes(img), 0, NULL), IMG_OK);
	assert_int_equal(img_digest(IMG_SHA256, img_bytes(img), &digest, NULL), IMG_OK);
	img_digest_hex(&digest, hex);
	if (strcmp(hex, json_string_value(json_object_get(want, "sha256"))))
		fail_msg("%s: %s differs", file, kinds[kind]);
}

/* How many edits were like ifdtool's. */
static unsigned compare(const json_t *root)
{
	const char *file = json_string_value(json_object_get(root, "file"));
	const json_t *me = json_object_get(json_object_get(root, "independent"), "me_disable");
	unsigned alike = 0;

	for (unsigned kind = 0; kind < KINDS; kind++) {
		struct img *img = real_file(file);
		struct img_ifd ifd;

		assert_int_equal(img_ifd_decode(img_bytes(img), &ifd, NULL), IMG_OK);
		if (peer_errs(&ifd, kind, me)) {
			assert_instead(img, &ifd, kind, me);
		} else {
			assert_like(img, kind, json_object_get(root, "edits"), file);
			alike++;
		}
		img_close(img);
	}
	return alike;
}

static void test_golden(void **state)
{
	const char *corpus = getenv("CORPUS");
	unsigned descriptors = 0, alike = 0;
	char path[256];
	struct dirent *entry;
	DIR *dir;

	(void)state;
	if (!corpus || !*corpus)
		skip();
	assert_true(snprintf(path, sizeof(path), "%s/golden/ifd", corpus) < (int)sizeof(path));
	dir = opendir(path);
	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		struct img *text;
		json_t *root;

		if (!strstr(entry->d_name, ".json"))
			continue;
		snprintf(path, sizeof(path), "golden/ifd/%.200s", entry->d_name);
		text = real_file(path);
		root = json_loadb((const char *)img_view_data(img_bytes(text)), img_size(text), 0,
				  NULL);
		assert_non_null(root);
		alike += compare(root);
		descriptors++;
		json_decref(root);
		img_close(text);
	}
	closedir(dir);
	assert_true(descriptors >= 36 && alike >= 170);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_golden) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
