/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * linux_mtd through its real device interface: umockdev gives this process a /dev/mtd0, which is
 * a file, and its facts in sysfs; each ioctl is carried out here as the kernel does it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/programmer/mock.h"

#ifdef HAVE_UMOCKDEV

#include <errno.h>
#include <fcntl.h>
#include <mtd/mtd-user.h>
#include <sys/ioctl.h>
#include <umockdev.h>
#include <unistd.h>

#include "tools/programmer/mtd/mtd.h"
#include "tools/programmer/run/run.h"

#define SIZE ((size_t)1 << 20)
#define BLOCK 65536u
#define BLOCKS (SIZE / BLOCK)

struct kernel {
	UMockdevTestbed *testbed;
	UMockdevIoctlBase *handler;
	char *file;		/* what is in the chip */
	bool locked[BLOCKS];
	bool knows_locks;	/* the driver has MEMISLOCKED */
	int refuse;		/* errno of the next MEMERASE */
	unsigned erases, locks, unlocks, asked;
	struct img_error err;
};

static bool touches_locked(const struct kernel *k, const struct erase_info_user *e)
{
	size_t i;

	for (i = e->start / BLOCK; i < (e->start + e->length) / BLOCK; i++)
		if (k->locked[i])
			return true;
	return false;
}

static long erase(struct kernel *k, const struct erase_info_user *e)
{
	uint8_t *blank = malloc(e->length);
	int fd;

	k->erases++;
	if (k->refuse)
		return -k->refuse;
	if (e->start % BLOCK || e->length != BLOCK)
		return -EINVAL;
	if (touches_locked(k, e))
		return -EROFS;
	memset(blank, 0xff, e->length);
	fd = open(k->file, O_WRONLY);
	assert_int_equal(pwrite(fd, blank, e->length, e->start), e->length);
	close(fd);
	free(blank);
	return 0;
}

static long set_locks(struct kernel *k, const struct erase_info_user *e, bool on)
{
	size_t i;

	k->locks += on;
	k->unlocks += !on;
	if (e->start % BLOCK || e->length % BLOCK || e->start + e->length > SIZE)
		return -EINVAL;
	for (i = e->start / BLOCK; i < (e->start + e->length) / BLOCK; i++)
		k->locked[i] = on;
	return 0;
}

static long carry_out(struct kernel *k, gulong request, const struct erase_info_user *e)
{
	switch (request) {
	case MEMERASE:
		return erase(k, e);
	case MEMISLOCKED:
		k->asked++;
		return k->knows_locks ? touches_locked(k, e) : -EOPNOTSUPP;
	case MEMLOCK:
		return set_locks(k, e, true);
	case MEMUNLOCK:
		return set_locks(k, e, false);
	default:
		return -ENOTTY;
	}
}

static gboolean handle(UMockdevIoctlBase *base, UMockdevIoctlClient *client, gpointer ctx)
{
	UMockdevIoctlData *arg = umockdev_ioctl_client_get_arg(client), *data;
	struct erase_info_user e;
	uint8_t *bytes;
	long r;
	int n;

	(void)base;
	data = umockdev_ioctl_data_resolve(arg, 0, sizeof(e), NULL);
	umockdev_ioctl_data_retrieve(data, &bytes, &n);
	memcpy(&e, bytes, sizeof(e));
	g_free(bytes);
	umockdev_ioctl_data_unref(data);
	r = carry_out(ctx, umockdev_ioctl_client_get_request(client), &e);
	umockdev_ioctl_client_complete(client, r < 0 ? -1 : r, r < 0 ? (int)-r : 0);
	return TRUE;
}

static struct kernel *make(void)
{
	struct kernel *k = calloc(1, sizeof(*k));
	gchar *root, *text;

	assert_non_null(k);
	k->testbed = umockdev_testbed_new();
	k->knows_locks = true;
	assert_true(umockdev_testbed_add_from_string(k->testbed,
		"P: /devices/platform/spi/mtd/mtd0\nN: mtd0=00\nE: SUBSYSTEM=mtd\n"
		"E: DEVNAME=/dev/mtd0\nA: type=nor\\n\nA: size=1048576\\n\nA: erasesize=65536\\n\n"
		"A: flags=0xc00\\n\nA: numeraseregions=0\\n\nA: name=spi0.0\\n\n", NULL));
	root = umockdev_testbed_get_root_dir(k->testbed);
	k->file = g_strdup_printf("%s/dev/mtd0", root);
	g_free(root);
	text = g_malloc(SIZE);
	memset(text, 0x33, SIZE);
	assert_true(g_file_set_contents(k->file, text, SIZE, NULL));
	g_free(text);
	k->handler = umockdev_ioctl_base_new();
	g_signal_connect(k->handler, "handle-ioctl", G_CALLBACK(handle), k);
	assert_true(umockdev_testbed_attach_ioctl(k->testbed, "/dev/mtd0", k->handler, NULL));
	return k;
}

static void drop(struct kernel *k)
{
	umockdev_testbed_detach_ioctl(k->testbed, "/dev/mtd0", NULL);
	g_object_unref(k->handler);
	g_object_unref(k->testbed);
	g_free(k->file);
	free(k);
}

static enum img_status connect_to(struct kernel *k, const char *text, struct chip **out)
{
	struct bus_spec spec;
	enum img_status st;

	assert_int_equal(bus_spec_parse(text, &spec, NULL), IMG_OK);
	st = mtd_open(&spec, out, &k->err);
	bus_spec_free(&spec);
	return st;
}

static struct img *contents(const struct kernel *k)
{
	struct img *img = NULL;

	assert_int_equal(img_open(k->file, &img, NULL), IMG_OK);
	return img;
}

/* What is there with other bytes in two blocks, one of which needs no erase. */
static struct img *make_wanted(const struct kernel *k)
{
	struct img *img = contents(k);
	uint8_t *bytes = img_span_bytes(img_span(img));

	memset(bytes + 70000, 0xc5, 5000);
	memset(bytes + SIZE - 4096, 0x11, 300);
	return img;
}

static enum img_status write_chip(struct kernel *k, struct run_result *result)
{
	struct img *old, *wanted = make_wanted(k);
	struct chip *chip;
	struct plan plan;
	enum img_status st;

	assert_int_equal(connect_to(k, "linux_mtd:dev=0", &chip), IMG_OK);
	assert_int_equal(run_read(chip, 2, (struct run_hope){ 0 }, NULL, &old, &k->err), IMG_OK);
	assert_int_equal(plan_make(img_bytes(old), img_bytes(wanted), &chip_info(chip)->geometry,
				   NULL, &plan, &k->err), IMG_OK);
	st = run_plan(chip, &plan, img_bytes(old), img_bytes(wanted), true, NULL, result, &k->err);
	plan_free(&plan);
	img_close(old);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	old = contents(k);
	assert_int_equal(st == IMG_OK, img_view_equal(img_bytes(old), img_bytes(wanted)));
	img_close(old);
	img_close(wanted);
	return st;
}

static void test_write(void **state)
{
	struct kernel *k = make();
	struct run_result result;

	(void)state;
	assert_int_equal(write_chip(k, &result), IMG_OK);
	assert_true(result.verified && result.changed);
	/* The block that only lost bits was not erased. */
	assert_int_equal(k->erases, 1);
	assert_int_equal(k->unlocks + k->locks, 0);
	assert_int_equal(k->asked, BLOCKS);
	drop(k);
}

static void test_facts(void **state)
{
	struct kernel *k = make();
	struct chip *chip;

	(void)state;
	assert_int_equal(connect_to(k, "linux_mtd", &chip), IMG_OK);
	assert_string_equal(chip_info(chip)->name, "mtd0 (spi0.0)");
	assert_int_equal(chip_info(chip)->geometry.size, SIZE);
	assert_int_equal(chip_info(chip)->geometry.erase[0].size, BLOCK);
	assert_false(chip_info(chip)->protected);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	drop(k);
}

/* What was locked is unlocked for the write, and nothing else is locked after it. */
static void test_locks(void **state)
{
	struct kernel *k = make();
	struct run_result result;
	size_t i;

	(void)state;
	k->locked[1] = k->locked[BLOCKS - 2] = k->locked[BLOCKS - 1] = true;
	assert_int_equal(write_chip(k, &result), IMG_OK);
	assert_int_equal(k->unlocks, 2);
	assert_int_equal(k->locks, 2);
	for (i = 0; i < BLOCKS; i++)
		assert_int_equal(k->locked[i], i == 1 || i >= BLOCKS - 2);
	drop(k);
}

static void test_locks_unknown(void **state)
{
	struct kernel *k = make();
	struct run_result result;

	(void)state;
	k->knows_locks = false;
	assert_int_equal(write_chip(k, &result), IMG_OK);
	assert_int_equal(k->asked, 1);
	drop(k);
}

static void test_refused(void **state)
{
	struct kernel *k = make();
	struct run_result result;

	(void)state;
	k->refuse = EIO;
	assert_int_equal(write_chip(k, &result), IMG_E_IO);
	assert_int_equal(k->err.at, 0x10000);
	assert_non_null(strstr(k->err.text, "mtd0 does not erase here: "));
	assert_non_null(strstr(k->err.text, "is it protected, or is WP# low?"));
	assert_int_equal(k->err.sys, EIO);
	drop(k);
}

/* Each fact that is wrong is refused before the device is opened. */
static void test_bad_facts(void **state)
{
	static const struct {
		const char *name, *value;
		enum img_status want;
		const char *says;
	} rows[] = {
		{ "type", "nand", IMG_E_UNSUPPORTED, "mtd0 is nand" },
		{ "type", "", IMG_E_UNSUPPORTED, "mtd0 is " },
		{ "size", "0", IMG_E_UNSUPPORTED, "has 0 bytes" },
		{ "size", "1000000", IMG_E_UNSUPPORTED, "has 1000000 bytes" },
		{ "size", "1048576x", IMG_E_UNSUPPORTED, "its size is \"1048576x\"" },
		{ "size", "99999999999999999999999", IMG_E_UNSUPPORTED, "not a number" },
		{ "size", "268435456", IMG_E_UNSUPPORTED, "has 268435456 bytes" },
		{ "erasesize", "0", IMG_E_UNSUPPORTED, "erase blocks of 0" },
		{ "erasesize", "512", IMG_E_UNSUPPORTED, "erase blocks of 512" },
		{ "erasesize", "12288", IMG_E_UNSUPPORTED, "erase blocks of 12288" },
		{ "erasesize", "524288", IMG_E_UNSUPPORTED, "erase blocks of 524288" },
		{ "numeraseregions", "2", IMG_E_UNSUPPORTED, "of several sizes" },
		{ "flags", "", IMG_E_UNSUPPORTED, "its flags is \"\"" },
	};
	struct chip *chip;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kernel *k = make();

		umockdev_testbed_set_attribute(k->testbed, "/sys/devices/platform/spi/mtd/mtd0",
					       rows[i].name, rows[i].value);
		assert_int_equal(connect_to(k, "linux_mtd:dev=0", &chip), rows[i].want);
		if (!strstr(k->err.text, rows[i].says))
			fail_msg("%s: %s", rows[i].says, k->err.text);
		assert_int_equal(k->asked, 0);
		drop(k);
	}
}

static void test_others(void **state)
{
	struct kernel *k = make();
	struct chip *chip;

	(void)state;
	assert_int_equal(connect_to(k, "linux_mtd:dev=1", &chip), IMG_E_ABSENT);
	assert_non_null(strstr(k->err.text, "there is no mtd1"));
	assert_int_equal(connect_to(k, "linux_mtd:dev=/dev/mtd0", &chip), IMG_E_USAGE);
	assert_int_equal(connect_to(k, "linux_mtd:dev=0,spispeed=1", &chip), IMG_E_USAGE);
	/* Without the flag that says so it is not written to, nor opened for it. */
	umockdev_testbed_set_attribute(k->testbed, "/sys/devices/platform/spi/mtd/mtd0", "flags",
				       "0x800");
	assert_int_equal(connect_to(k, "linux_mtd:dev=0", &chip), IMG_OK);
	assert_int_equal(chip_info(chip)->geometry.program, CHIP_PROGRAM_NONE);
	assert_int_equal(chip_program(chip, 0, img_view_of("x", 1), &k->err), IMG_E_UNSUPPORTED);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	drop(k);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),	      cmocka_unit_test(test_facts),
		cmocka_unit_test(test_locks),	      cmocka_unit_test(test_locks_unknown),
		cmocka_unit_test(test_refused),	      cmocka_unit_test(test_bad_facts),
		cmocka_unit_test(test_others),
	};

	(void)argc;
	mock_enter(argv);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

#else

int main(void)
{
	return mock_skip();
}

#endif
