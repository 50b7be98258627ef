/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/external/machine.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static IMG_PRINTF(3, 4) void read_text(char *out, size_t room, const char *fmt, ...);

/* The first line of a file, without what surrounds it; "": there is none. */
static void read_text(char *out, size_t room, const char *fmt, ...)
{
	char path[512], line[4096];
	size_t from, to, n = 0;
	va_list ap;
	ssize_t got;
	int fd;

	*out = 0;
	va_start(ap, fmt);
	vsnprintf(path, sizeof(path), fmt, ap);
	va_end(ap);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	got = read(fd, line, sizeof(line) - 1);
	close(fd);
	line[got > 0 ? got : 0] = 0;
	to = strcspn(line, "\n");
	for (from = 0; from < to && line[from] == ' '; from++)
		;
	while (to > from && line[to - 1] == ' ')
		to--;
	for (; from < to && n + 1 < room; from++)
		out[n++] = isprint((unsigned char)line[from]) ? line[from] : '?';
	out[n] = 0;
}

static void read_names(const char *root, struct machine *m)
{
	static const char *const files[] = {
		[MACHINE_VENDOR] = "sys_vendor", [MACHINE_PRODUCT] = "product_name",
		[MACHINE_VERSION] = "product_version", [MACHINE_BOARD_VENDOR] = "board_vendor",
		[MACHINE_BOARD] = "board_name",
	};
	size_t i;

	for (i = 0; i < MACHINE_NAMES; i++)
		read_text(m->name[i], MACHINE_TEXT, "%s/sys/class/dmi/id/%s", root, files[i]);
}

static void read_supply(const char *root, const char *name, struct machine *m)
{
	char type[16], scope[16], value[16];

	read_text(type, sizeof(type), "%s/sys/class/power_supply/%s/type", root, name);
	read_text(scope, sizeof(scope), "%s/sys/class/power_supply/%s/scope", root, name);
	if (!strcmp(scope, "Device"))	/* of a mouse */
		return;
	if (!strcmp(type, "Battery")) {
		read_text(value, sizeof(value), "%s/sys/class/power_supply/%s/capacity", root,
			  name);
		m->battery = true;
		if (strtoul(value, NULL, 10) > m->percent)
			m->percent = (unsigned)strtoul(value, NULL, 10);
	} else if (!strcmp(type, "Mains") || !strcmp(type, "USB")) {
		read_text(value, sizeof(value), "%s/sys/class/power_supply/%s/online", root, name);
		m->mains |= !strcmp(value, "1");
	}
}

static void read_supplies(const char *root, struct machine *m)
{
	char path[512];
	const struct dirent *entry;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/sys/class/power_supply", root);
	dir = opendir(path);
	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			read_supply(root, entry->d_name, m);
	if (dir)
		closedir(dir);
}

void machine_look(const char *root, struct machine *out)
{
	char line[2048], path[512], *begin;

	*out = (struct machine){ .privileged = geteuid() == 0 };
	read_names(root, out);
	read_text(line, sizeof(line), "%s/sys/kernel/security/lockdown", root);
	begin = strchr(line, '[');
	if (begin && strncmp(begin, "[none]", 6))
		snprintf(out->lockdown, sizeof(out->lockdown), "%.*s",
			 (int)strcspn(begin + 1, "]"), begin + 1);
	read_text(line, sizeof(line), "%s/proc/cmdline", root);
	out->relaxed = strstr(line, "iomem=relaxed") != NULL;
	snprintf(path, sizeof(path), "%s/dev/mem", root);
	out->memory = access(path, F_OK) == 0;
	read_supplies(root, out);
}

static IMG_PRINTF(2, 3) void add(struct machine_verdict *v, const char *fmt, ...)
{
	const size_t used = strlen(v->text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v->text + used, sizeof(v->text) - used, fmt, ap);
	va_end(ap);
}

/* Why the kernel keeps the program from the chipset; NULL: it does not. */
static const char *kernel_says_no(const struct machine *m, const struct external_answer *a)
{
	if (!m->privileged)
		return "that takes root: put sudo before the command";
	if (*m->lockdown)
		return "the kernel is locked down, as it is with Secure Boot: switch that off in "
		       "the setup, or use a clip";
	if (!m->memory)
		return "the kernel has no /dev/mem (CONFIG_DEVMEM): start another, or use a clip";
	if (a->signs & ANSWER_NO_MEMORY && !m->relaxed)
		return "the kernel guards the memory of devices: start it with iomem=relaxed on "
		       "its command line";
	if (a->signs & ANSWER_NO_MEMORY)
		return "the kernel gives no access to the memory of devices";
	if (a->signs & ANSWER_NO_PRIVILEGE)
		return "the kernel gives no access to I/O ports";
	return NULL;
}

/* Is all of the BIOS region closed, or all of the chip? */
static bool bios_closed(const struct chip_info *info)
{
	const uint64_t size = info->geometry.size;
	uint64_t at, n;
	bool open;
	size_t i;

	for (i = 0; i < info->guards; i++)
		if (!strcmp(info->guard[i].name, "BIOS") && !info->guard[i].write)
			return true;
	for (at = 0; at < size; at += n) {
		n = chip_open_bytes(info, at, true, &open);
		if (open)
			return false;
	}
	return true;
}

static const char *chipset_says_no(const struct external_answer *a, const struct chip_info *info)
{
	if (a->signs & ANSWER_SMM)
		return "the firmware guards the BIOS region by SMM: look for a switch in its "
		       "setup, or use a clip";
	if (a->signs & ANSWER_BIOS_CONTROL)
		return "the chipset's BIOS Control is locked by the firmware: look for a switch in "
		       "its setup, or use a clip";
	if (a->signs & ANSWER_NO_CHIPSET && !info)
		return "the program does not know its chipset: use a clip";
	if (!info)
		return "the program found no flash chip: use a clip";
	if (bios_closed(info))
		return "the descriptor or a protected range closes the BIOS region: use a clip";
	return NULL;
}

static void add_guards(struct machine_verdict *v, const struct chip_info *info)
{
	size_t i;

	for (i = 0; i < info->guards; i++) {
		const struct chip_guard *g = &info->guard[i];

		add(v, "%s%s (0x%08llx-0x%08llx) %s", i ? ", " : "; closed are: ", g->name,
		    (unsigned long long)g->range.start,
		    (unsigned long long)img_range_end(g->range) - 1,
		    g->read ? "read-only" : g->write ? "write-only" : "locked");
	}
}

void machine_judge(const struct machine *m, const struct external_answer *a,
		   const struct chip_info *info, struct machine_verdict *out)
{
	const char *no = kernel_says_no(m, a);

	if (!no)
		no = chipset_says_no(a, info);
	*out = (struct machine_verdict){ .can = !no };
	add(out, "this machine %s be written internally, because ", no ? "cannot" : "can");
	if (no)
		add(out, "%s", no);
	else
		add(out, "the chipset opens %s", info->guards ? "the BIOS region" : "every region");
	if (info)
		add_guards(out, info);
}

const char *machine_power(const struct machine *m, char text[160])
{
	if (m->mains || !m->battery || m->percent > MACHINE_BATTERY_MIN)
		return NULL;
	snprintf(text, 160,
		 "the battery has %u %% and no adapter is on line: plug it in, or charge the "
		 "battery above %d %%", m->percent, MACHINE_BATTERY_MIN);
	return text;
}

/* Does text have word in it, with no letter or digit beside it, whatever the case? */
static bool has_word(const char *text, const char *word)
{
	const size_t n = strlen(word);
	const char *at = text;

	while (n && (at = strcasestr(at, word))) {
		if ((at == text || !isalnum((unsigned char)at[-1])) &&
		    !isalnum((unsigned char)at[n]))
			return true;
		at++;
	}
	return false;
}

static bool alike(const char *a, const char *b)
{
	return has_word(a, b) || has_word(b, a);
}

/* true: none of these names is said. */
static bool silent(const struct machine *m, enum machine_name a, enum machine_name b,
		   enum machine_name c)
{
	return !*m->name[a] && !*m->name[b] && !*m->name[c];
}

bool machine_is(const struct machine *m, const char *vendor, const char *part)
{
	const bool maker = silent(m, MACHINE_VENDOR, MACHINE_BOARD_VENDOR, MACHINE_BOARD_VENDOR) ||
			   alike(m->name[MACHINE_VENDOR], vendor) ||
			   alike(m->name[MACHINE_BOARD_VENDOR], vendor);

	return maker && (silent(m, MACHINE_PRODUCT, MACHINE_VERSION, MACHINE_BOARD) ||
			 alike(m->name[MACHINE_PRODUCT], part) ||
			 alike(m->name[MACHINE_VERSION], part) ||
			 alike(m->name[MACHINE_BOARD], part));
}
