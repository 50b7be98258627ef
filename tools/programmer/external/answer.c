/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/external/answer.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LINE_MAX_ 600
#define KIB_MAX ((uint64_t)128 << 10)

static const struct { const char *text; unsigned sign; } signs[] = {
	{ "No EEPROM/flash device found", ANSWER_NO_CHIP },
	{ "Unknown programmer", ANSWER_NO_PROGRAMMER },
	{ "Unknown chip", ANSWER_NO_SUCH_CHIP },
	{ "Programmer initialization failed", ANSWER_NOT_OPENED },
	{ "Could not get I/O privileges", ANSWER_NO_PRIVILEGE },
	{ "/dev/mem mmap failed", ANSWER_NO_MEMORY },
	{ "open(/dev/mem)", ANSWER_NO_MEMORY },
	{ "SMM protection is enabled", ANSWER_SMM },
	{ "Setting BIOS Control at", ANSWER_BIOS_CONTROL },
	{ "Write/erase is not working yet on your programmer", ANSWER_BIOS_CONTROL },
	{ "Override Strap-Pin is set", ANSWER_STRAP },
	{ "Not all flash regions are freely accessible", ANSWER_RESTRICTED },
	{ "flash regions are read protected", ANSWER_RESTRICTED },
	{ "flash regions are write protected", ANSWER_RESTRICTED },
	{ "does not appear to", ANSWER_OTHER_BOARD },
	{ "apparently didn't do anything", ANSWER_UNTOUCHED },
	{ "in an unknown state", ANSWER_UNKNOWN_STATE },
	{ "No chipset found", ANSWER_NO_CHIPSET },
};

/* Lines that tell of a failure, and those among them that say nothing else. */
static const char *const reasons[] = { "rror", "ailed", "FAILED", "annot", "ouldn't", "ould not",
				       "No such", "denied", "not found", "Aborting", "Unknown ",
				       "unknown state" };
static const char *const empty[] = { "Programmer initialization failed", "Aborting.", "error: 0",
				     "UNTESTED for", "untested", "flash chip contents... FAILED",
				     "Reading flash... ", "No EEPROM/flash device found" };

static bool any_of(const char *line, const char *const list[], size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (strstr(line, list[i]))
			return true;
	return false;
}

/* Copies up to a delimiter, only what can be shown. Returns what follows, NULL: none is there. */
static const char *copy_until(const char *from, const char *delimiter, char *to, size_t room)
{
	const char *end = strstr(from, delimiter);
	size_t n = 0;

	if (!end)
		return NULL;
	for (; from < end && n + 1 < room; from++)
		to[n++] = isprint((unsigned char)*from) ? *from : '?';
	to[n] = 0;
	return end + strlen(delimiter);
}

/* Found Winbond flash chip "W25Q128.V" (16384 kB, SPI) on dummy. */
static void take_found(const char *line, struct external_answer *a)
{
	char vendor[sizeof(a->vendor)], name[sizeof(a->name)], *end;
	const char *s = strstr(line, "Found ");
	unsigned long long kib;

	if (!s)
		return;
	s = copy_until(s + 6, " flash chip \"", vendor, sizeof(vendor));
	if (s)
		s = copy_until(s, "\" (", name, sizeof(name));
	if (!s || !isdigit((unsigned char)*s))
		return;
	kib = strtoull(s, &end, 10);
	if (strncmp(end, " kB", 3) || kib > KIB_MAX)
		return;
	memcpy(a->vendor, vendor, sizeof(vendor));
	memcpy(a->name, name, sizeof(name));
	a->size = kib * 1024;
}

static void take_several(const char *line, struct external_answer *a)
{
	const char *s = strstr(line, "Multiple flash chip");

	s = s ? strchr(s, '"') : NULL;
	if (s)
		snprintf(a->several, sizeof(a->several), "%s", s);
}

/* 0xSTART-0xEND, the end inclusive; returns what follows, NULL: it is none. */
static const char *take_range(const char *s, struct img_range *out)
{
	unsigned long long start, last;
	char *end;

	if (strncmp(s, "0x", 2) || !isxdigit((unsigned char)s[2]))
		return NULL;
	start = strtoull(s, &end, 16);
	if (strncmp(end, "-0x", 3) || !isxdigit((unsigned char)end[3]))
		return NULL;
	last = strtoull(end + 1, &end, 16);
	if (last < start || last >= UINT32_MAX)
		return NULL;
	*out = (struct img_range){ start, last - start + 1 };
	return end;
}

/* FREGn: NAME region (RANGE) is WORD, or [G]PRn: Warning: RANGE is WORD. */
static void take_access(const char *line, struct external_answer *a)
{
	struct answer_range r = { .region = true };
	const char *s = strstr(line, "FREG"), *name, *number;

	if (!s) {
		r.region = false;
		s = strstr(line, "PR");
	}
	if (!s || !isdigit((unsigned char)s[r.region ? 4 : 2]))
		return;
	name = strchr(s, ':');
	number = strstr(s, "0x");
	if (!name || !number || number < name)
		return;
	if (!r.region)
		copy_until(s > line && s[-1] == 'G' ? s - 1 : s, ":", r.name, sizeof(r.name));
	else if (!copy_until(name + 1 + strspn(name + 1, " "), " region", r.name, sizeof(r.name)))
		return;
	s = take_range(number, &r.range);
	s = s ? strstr(s, " is ") : NULL;
	if (!s)
		return;
	r.read = !strncmp(s + 4, "read-", 5);
	r.write = !strncmp(s + 4, "read-write", 10) || !strncmp(s + 4, "write-only", 10);
	if (a->count < ANSWER_RANGES)
		a->range[a->count++] = r;
	else
		a->more = true;
}

static void take_line(const char *line, struct external_answer *a)
{
	size_t i;

	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++)
		if (strstr(line, signs[i].text))
			a->signs |= signs[i].sign;
	take_found(line, a);
	take_several(line, a);
	take_access(line, a);
	if (!*a->error && any_of(line, reasons, sizeof(reasons) / sizeof(reasons[0])) &&
	    !any_of(line, empty, sizeof(empty) / sizeof(empty[0])))
		snprintf(a->error, sizeof(a->error), "%.*s", (int)sizeof(a->error) - 1, line);
}

static void take_text(const char *text, struct external_answer *a)
{
	char line[LINE_MAX_];
	size_t n = 0, i;

	for (;; text++) {
		if (*text && *text != '\n' && *text != '\r') {
			if (n + 1 < sizeof(line))
				line[n++] = isprint((unsigned char)*text) ? *text : '?';
			continue;
		}
		line[n] = 0;
		for (i = 0; line[i] == ' '; i++)
			;
		take_line(line + i, a);
		n = 0;
		if (!*text)
			return;
	}
}

void answer_parse(const char *out, const char *err, struct external_answer *a)
{
	*a = (struct external_answer){ 0 };
	/* What went wrong is on the second; the first has the chip. */
	take_text(err, a);
	take_text(out, a);
}
