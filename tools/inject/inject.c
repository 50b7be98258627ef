/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-inject: vendor files into the ROMs of a release, proved by hash; --strip: out of them. */
#include "tools/inject/inject.h"

#include <stdlib.h>
#include <string.h>

#include "tools/common/options.h"
#include "tools/release/mac.h"
#include "tools/release/pool.h"

enum {
	OPT_VENDOR = OPT_OWN,
	OPT_STRIP,
	OPT_REPACK,
	OPT_ONLY,
	OPT_JOBS,
	OPT_MAC,
	OPT_GBE_FROM,
	OPT_KEY,
	OPT_SIGNATURE,
	OPT_REGION,
	OPT_CBFS,
};

static const struct option_row rows[] = {
	{ OPT_VENDOR, "vendor", "DIR", "the prepared vendor files (me.bin, mrc.bin, ...)" },
	{ OPT_STRIP, "strip", NULL, "take the vendor files out, for a release" },
	OPTION_OUTPUT("OUT", "a directory; for one ROM, --repack, --strip a file"),
	{ OPT_REPACK, "repack", NULL, "OUT is a release archive" },
	OPTION_BOARD,
	{ OPT_MAC, "mac", "MAC", "keep (default), stock, random, or 00:1f:16:??:??:??" },
	{ OPT_GBE_FROM, "gbe-from", "FILE", "the GbE region of a backup image, with its MAC" },
	{ OPT_ONLY, "only", "PATTERN", "only ROMs whose final name matches" },
	{ OPT_JOBS, "jobs", "N", "ROMs at a time (default: one for each core)" },
	{ OPT_KEY, "key", "KEY", "the archive has to be signed by this public key" },
	{ OPT_SIGNATURE, "signature", "FILE", "the signature (default ARCHIVE.minisig, ...)" },
	{ OPT_REGION, "region", "NAME=FILE", "without a board: FILE into this region" },
	{ OPT_CBFS, "cbfs", "NAME=FILE", "without a board: FILE into the CBFS; behind it\n"
	  "                            ,type=mrc and ,at=0xfffa0000 where needed" },
	OPTION_FORCE,
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON
};

static const struct option_table table = {
	.tool = "rom-inject",
	.synopsis = "--vendor DIR -o OUTDIR RELEASE.tar.xz | DIR | ROM...\n"
		    "--vendor DIR --repack -o OUT.tar.xz RELEASE.tar.xz | DIR\n"
		    "-b BOARD --vendor DIR -o OUT.rom IN.rom\n"
		    "--strip -o OUT.tar.xz RELEASE.tar.xz | DIR | ROM...\n"
		    "--region me=FILE --cbfs NAME=FILE,type=mrc,at=0xfffa0000 -o OUT IN",
	.summary = "Put the vendor files back into the ROM images of a release, proved by the\n"
		   "release's own hashes; or take them out, proved on the bytes.",
	.rows = rows,
};

struct context {
	struct settings s;
	struct diag d;
};

static bool take_jobs(struct context *c, const char *arg)
{
	char *end;
	unsigned long n = strtoul(arg, &end, 10);

	if (!*arg || *end || !n || n > POOL_WORKERS_MAX) {
		diag_usage(&c->d, "--jobs wants a number from 1 to %d, not %s", POOL_WORKERS_MAX,
			   arg);
		return false;
	}
	c->s.jobs = (unsigned)n;
	return true;
}

static bool take_piece(struct context *c, bool region, const char *arg)
{
	if (c->s.piece_count == EXPLICIT_MAX) {
		diag_usage(&c->d, "--region and --cbfs can be given %d times", EXPLICIT_MAX);
		return false;
	}
	c->s.piece[c->s.piece_count++] = (struct piece_option){ region, arg };
	return true;
}

static bool take(void *ctx, int key, const char *arg)
{
	static const char *const own[] = { MAC_CHANGE, NULL };
	struct context *c = ctx;
	struct settings *s = &c->s;

	switch (key) {
	case OPT_VENDOR: s->vendor = arg; break;
	case OPT_STRIP: s->strip = true; break;
	case OPT_REPACK: s->repack = true; break;
	case OPT_ONLY: s->only = arg; break;
	case OPT_JOBS: return take_jobs(c, arg);
	case OPT_MAC: s->mac = arg; break;
	case OPT_GBE_FROM: s->gbe_from = arg; break;
	case OPT_KEY: s->key = arg; break;
	case OPT_SIGNATURE: s->signature = arg; break;
	case OPT_REGION: return take_piece(c, true, arg);
	case OPT_CBFS: return take_piece(c, false, arg);
	case OPT_ALLOW: return checks_allow(&s->checks, &c->d, arg, own);
	case OPT_DRY_RUN: s->dry_run = true; break;
	case 'b': s->board = arg; break;
	case 'f': s->replace = true; break;
	case 'o': s->output = arg; break;
	}
	return true;
}

/* What cannot be meant together, in one place. */
static const char *contradiction(const struct settings *s)
{
	if (s->piece_count && (s->vendor || s->strip || s->repack || s->mac || s->gbe_from))
		return "--region and --cbfs work on one image and without --vendor, --strip, "
		       "--repack, --mac and --gbe-from";
	if (s->strip && (s->vendor || s->mac || s->gbe_from))
		return "--strip takes vendor files out: it goes without --vendor, --mac and "
		       "--gbe-from";
	if (s->signature && !s->key)
		return "--signature needs the public key: --key KEY";
	if (s->mac && s->gbe_from)
		return "--mac and --gbe-from exclude each other";
	if (s->mac && !*s->mac)
		return "--mac is empty; write keep, stock, random or an address";
	if (!s->strip && !s->vendor && !s->mac && !s->gbe_from && !s->piece_count)
		return "where are the vendor files? --vendor DIR is missing";
	if (!s->output && !s->dry_run)
		return "where should the result go? -o OUT is missing";
	return NULL;
}

int main(int argc, char **argv)
{
	struct context c = { 0 };
	const char *wrong;
	int first, status;

	status = options_parse(&table, argc, argv, take, &c, &c.d, &first);
	if (status != OPTIONS_GO)
		return status;
	c.s.input = (const char *const *)(argv + first);
	c.s.input_count = (size_t)(argc - first);
	if (!c.s.input_count)
		return diag_usage(&c.d, "a release archive, a directory or a ROM image is needed");
	wrong = contradiction(&c.s);
	if (wrong)
		return diag_usage(&c.d, "%s", wrong);
	return c.s.piece_count ? inject_explicit(&c.s, &c.d) : inject_release(&c.s, &c.d);
}
