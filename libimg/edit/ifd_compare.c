/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an edit did: which registers differ, and what they said before and say now. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libimg/edit/ifd_edit_internal.h"

typedef unsigned long long ull;		/* for printf */

enum { NAME_SIZE = 16, FLUMAP1_AT = 0xefc };

/* Adds words; what does not fit is left out. */
static void IMG_PRINTF(2, 3) add(char text[IMG_IFD_CHANGE_TEXT], const char *fmt, ...)
{
	size_t used = strlen(text);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text + used, IMG_IFD_CHANGE_TEXT - used, fmt, ap);
	va_end(ap);
}

static bool is_ich(const struct img_ifd *ifd)
{
	return ifd->generation >= IMG_IFD_ICH8 && ifd->generation <= IMG_IFD_ICH10;
}

/* Is at one of count registers from base? */
static bool in_table(uint32_t at, uint32_t base, uint32_t count, unsigned *index)
{
	if (at < base || (at - base) / 4 >= count)
		return false;
	*index = (at - base) / 4;
	return true;
}

/* --- what a register means -------------------------------------------------------------- */

static void describe_region(const struct img_ifd *ifd, unsigned i, char *text)
{
	struct img_range r = ifd->region[i];

	if (r.size)
		add(text, "%s 0x%08llx..0x%08llx", img_ifd_region_name(i), (ull)r.start,
		    (ull)img_range_end(r) - 1);
	else
		add(text, "%s unused", img_ifd_region_name(i));
}

static void list_regions(const struct img_ifd *ifd, uint32_t mask, char *text)
{
	const char *gap = " ";

	for (unsigned i = 0; i < ifd->region_slots; i++) {
		if (!(mask >> i & 1) || !ifd->region[i].size)
			continue;
		add(text, "%s%s", gap, img_ifd_region_name(i));
		gap = ", ";
	}
	if (*gap == ' ')
		add(text, " nothing");
}

static void describe_master(const struct img_ifd *ifd, unsigned i, char *text)
{
	const struct img_ifd_master *m = &ifd->master[i];

	add(text, "%s reads", img_ifd_master_name(i));
	list_regions(ifd, m->read, text);
	add(text, "; writes");
	list_regions(ifd, m->write, text);
	if (m->requester)
		add(text, "; requester 0x%04x", m->requester);
}

static void describe_components(const struct img_ifd *ifd, char *text)
{
	static const struct {
		enum img_ifd_clock clock;
		const char *name;
	} clocks[] = { { IMG_IFD_CLOCK_FAST_READ, "fast read" },
		       { IMG_IFD_CLOCK_WRITE, "write" },
		       { IMG_IFD_CLOCK_READ_ID, "read ID" } };

	for (unsigned i = 0; i < ifd->components; i++) {
		char size[24] = "unknown";

		if (ifd->component_size[i])
			img_size_format(ifd->component_size[i], size);
		add(text, "%s%s", i ? " + " : "chips ", size);
	}
	for (size_t i = 0; i < sizeof(clocks) / sizeof(clocks[0]); i++) {
		const struct img_ifd_frequency *f = &ifd->frequency[clocks[i].clock];

		if (f->mhz)
			add(text, ", %s %u MHz", clocks[i].name, f->mhz);
		else
			add(text, ", %s code %u", clocks[i].name, f->code);
	}
	if (ifd->dual_output_fast_read)
		add(text, ", dual output");
}

static void describe_strap(const struct img_ifd *ifd, unsigned i, char *text)
{
	const struct img_ifd_gpr0 *g = &ifd->gpr0;

	if (ifd->me_disable.name && ifd->me_disable.strap == i)
		add(text, "%s (bit %u) %s", ifd->me_disable.name, ifd->me_disable.bit,
		    ifd->me_disable.set ? "set" : "not set");
	if (!g->present || g->strap != i)
		return;
	if (g->read || g->write)
		add(text, "GPR0 protects 0x%08llx..0x%08llx%s%s", (ull)g->range.start,
		    (ull)img_range_end(g->range) - 1, g->read ? " from reading" : "",
		    g->write ? " from writing" : "");
	else
		add(text, "GPR0 off");
}

static void describe(const struct img_ifd *ifd, uint32_t at, char text[IMG_IFD_CHANGE_TEXT])
{
	unsigned i;

	text[0] = 0;
	if (at == ifd->signature_at + 4)
		add(text, "%u chip%s", ifd->component_count_said,
		    ifd->component_count_said == 1 ? "" : "s");
	else if (at == ifd->component_at)
		describe_components(ifd, text);
	else if (in_table(at, ifd->region_at, ifd->region_slots, &i))
		describe_region(ifd, i, text);
	else if (in_table(at, ifd->master_at, ifd->masters, &i))
		describe_master(ifd, i, text);
	else if (in_table(at, ifd->strap_at, ifd->straps, &i))
		describe_strap(ifd, i, text);
}

/* --- names ------------------------------------------------------------------------------ */

static void name_register(const struct img_ifd *ifd, uint32_t at, char name[NAME_SIZE])
{
	const struct {
		const char *name;
		uint32_t base, count;
		unsigned first;
	} tables[] = {
		{ "FLMAP", (uint32_t)ifd->signature_at + 4, 3, 0 },
		{ "FLREG", ifd->region_at, ifd->region_slots, 0 },
		{ "FLMSTR", ifd->master_at, ifd->masters, 1 },
		{ is_ich(ifd) ? "ICHSTRP" : "PCHSTRP", ifd->strap_at, ifd->straps, 0 },
		{ is_ich(ifd) ? "MCHSTRP" : "PROCSTRP", ifd->processor_strap_at,
		  ifd->processor_straps, 0 },
	};
	unsigned i;

	name[0] = 0;
	if (at == ifd->component_at)
		memcpy(name, "FLCOMP", sizeof("FLCOMP"));
	else if (at == FLUMAP1_AT)
		memcpy(name, "FLUMAP1", sizeof("FLUMAP1"));
	for (size_t t = 0; t < sizeof(tables) / sizeof(tables[0]) && !name[0]; t++) {
		if (in_table(at, tables[t].base, tables[t].count, &i))
			snprintf(name, NAME_SIZE, "%s%u", tables[t].name, i + tables[t].first);
	}
}

static enum img_status read_words(struct img_view v, uint8_t *out, struct img_ifd *ifd,
				  struct img_error *err)
{
	enum img_status st = img_ifd_decode(v, ifd, err);

	return st == IMG_OK ? img_view_copy(v, 0, out, IMG_IFD_SIZE, err) : st;
}

enum img_status img_ifd_compare(struct img_view before, struct img_view after,
				struct img_ifd_changes *out, struct img_error *err)
{
	uint8_t old[IMG_IFD_SIZE], new[IMG_IFD_SIZE];
	struct img_ifd was, is;
	size_t count = 0;
	enum img_status st = read_words(before, old, &was, err);

	if (st == IMG_OK)
		st = read_words(after, new, &is, err);
	if (st != IMG_OK)
		return st;
	for (uint32_t at = 0; at < IMG_IFD_SIZE; at += 4)
		count += memcmp(old + at, new + at, 4) != 0;
	if (count > IMG_IFD_CHANGES_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"%zu words of the descriptor differ, more than edits of it change",
				count);
	out->count = 0;
	for (uint32_t at = 0; at < IMG_IFD_SIZE; at += 4) {
		struct img_ifd_change *c = &out->change[out->count];

		if (!memcmp(old + at, new + at, 4))
			continue;
		c->at = at;
		c->before = img_get_le32(old + at);
		c->after = img_get_le32(new + at);
		name_register(&is, at, c->name);
		describe(&was, at, c->before_text);
		describe(&is, at, c->after_text);
		out->count++;
	}
	return IMG_OK;
}
