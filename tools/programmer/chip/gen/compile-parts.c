/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compile-parts parts.tsv > parts.c
 *
 * A program of the build: the rows of parts.tsv into the table of chip/part.h. Says line
 * and cell of what it does not understand, and fails.
 */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum column { ID, EXT, PROBE, VENDOR, NAMES, SIZE, PROGRAM, ERASE, WHOLE, ADDR4, MODE, STATUS, WRSR,
	      UNLOCK, PROTECT, ERRORS, MV, MS, SFDP, QUIRKS, COLUMNS };

static const char *const headings[COLUMNS] = {
	"id", "ext", "probe", "vendor", "names", "size", "program", "erase", "whole", "addr4",
	"mode", "status", "wrsr", "unlock", "protect", "errors", "mv", "ms", "sfdp", "quirks",
};

struct word {
	const char *text, *means;
};

static const struct word probes[] = {
	{ "9F", "CHIP_PROBE_RDID" }, { "AB1", "CHIP_PROBE_RES1" }, { "AB2", "CHIP_PROBE_RES2" },
	{ "90", "CHIP_PROBE_REMS" }, { "15", "CHIP_PROBE_AT25F" }, { 0 },
};
static const struct word programs[] = {
	{ "256", "CHIP_PROGRAM_PAGE, .page = 256" }, { "512", "CHIP_PROGRAM_PAGE, .page = 512" },
	{ "byte", "CHIP_PROGRAM_BYTE" },
	{ "aai", "CHIP_PROGRAM_AAI" }, { "-", "CHIP_PROGRAM_NONE" }, { 0 },
};
static const struct word address_flags[] = {
	{ "B7", "CHIP_B7" }, { "06B7", "CHIP_06_B7" }, { "C5", "CHIP_EAR_C5" },
	{ "17", "CHIP_BANK_17" }, { "13", "CHIP_NATIVE_13" }, { "0C", "CHIP_NATIVE_0C" },
	{ "12", "CHIP_NATIVE_12" }, { 0 },
};
static const struct word status_flags[] = {
	{ "sr2:01", "CHIP_SR2_BY_01" }, { "sr2:31", "CHIP_SR2_BY_31" },
	{ "sr2:01/31", "CHIP_SR2" }, { "sr3:01", "CHIP_SR3_BY_01" },
	{ "sr3:11", "CHIP_SR3_BY_11" }, { "cr", "CHIP_CR" }, { "scur", "CHIP_SCUR" }, { 0 },
};
static const struct word wrsr_flags[] = {
	{ "06", "CHIP_WRSR_06" }, { "50", "CHIP_WRSR_50" },
	{ "06/50", "CHIP_WRSR_06 | CHIP_WRSR_50" }, { 0 },
};
static const struct word sfdp_flags[] = {
	{ "yes", "CHIP_SFDP" }, { "no", "CHIP_NO_SFDP" }, { 0 },
};
static const struct word quirk_flags[] = {
	{ "bank-b9", "CHIP_BANK_B9" }, { "e9-password", "CHIP_E9_PASSWORD" },
	{ "stacked", "CHIP_STACKED" }, { "c2-dies", "CHIP_C2_DIES" }, { "locked", "CHIP_LOCKED" },
	{ "reset", "CHIP_RESET" }, { "mx", "CHIP_MX" }, { "no-native", "CHIP_NO_NATIVE" }, { 0 },
};
static const struct word modes[] = {
	{ "sr3.0", "{ CHIP_REG_SR3, 0x01 }" }, { "fsr.0", "{ CHIP_REG_FSR, 0x01 }" },
	{ "cr.5", "{ CHIP_REG_CR, 0x20 }" }, { "scur.2", "{ CHIP_REG_SCUR, 0x04 }" },
	{ "-", "{ CHIP_REG_NONE, 0 }" }, { 0 },
};
static const struct word error_kinds[] = {
	{ "-", "CHIP_ERRORS_NONE" }, { "micron", "CHIP_ERRORS_MICRON" },
	{ "spansion", "CHIP_ERRORS_SPANSION" }, { "spansion07", "CHIP_ERRORS_SPANSION_07" },
	{ "macronix", "CHIP_ERRORS_MACRONIX" }, { "epe", "CHIP_ERRORS_EPE" },
	{ "bit6", "CHIP_ERRORS_BIT6" }, { 0 },
};
static const struct word range_kinds[] = {
	{ "~", "CHIP_RANGES_UNKNOWN" }, { "std", "CHIP_RANGES_STD" },
	{ "64K-block", "CHIP_RANGES_64K" }, { "2x-block", "CHIP_RANGES_2X" },
	{ "bit-cmp", "CHIP_RANGES_BIT_CMP" }, { "sixteenth", "CHIP_RANGES_SIXTEENTH" }, { 0 },
};

struct line {
	const char *path;
	unsigned number;
	char *cell[COLUMNS];
	char text[4096];	/* what the cells point into */
};

static _Noreturn void fail(const struct line *l, const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "compile-parts: %s:%u: ", l->path, l->number);
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(2);
}

static bool is_none(const char *cell)
{
	return !strcmp(cell, "-");
}

static const char *lookup(const struct line *l, const struct word *words, const char *text)
{
	for (; words->text; words++)
		if (!strcmp(words->text, text))
			return words->means;
	fail(l, "\"%s\" is no word of this column", text);
}

/* "4K" and the like; *end is what follows. */
static unsigned long size_of(const struct line *l, const char *text, char **end)
{
	unsigned long n = strtoul(text, end, 10);

	if (*end == text || !n || n > 1024)
		fail(l, "\"%s\" is no size", text);
	if (**end == 'K')
		n <<= 10;
	else if (**end == 'M')
		n <<= 20;
	else
		return n;
	++*end;
	return n;
}

static unsigned hex_byte(const struct line *l, const char *text)
{
	unsigned n;
	char rest;

	if (strlen(text) < 2 || sscanf((char[]){ text[0], text[1], 0 }, "%x%c", &n, &rest) != 1)
		fail(l, "\"%s\" is not hexadecimal", text);
	return n;
}

static size_t put_bytes(const struct line *l, const char *field, const char *text, size_t digits,
			size_t most)
{
	size_t i;

	if (!digits || digits % 2 || digits / 2 > most)
		fail(l, "\"%s\" has not 1 to %zu bytes", text, most);
	printf(" .%s = {", field);
	for (i = 0; i < digits; i += 2)
		printf(" 0x%02x,", hex_byte(l, text + i));
	fputs(" },", stdout);
	return digits / 2;
}

static void put_string(const char *field, const char *text)
{
	printf(" .%s = \"", field);
	for (; *text; text++)
		printf(strchr("\"\\?", *text) ? "\\%c" : "%c", *text);
	fputs("\",", stdout);
}

static void put_ext(const struct line *l)
{
	const char *ext = l->cell[EXT], *slash = strchr(ext, '/');
	size_t i, n = slash ? (size_t)(slash - ext) : strlen(ext);

	if (is_none(ext))
		return;
	if (*ext == 'r') {
		fputs(" .ext_by_res = true,", stdout);
		ext++;
		n--;
	}
	printf(" .ext_size = %zu,", put_bytes(l, "ext", ext, n, 3));
	if (slash) {
		if (strlen(slash + 1) != n)
			fail(l, "value and mask of ext differ in length");
		put_bytes(l, "ext_mask", slash + 1, n, 3);
	} else {
		fputs(" .ext_mask = {", stdout);
		for (i = 0; i < n / 2; i++)
			fputs(" 0xff,", stdout);
		fputs(" },", stdout);
	}
}

/* The words of a cell, joined by "|". */
static void put_flags(const struct line *l, enum column column, const struct word *words)
{
	char copy[128], *rest = copy, *word;

	if (is_none(l->cell[column]))
		return;
	if (strlen(l->cell[column]) >= sizeof(copy))
		fail(l, "cell %s is too long", headings[column]);
	strcpy(copy, l->cell[column]);
	while ((word = strsep(&rest, ",")))
		printf(" | %s", lookup(l, words, word));
}

static void put_unlock(const struct line *l)
{
	const char *cell = l->cell[UNLOCK];

	if (is_none(cell))
		return;
	if (!strcmp(cell, "global0")) {
		fputs("\t  .unlock = CHIP_UNLOCK_GLOBAL, .unlock_mask = 0x0c,\n", stdout);
	} else if (!strcmp(cell, "98")) {
		fputs("\t  .unlock = CHIP_UNLOCK_98,\n", stdout);
	} else {
		if (cell[2] && strcmp(cell + 2, "+80"))
			fail(l, "unlock is a mask, or mask+80");
		printf("\t  .unlock = CHIP_UNLOCK_MASK, .unlock_mask = 0x%02x,\n"
		       "\t  .unlock_srwd = %d,\n", hex_byte(l, cell), cell[2] == '+');
	}
}

static unsigned bits(const struct line *l, const char *text)
{
	unsigned first, last, extra;
	char rest;

	if (sscanf(text, "%u-%u+%u%c", &first, &last, &extra, &rest) == 3 && extra < 8)
		extra = 1u << extra;
	else if (sscanf(text, "%u-%u%c", &first, &last, &rest) == 2)
		extra = 0;
	else
		fail(l, "\"%s\" are no bits", text);
	if (first > last || last > 7)
		fail(l, "\"%s\" are no bits", text);
	return ((2u << last) - (1u << first)) | extra;
}

/* "tb5", "cmp2.6", "tbcr.3" */
static bool put_bit(const struct line *l, const char *word)
{
	static const char *const names[] = { "tb", "sec", "cmp", "wps", "srl" };
	static const struct word registers[] = {
		{ "cr.", "CR" }, { "2.", "SR2" }, { "3.", "SR3" }, { "", "SR1" },
	};
	size_t i, k;

	for (i = 0; i < 5 && strncmp(word, names[i], strlen(names[i])); i++)
		;
	if (i == 5)
		return false;
	word += strlen(names[i]);
	for (k = 0; strncmp(word, registers[k].text, strlen(registers[k].text)); k++)
		;
	word += strlen(registers[k].text);
	if (*word < '0' || *word > '7' || word[1])
		fail(l, "\"%s\" is no bit", word);
	printf(" .%s = { CHIP_REG_%s, 0x%02x },", names[i], registers[k].means,
	       1u << (*word - '0'));
	return true;
}

static void put_protect(const struct line *l)
{
	char copy[128], *rest = copy, *word;

	if (is_none(l->cell[PROTECT]) || !strcmp(l->cell[PROTECT], "atmel"))
		return;
	if (strlen(l->cell[PROTECT]) >= sizeof(copy))
		fail(l, "cell protect is too long");
	strcpy(copy, l->cell[PROTECT]);
	fputs("\t  .protect = {", stdout);
	while ((word = strsep(&rest, ","))) {
		if (!strncmp(word, "bp", 2))
			printf(" .bp = 0x%02x,", bits(l, word + 2));
		else if (!strcmp(word, "srp7"))
			fputs(" .srp = 0x80,", stdout);
		else if (!put_bit(l, word))
			printf(" .ranges = %s", lookup(l, range_kinds, word));
	}
	puts(" },");
}

/* "4Kx2+8K+64Kx31": declares the map. */
static void put_map(const struct line *l, const char *text, size_t row, unsigned kind,
		    unsigned long chip)
{
	unsigned long size, count, largest = 0, sum = 0;
	char *end;

	printf("static const struct chip_region map_%zu_%u[] = {", row, kind);
	for (;; text = end + 1) {
		size = size_of(l, text, &end);
		count = 1;
		if (*end == 'x')
			count = strtoul(end + 1, &end, 10);
		printf(" { %lu, %lu },", count, size);
		largest = size > largest ? size : largest;
		sum += count * size;
		if (*end != '+')
			break;
	}
	puts(" { 0, 0 } };");
	if (*end || sum != chip || largest != 64ul << 10)
		fail(l, "the blocks of an erase are up to 64K and make up the chip");
}

static unsigned long chip_size(const struct line *l)
{
	char *end;
	unsigned long size = size_of(l, l->cell[SIZE], &end);

	if (*end || size < 256ul << 10 || size > 128ul << 20 || size & (size - 1))
		fail(l, "a chip of %s", l->cell[SIZE]);
	return size;
}

/* Goes twice over the erase commands: first for the maps, then for what refers to them. */
static void put_erases(const struct line *l, size_t row, bool maps)
{
	char copy[256], *rest = copy, *word, *end;
	unsigned kind = 0;

	if (is_none(l->cell[ERASE]))
		return;
	if (strlen(l->cell[ERASE]) >= sizeof(copy))
		fail(l, "cell erase is too long");
	strcpy(copy, l->cell[ERASE]);
	if (!maps)
		fputs("\t  .erase = {", stdout);
	for (; (word = strsep(&rest, ",")); kind++) {
		const unsigned opcode = hex_byte(l, word);
		const bool map = strpbrk(word, "+x");

		if (kind == 8 || word[2] != ':')
			fail(l, "erase is opcode:size, at most 8 times");
		if (maps && map)
			put_map(l, word + 3, row, kind, chip_size(l));
		else if (!maps && map)
			printf(" { 0x%02x, 0x10000, map_%zu_%u },", opcode, row, kind);
		else if (!maps)
			printf(" { 0x%02x, 0x%lx, NULL },", opcode, size_of(l, word + 3, &end));
	}
	if (!maps)
		puts(" },");
}

static void put_numbers(const struct line *l)
{
	unsigned low, high, ms;
	char rest;

	if (!is_none(l->cell[MV])) {
		if (sscanf(l->cell[MV], "%u-%u%c", &low, &high, &rest) != 2 || low >= high ||
		    high > 5500)
			fail(l, "mv is lowest-highest");
		printf("\t  .mv_min = %u, .mv_max = %u,\n", low, high);
	}
	if (!is_none(l->cell[MS])) {
		if (sscanf(l->cell[MS], "%u%c", &ms, &rest) != 1 || !ms || ms > 10000)
			fail(l, "ms is a number of milliseconds");
		printf("\t  .block_ms = %u,\n", ms);
	}
}

static void put_whole(const struct line *l)
{
	char copy[16], *rest = copy, *word;

	if (is_none(l->cell[WHOLE]))
		return;
	if (strlen(l->cell[WHOLE]) > 5)
		fail(l, "whole has at most two opcodes");
	strcpy(copy, l->cell[WHOLE]);
	fputs("\t  .whole = {", stdout);
	while ((word = strsep(&rest, ",")))
		printf(" 0x%02x,", hex_byte(l, word));
	puts(" },");
}

static void put_row(const struct line *l, size_t row)
{
	const char *id = l->cell[ID];

	fputs("\t{", stdout);
	put_string("vendor", l->cell[VENDOR]);
	put_string("name", l->cell[NAMES]);
	printf("\n\t  .probe = %s,", lookup(l, probes, l->cell[PROBE]));
	printf(" .id_size = %zu,", put_bytes(l, "id", id, strlen(id), 4));
	put_ext(l);
	printf(" .size = 0x%lx, .program = %s,\n\t  .flags = 0", chip_size(l),
	       lookup(l, programs, l->cell[PROGRAM]));
	put_flags(l, ADDR4, address_flags);
	put_flags(l, STATUS, status_flags);
	put_flags(l, WRSR, wrsr_flags);
	put_flags(l, SFDP, sfdp_flags);
	put_flags(l, QUIRKS, quirk_flags);
	printf(",\n\t  .mode = %s,\n", lookup(l, modes, l->cell[MODE]));
	put_unlock(l);
	put_protect(l);
	printf("\t  .errors = %s,\n", lookup(l, error_kinds, l->cell[ERRORS]));
	put_numbers(l);
	put_erases(l, row, false);
	put_whole(l);
	puts("\t},");
}

/* False: a comment. */
static bool split(struct line *l)
{
	char *rest = l->text;
	size_t n = 0;

	l->text[strcspn(l->text, "\n")] = 0;
	if (*l->text == '#')
		return false;
	for (; n < COLUMNS && rest; n++)
		l->cell[n] = strsep(&rest, "\t");
	if (n < COLUMNS || rest)
		fail(l, "expected %d cells", COLUMNS);
	return true;
}

/* Once for the maps, once for the rows. */
static size_t pass(const char *path, bool maps)
{
	struct line l = { .path = path };
	FILE *f = fopen(path, "r");
	size_t rows = 0, i;
	bool heading = true;

	if (!f)
		fail(&l, "cannot be opened");
	while (fgets(l.text, sizeof(l.text), f)) {
		l.number++;
		if (!split(&l))
			continue;
		for (i = 0; heading && i < COLUMNS; i++)
			if (strcmp(l.cell[i], headings[i]))
				fail(&l, "expected \"%s\"", headings[i]);
		if (!heading && maps)
			put_erases(&l, rows, true);
		else if (!heading)
			put_row(&l, rows);
		rows += !heading;
		heading = false;
	}
	if (ferror(f))
		fail(&l, "cannot be read");
	fclose(f);
	return rows;
}

int main(int argc, char **argv)
{
	size_t rows;

	if (argc != 2) {
		fputs("usage: compile-parts parts.tsv > parts.c\n", stderr);
		return 2;
	}
	puts("/* Made from parts.tsv by compile-parts. */");
	puts("#include \"tools/programmer/chip/part.h\"\n");
	pass(argv[1], true);
	puts("\nconst struct chip_part chip_parts[] = {");
	rows = pass(argv[1], false);
	printf("};\n\nconst size_t chip_part_count = %zu;\n", rows);
	return fflush(stdout) || ferror(stdout) ? 2 : 0;
}
