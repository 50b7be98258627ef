/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine's own facts, out of a tree that is made for it, and what follows from them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>
#include <unistd.h>

#include "tools/programmer/external/machine.h"

static char root[] = "machine.XXXXXX";
static struct machine m;

/* A file with its folders, below the root; NULL: away with it. */
static void put(const char *path, const char *text)
{
	char whole[512], *slash;
	FILE *f;

	snprintf(whole, sizeof(whole), "%s/%s", root, path);
	if (!text) {
		unlink(whole);
		return;
	}
	for (slash = strchr(whole, '/'); slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		mkdir(whole, 0755);
		*slash = '/';
	}
	f = fopen(whole, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make_root(void **state)
{
	(void)state;
	return mkdtemp(root) ? 0 : -1;
}

static void test_nothing(void **state)
{
	size_t i;

	(void)state;
	machine_look(root, &m);
	for (i = 0; i < MACHINE_NAMES; i++)
		assert_string_equal(m.name[i], "");
	assert_false(m.memory || m.relaxed || m.mains || m.battery);
	assert_string_equal(m.lockdown, "");
	assert_int_equal(m.privileged, geteuid() == 0);
	/* A machine that says nothing is not another one, and a desktop has power. */
	assert_true(machine_is(&m, "LENOVO", "ThinkPad X230"));
	assert_null(machine_power(&m, (char[160]){ 0 }));
}

static void test_names(void **state)
{
	(void)state;
	put("sys/class/dmi/id/sys_vendor", "LENOVO\n");
	put("sys/class/dmi/id/product_name", "2325AB1\n");
	put("sys/class/dmi/id/product_version", "  ThinkPad X230\t\n");
	put("sys/class/dmi/id/board_vendor", "LENOVO\n");
	put("sys/class/dmi/id/board_name", "2325AB1\n");
	machine_look(root, &m);
	assert_string_equal(m.name[MACHINE_VENDOR], "LENOVO");
	assert_true(machine_is(&m, "LENOVO", "ThinkPad X230"));
	assert_true(machine_is(&m, "Lenovo", "thinkpad x230"));
	assert_true(machine_is(&m, "LENOVO", "X230"));
	assert_false(machine_is(&m, "LENOVO", "ThinkPad X23"));
	assert_false(machine_is(&m, "LENOVO", "ThinkPad X230s"));
	assert_false(machine_is(&m, "LENOVO", "ThinkPad X220"));
	assert_false(machine_is(&m, "Dell Inc.", "ThinkPad X230"));
	assert_false(machine_is(&m, "LENOVO", ""));
	put("sys/class/dmi/id/product_version", "");
	put("sys/class/dmi/id/product_name", "OptiPlex 9020\n");
	put("sys/class/dmi/id/sys_vendor", "Dell Inc.\n");
	machine_look(root, &m);
	assert_true(machine_is(&m, "Dell Inc.", "OptiPlex 9020 MT"));
	assert_false(machine_is(&m, "Dell Inc.", "OptiPlex 7010"));
}

static void test_power(void **state)
{
	char text[160];

	(void)state;
	put("sys/class/power_supply/BAT0/type", "Battery\n");
	put("sys/class/power_supply/BAT0/capacity", "30\n");
	put("sys/class/power_supply/AC/type", "Mains\n");
	put("sys/class/power_supply/AC/online", "0\n");
	put("sys/class/power_supply/hidpp_battery_0/type", "Battery\n");
	put("sys/class/power_supply/hidpp_battery_0/scope", "Device\n");
	put("sys/class/power_supply/hidpp_battery_0/capacity", "100\n");
	machine_look(root, &m);
	assert_non_null(machine_power(&m, text));
	assert_string_equal(text, "the battery has 30 % and no adapter is on line: plug it in, or "
				  "charge the battery above 30 %");
	put("sys/class/power_supply/BAT1/type", "Battery\n");
	put("sys/class/power_supply/BAT1/capacity", "31\n");
	machine_look(root, &m);
	assert_null(machine_power(&m, text));
	put("sys/class/power_supply/BAT1/capacity", "garbage\n");
	machine_look(root, &m);
	assert_non_null(machine_power(&m, text));
	put("sys/class/power_supply/AC/online", "1\n");
	machine_look(root, &m);
	assert_null(machine_power(&m, text));
}

static const struct chip_info open_chip = { .geometry = { .size = 0xc00000 } };
static struct machine_verdict v;

static void judge(unsigned signs, const struct chip_info *info)
{
	const struct external_answer a = { .signs = signs };

	machine_look(root, &m);
	m.privileged = true;
	machine_judge(&m, &a, info, &v);
}

#define CANNOT "this machine cannot be written internally, because "
#define CAN "this machine can be written internally, because "

static void test_kernel(void **state)
{
	(void)state;
	judge(0, &open_chip);
	assert_string_equal(v.text, CANNOT "the kernel has no /dev/mem (CONFIG_DEVMEM): start "
					   "another, or use a clip");
	assert_false(v.can);
	put("dev/mem", "");
	judge(0, &open_chip);
	assert_string_equal(v.text, CAN "the chipset opens every region");
	assert_true(v.can);
	put("sys/kernel/security/lockdown", "[none] integrity confidentiality\n");
	judge(0, &open_chip);
	assert_true(v.can);
	put("sys/kernel/security/lockdown", "none [integrity] confidentiality\n");
	judge(0, &open_chip);
	assert_string_equal(m.lockdown, "integrity");
	assert_false(v.can);
	assert_non_null(strstr(v.text, "the kernel is locked down"));
	put("sys/kernel/security/lockdown", NULL);
	put("proc/cmdline", "root=/dev/sda1 quiet\n");
	judge(ANSWER_NO_MEMORY, NULL);
	assert_non_null(strstr(v.text, "iomem=relaxed on its command line"));
	put("proc/cmdline", "root=/dev/sda1 iomem=relaxed quiet\n");
	judge(ANSWER_NO_MEMORY, NULL);
	assert_null(strstr(v.text, "iomem=relaxed"));
	assert_false(v.can);
	judge(ANSWER_NO_PRIVILEGE, NULL);
	assert_string_equal(v.text, CANNOT "the kernel gives no access to I/O ports");
	judge(0, &open_chip);
	m.privileged = false;
	machine_judge(&m, &(struct external_answer){ 0 }, &open_chip, &v);
	assert_string_equal(v.text, CANNOT "that takes root: put sudo before the command");
}

static void test_chipset(void **state)
{
	struct chip_info info = open_chip;

	(void)state;
	judge(ANSWER_SMM, &open_chip);
	assert_non_null(strstr(v.text, "guards the BIOS region by SMM"));
	assert_false(v.can);
	judge(ANSWER_BIOS_CONTROL, &open_chip);
	assert_false(v.can);
	judge(ANSWER_NO_CHIP, NULL);
	assert_string_equal(v.text, CANNOT "the program found no flash chip: use a clip");
	info.guards = 2;
	info.guard[0] = (struct chip_guard){ { 0, 0x1000 }, true, false, "Flash Descriptor" };
	info.guard[1] = (struct chip_guard){ { 0x3000, 0x4fd000 }, false, false,
					     "Management Engine" };
	judge(0, &info);
	assert_true(v.can);
	assert_string_equal(v.text, CAN "the chipset opens the BIOS region; closed are: Flash "
				    "Descriptor (0x00000000-0x00000fff) read-only, Management "
				    "Engine (0x00003000-0x004fffff) locked");
	info.guard[2] = (struct chip_guard){ { 0x500000, 0x700000 }, true, false, "BIOS" };
	info.guards = 3;
	judge(0, &info);
	assert_false(v.can);
	/* All of it, by a protected range. */
	info.guard[0] = (struct chip_guard){ { 0, 0xc00000 }, true, false, "PR0" };
	info.guards = 1;
	judge(0, &info);
	assert_false(v.can);
}

static void test_open_bytes(void **state)
{
	struct chip_info info = { .geometry = { .size = 0x10000 }, .guards = 3 };
	bool open;

	(void)state;
	info.guard[0] = (struct chip_guard){ { 0x8000, 0x1000 }, true, false, "a" };
	info.guard[1] = (struct chip_guard){ { 0x2000, 0x1000 }, false, false, "b" };
	info.guard[2] = (struct chip_guard){ { 0xf000, 0x9000 }, false, true, "c" };
	assert_int_equal(chip_open_bytes(&info, 0, true, &open), 0x2000);
	assert_true(open);
	assert_int_equal(chip_open_bytes(&info, 0x2800, true, &open), 0x800);
	assert_false(open);
	assert_int_equal(chip_open_bytes(&info, 0x3000, true, &open), 0x5000);
	assert_true(open);
	assert_int_equal(chip_open_bytes(&info, 0x3000, false, &open), 0xc000);
	assert_true(open);
	assert_int_equal(chip_open_bytes(&info, 0xf000, false, &open), 0x1000);
	assert_false(open);
	assert_int_equal(chip_open_bytes(&info, 0xf000, true, &open), 0x1000);
	assert_true(open);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),	  cmocka_unit_test(test_names),
		cmocka_unit_test(test_power),	  cmocka_unit_test(test_kernel),
		cmocka_unit_test(test_chipset),	  cmocka_unit_test(test_open_bytes),
	};

	return cmocka_run_group_tests(tests, make_root, NULL);
}
