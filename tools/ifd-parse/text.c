/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The descriptor for people, and its regions as a layout. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libimg/edit/split.h"
#include "tools/ifd-parse/ifd_parse.h"

typedef unsigned long long ull;		/* for printf */

enum { OEM_AT = 0xf00, OEM_SIZE = 0x100 };

/* "8 MiB", "96 KiB" */
static const char *size_text(uint64_t size, char out[32])
{
	static const char *const units[] = { "bytes", "KiB", "MiB" };
	unsigned u = 0;

	while (u < 2 && size && size % 1024 == 0) {
		size /= 1024;
		u++;
	}
	snprintf(out, 32, "%llu %s", (ull)size, units[u]);
	return out;
}

static void print_chips(const struct subject *s)
{
	const struct img_ifd *ifd = &s->ifd;
	char low[32], high[32], sum[32], file[32];

	printf("Chips       %s", ifd->component_size[0] ? size_text(ifd->component_size[0], low)
							: "size unknown");
	if (ifd->components == 2)
		printf(" + %s = %s",
		       ifd->component_size[1] ? size_text(ifd->component_size[1], high)
					      : "size unknown",
		       size_text(img_ifd_flash_size(ifd), sum));
	printf("; the file has %s%s\n", size_text(s->size, file),
	       s->size <= IMG_IFD_HEAD ? " (only the descriptor)" : "");
}

static void print_clocks(const struct img_ifd *ifd)
{
	static const char *const names[IMG_IFD_CLOCKS] = { "read", "fast read", "write",
							   "read ID", "eSPI" };
	const char *comma = "";

	printf("Clocks      ");
	for (unsigned i = 0; i < IMG_IFD_CLOCKS; i++) {
		const struct img_ifd_frequency *f = &ifd->frequency[i];

		if (!f->present)
			continue;
		if (f->mhz)
			printf("%s%s %u MHz", comma, names[i], f->mhz);
		else
			printf("%s%s code %u", comma, names[i], f->code);
		comma = ", ";
	}
	printf("\nRead modes  fast read %s, dual output %s\n", ifd->fast_read ? "on" : "off",
	       ifd->dual_output_fast_read ? "on" : "off");
}

static void print_me_disable(const struct img_ifd *ifd)
{
	const struct img_ifd_me_disable *me = &ifd->me_disable;
	static const char *const sure[] = {
		[IMG_IFD_NOT_CONFIRMED] = ", place not confirmed",
		[IMG_IFD_REPORTED] = ", place reported by users",
		[IMG_IFD_CONFIRMED] = "",
	};

	if (me->confidence == IMG_IFD_NOT_KNOWN)
		printf("ME disable  no bit is publicly known for this generation\n");
	else
		printf("ME disable  %s: %s (PCHSTRP%u bit %u%s)\n", me->set ? "set" : "not set",
		       me->name, me->strap, me->bit, sure[me->confidence]);
}

static void print_protection(const struct img_ifd *ifd)
{
	const struct img_ifd_gpr0 *g = &ifd->gpr0;
	char size[32];

	if (g->present && !g->read && !g->write)
		printf("GPR0        off\n");
	else if (g->present)
		printf("GPR0        0x%08llx..0x%08llx protected from%s%s\n", (ull)g->range.start,
		       (ull)(img_range_end(g->range) - 1), g->read ? " reading" : "",
		       g->write ? " writing" : "");
	if (ifd->top_swap_size)
		printf("Top swap    %s\n", size_text(ifd->top_swap_size, size));
}

static void print_regions(const struct img_ifd *ifd)
{
	struct img_layout layout;
	char size[32];

	img_split_regions(ifd, &layout);
	printf("\nRegion    Index  First       Last              Size\n");
	for (size_t n = 0; n < layout.count; n++) {
		const struct img_layout_area *a = &layout.area[n];
		unsigned i = 0;

		if (img_ifd_region_find(a->name, &i))
			printf("%-10s%5u  0x%08llx  0x%08llx  %10s  %s\n", a->name, i,
			       (ull)a->range.start, (ull)(img_range_end(a->range) - 1),
			       size_text(a->range.size, size), img_ifd_region_title(i));
	}
}

static void print_cell(const struct img_ifd *ifd, unsigned region, const char *text)
{
	size_t width = strlen(img_ifd_region_name(region));

	if (ifd->region[region].size)
		printf("  %*s", (int)(width < 4 ? 4 : width), text);
}

static void print_access(const struct img_ifd *ifd)
{
	printf("\nAccess  (r may read, w may write)\n%8s", "");
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++)
		print_cell(ifd, i, img_ifd_region_name(i));
	printf("\n");
	for (unsigned k = 0; k < ifd->masters; k++) {
		const struct img_ifd_master *m = &ifd->master[k];

		/* The first three are always there; a register of zeros is nobody's. */
		if (k > 2 && !m->raw)
			continue;
		printf("%-8s", img_ifd_master_name(k));
		for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
			const char access[] = { m->read >> i & 1 ? 'r' : '-',
						m->write >> i & 1 ? 'w' : '-', 0 };

			print_cell(ifd, i, access);
		}
		if (m->requester)
			printf("  requester 0x%04x", m->requester);
		printf("\n");
	}
}

static void print_dwords(const char *title, const uint32_t *value, unsigned count)
{
	printf("\n%s (%u)\n", title, count);
	for (unsigned i = 0; i < count; i++)
		printf("%s%3u 0x%08x%s", i % 4 ? "   " : "  ", i, (unsigned)value[i],
		       i % 4 == 3 || i + 1 == count ? "\n" : "");
}

/* Words of the maker of the board; blank on most. */
static void print_oem(const struct subject *s)
{
	struct img_view oem;

	if (img_view_slice(s->image, OEM_AT, OEM_SIZE, &oem, NULL) != IMG_OK)
		return;
	if (img_view_filled(oem, 0xff) || img_view_filled(oem, 0)) {
		printf("\nOEM section (0x%x): blank\n", OEM_AT);
		return;
	}
	printf("\nOEM section (0x%x)\n", OEM_AT);
	for (unsigned i = 0; i < OEM_SIZE; i++)
		printf("%s%02x%s", i % 16 ? " " : "  ", img_view_data(oem)[i],
		       i % 16 == 15 ? "\n" : "");
}

/* What only somebody who compares registers wants to see. */
static void print_registers(const struct subject *s)
{
	const struct img_ifd *ifd = &s->ifd;

	printf("\nRegisters\n");
	for (unsigned i = 0; i < 4; i++)
		printf("  FLMAP%u   0x%08x\n", i, (unsigned)ifd->flmap[i]);
	printf("  FLUMAP1  0x%08x\n  FLCOMP   0x%08x\n", (unsigned)ifd->flumap1,
	       (unsigned)ifd->flcomp);
	for (unsigned i = 0; i < ifd->region_slots; i++)
		printf("  FLREG%-2u  0x%08x  %s\n", i, (unsigned)ifd->flreg[i],
		       img_ifd_region_name(i));
	for (unsigned i = 0; i < ifd->masters; i++)
		printf("  FLMSTR%u  0x%08x  %s\n", i + 1, (unsigned)ifd->master[i].raw,
		       img_ifd_master_name(i));
	printf("  sections: components 0x%03x, regions 0x%03x, masters 0x%03x, straps 0x%03x\n",
	       (unsigned)ifd->component_at, (unsigned)ifd->region_at, (unsigned)ifd->master_at,
	       (unsigned)ifd->strap_at);
	printf("  forbidden opcodes:");
	for (size_t i = 0; i < sizeof(ifd->forbidden); i++) {
		if (ifd->forbidden[i])
			printf(" %02x", ifd->forbidden[i]);
	}
	printf("\n");
	if (ifd->partition_boundary)
		printf("  partition boundary: 0x%08llx\n", (ull)ifd->partition_boundary);
	print_dwords("PCH straps", ifd->strap, ifd->straps);
	printf("\nChips the ME knows (%u, VSCC table at 0x%03x)\n", ifd->vscc_count,
	       (unsigned)ifd->vscc_at);
	for (unsigned i = 0; i < ifd->vscc_count; i++)
		printf("  ID %02x %02x %02x  VSCC 0x%08x\n", ifd->vscc[i].jid & 0xff,
		       ifd->vscc[i].jid >> 8 & 0xff, ifd->vscc[i].jid >> 16 & 0xff,
		       (unsigned)ifd->vscc[i].vscc);
	print_oem(s);
}

/* The closing sentence says what regions-locked says. */
static void print_findings(const struct findings *f)
{
	bool any = false;

	for (size_t i = 0; i < f->count; i++) {
		const struct img_finding *one = &f->list[i];

		if (!strcmp(one->id, "regions-locked"))
			continue;
		printf("%s  %s: ", any ? "" : "\nFindings\n", img_severity_word(one->severity));
		if (one->at != IMG_NOWHERE)
			printf("0x%08llx: ", (ull)one->at);
		diag_text(one->text, stdout);
		printf(" (%s)\n", one->id);
		any = true;
	}
}

static void print_names(const struct img_ifd *ifd, uint32_t mask)
{
	const char *comma = "";

	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		if (ifd->region[i].size && mask >> i & 1) {
			printf("%s%s", comma, img_ifd_region_name(i));
			comma = ", ";
		}
	}
}

static void print_closing(const struct img_ifd *ifd)
{
	uint32_t used = 0, may_read, may_write;

	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++)
		used |= (uint32_t)(ifd->region[i].size != 0) << i;
	img_ifd_internal_access(ifd, &may_read, &may_write);
	printf("\nInternal updates: ");
	if (!(used & ~may_write) && !(used & ~may_read)) {
		printf("this descriptor lets the running machine read and write every region");
	} else {
		printf("this descriptor lets the running machine write ");
		print_names(ifd, may_write);
		printf("%s", used & may_write ? "" : "nothing");
		if (used & ~may_write) {
			printf(", but not ");
			print_names(ifd, ~may_write);
		}
		if (used & ~may_read) {
			printf("; it cannot read ");
			print_names(ifd, ~may_read);
		}
	}
	if (ifd->gpr0.write)
		printf("; GPR0 keeps 0x%08llx..0x%08llx from being written",
		       (ull)ifd->gpr0.range.start, (ull)(img_range_end(ifd->gpr0.range) - 1));
	printf(".\n");
}

static enum img_status flush(struct img_error *err)
{
	if (fflush(stdout) || ferror(stdout))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}

enum img_status print_text(const struct subject *s, bool verbose, struct img_error *err)
{
	printf("Descriptor  version %u, %s, signature at 0x%llx\n", s->ifd.version,
	       img_ifd_generation_name(s->ifd.generation), (ull)s->ifd.signature_at);
	print_chips(s);
	print_clocks(&s->ifd);
	print_me_disable(&s->ifd);
	print_protection(&s->ifd);
	print_regions(&s->ifd);
	print_access(&s->ifd);
	if (verbose)
		print_registers(s);
	print_findings(&s->findings);
	print_closing(&s->ifd);
	return flush(err);
}

enum img_status print_layout(const struct subject *s, struct img_error *err)
{
	struct img_layout layout;
	char line[IMG_LAYOUT_LINE];

	img_split_regions(&s->ifd, &layout);
	for (size_t i = 0; i < layout.count; i++) {
		img_layout_line(&layout.area[i], line);
		fputs(line, stdout);
	}
	return flush(err);
}
