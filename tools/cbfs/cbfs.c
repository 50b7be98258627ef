/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-cbfs: the files of a coreboot image. */
#include "tools/cbfs/cbfs.h"

#include <string.h>

#include "tools/common/io.h"
#include "tools/common/options.h"

enum { OPT_FORCE = OPT_OWN, OPT_ALL, OPT_AREAS, OPT_FIT, OPT_REPLACE, OPT_XIP, OPT_MMAP };

static const struct option_row rows[] = {
	{ 'r', "region", "AREA", "the FMAP area (default COREBOOT)" },
	{ 'n', "name", "NAME", "extract, add, remove: the file in the CBFS" },
	{ 'f', "file", "FILE", "add: where its data come from; extract: where they go" },
	{ 'U', "unprocessed", NULL, "extract: the bytes as stored, neither decompressed nor\n"
	  "                            made an ELF file" },
	{ 'm', "machine", "ARCH", "extract: of the ELF file; x86 is what there is" },
	{ 't', "type", "TYPE", "add: raw, mrc, stage, payload, ... (default raw)" },
	{ 'c', "compression", "ALG", "add: none, lzma, lz4 or zstd" },
	{ 'l', "load-address", "ADDR", "add -t payload: where a flat binary is loaded" },
	{ 'e', "entry-point", "ADDR", "add -t payload: where a flat binary starts" },
	{ 'i', "int", "N", "add: an integer of 8 bytes instead of FILE" },
	{ 'b', "base-address", "ADDR", "add: data exactly here: an address (0xfffa0000), an\n"
	  "                            offset in the area, or -N from its end" },
	{ 'a', "alignment", "N", "add: data at a multiple of N in the image" },
	{ 'A', "hash", "ALG", "add: a hash attribute (sha1, sha256, sha384, sha512)" },
	{ OPT_MMAP, "mmap", "F:H:SIZE", "add -b: SIZE bytes at F of the image are at address H;\n"
	  "                            up to three times, for images over 16 MiB" },
	{ OPT_REPLACE, "replace", NULL, "add: the file of that name, if there is one, goes" },
	{ OPT_XIP, "xip", NULL, "add -t fsp: runs in place, relocated to where it is put" },
	{ OPT_ALL, "all", NULL, "list: free space too" },
	{ OPT_AREAS, "areas", NULL, "list: the areas of the FMAP as a tree; -r takes a CBFS" },
	{ OPT_FIT, "fit", NULL, "list: what the processor's table of microcode points to" },
	OPTION_OUTPUT("OUT", "the new image; IMAGE itself is not changed"),
	{ OPT_FORCE, "force", NULL, "replace OUT if it exists" },
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON
};

static const struct option_table table = {
	.tool = "rom-cbfs",
	.synopsis = "list [-r AREA] [--all] [--areas | --fit] [--json] IMAGE\n"
		    "extract -n NAME -f FILE [-U] [-r AREA] [--force] IMAGE\n"
		    "add -n NAME -f FILE [-t TYPE] [-c ALG] [-b ADDR | -a N] [-A ALG] [--replace] "
		    "-o OUT IMAGE\n"
		    "add -n NAME {-i N | -t payload -f FILE -l ADDR -e ADDR | -t fsp -f FILE "
		    "--xip} ... IMAGE\n"
		    "remove -n NAME [-r AREA] -o OUT IMAGE",
	.summary = "List, extract, add and remove the files of a CBFS, byte for byte as cbfstool "
		   "does.",
	.rows = rows,
};

static const struct verb {
	const char *word;
	int (*run)(const struct cbfs_settings *s, const char *path, struct img *img,
		   const struct diag *d);
	bool names;		/* -n is needed */
	bool writes;		/* a new image */
} verbs[] = {
	{ "list", cbfs_list, false, false },
	{ "extract", cbfs_extract, true, false },
	{ "add", cbfs_add, true, true },
	{ "remove", cbfs_remove, true, true },
};

static const char verb_words[] = "list, extract, add or remove";

/* "0:0xf8000000:0x1000000" */
static bool take_window(struct cbfs_settings *s, const char *arg)
{
	struct img_window w;
	uint64_t *const number[] = { &w.flash, &w.host, &w.size };
	const char *p = arg;
	char one[24];

	for (size_t i = 0; i < 3; i++) {
		size_t len = strcspn(p, ":");

		if (len >= sizeof(one) || (p[len] == ':') != (i < 2))
			return false;
		memcpy(one, p, len);
		one[len] = 0;
		if (!img_size_parse(one, number[i]))
			return false;
		p += len + 1;
	}
	if (s->windows == IMG_WINDOWS_MAX)
		return false;
	s->window[s->windows++] = w;
	return true;
}

static bool take(void *ctx, int key, const char *arg)
{
	struct cbfs_settings *s = ctx;

	switch (key) {
	case OPT_MMAP:
		s->bad_window = s->bad_window || !take_window(s, arg);
		break;
	case 'r': s->area = arg; break;
	case 'n': s->name = arg; break;
	case 'f': s->file = arg; break;
	case 'U': s->unprocessed = true; break;
	case 'm': s->machine = arg; break;
	case 't': s->type = arg; break;
	case 'b': s->address = arg; break;
	case 'a': s->align = arg; break;
	case 'A': s->hash = arg; break;
	case 'c': s->compression = arg; break;
	case 'l': s->load = arg; break;
	case 'e': s->entry = arg; break;
	case 'i': s->integer = arg; break;
	case OPT_REPLACE: s->replace = true; break;
	case OPT_XIP: s->xip = true; break;
	case 'o': s->output = arg; break;
	case OPT_ALL: s->all = true; break;
	case OPT_AREAS: s->areas = true; break;
	case OPT_FIT: s->fit = true; break;
	case OPT_FORCE: s->force = true; break;
	case OPT_DRY_RUN: s->dry_run = true; break;
	}
	return true;
}

static const struct verb *find_verb(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (!strcmp(verbs[i].word, word))
			return &verbs[i];
	return NULL;
}

static int run(const struct verb *verb, const struct cbfs_settings *s, const char *path,
	       const struct diag *d)
{
	/* A list in words needs the headers only, and is quick. */
	bool lazily = verb->run == cbfs_list && !d->json && !s->areas && !s->fit;
	struct img_error err;
	struct img *img;
	int status;

	if ((lazily ? io_open_lazily : io_open)(path, &img, &err) != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	status = verb->run(s, path, img, d);
	img_close(img);
	return status;
}

static bool is_standard(const char *path)
{
	return path && !strcmp(path, "-");
}

static int check_extract(const struct cbfs_settings *s, const struct diag *d)
{
	if (s->output)
		return diag_usage(d, "extract changes no image: say -f FILE, not -o");
	if (!s->file)
		return diag_usage(d, "where should %s go? -f FILE is missing", s->name);
	if (is_standard(s->file) && d->json)
		return diag_usage(d, "-f - and --json both want standard output");
	return OPTIONS_GO;
}

static int check_usage(const struct verb *verb, const struct cbfs_settings *s, const char *image,
		       const struct diag *d)
{
	if (!verb->names && (s->output || s->name || s->file))
		return diag_usage(d, "%s writes nothing: -o, -n and -f go with the others",
				  verb->word);
	if (verb->names && !s->name)
		return diag_usage(d, "which file? -n NAME is missing");
	if (s->bad_window)
		return diag_usage(d, "--mmap is FLASH:ADDRESS:SIZE, as 0:0xf8000000:0x1000000, "
				  "at most %d times", IMG_WINDOWS_MAX);
	if (s->windows && !s->address)
		return diag_usage(d, "--mmap says what addresses mean: it goes with -b");
	if (s->areas && s->fit)
		return diag_usage(d, "--areas and --fit exclude each other");
	if (s->machine && strcmp(s->machine, "x86"))
		return diag_usage(d, "ELF files are made for x86 only, not for %s", s->machine);
	if (verb->run == cbfs_extract)
		return check_extract(s, d);
	if (verb->writes && !s->output && !s->dry_run)
		return diag_usage(d, "where should the new image go? -o OUT is missing");
	if (is_standard(s->output) && d->json && !s->dry_run)
		return diag_usage(d, "-o - and --json both want standard output");
	if (is_standard(s->file) && is_standard(image))
		return diag_usage(d, "standard input can be read only once");
	return OPTIONS_GO;
}

int main(int argc, char **argv)
{
	struct cbfs_settings s = { 0 };
	const struct verb *verb;
	struct diag d = { 0 };
	int first, status;

	status = options_parse(&table, argc, argv, take, &s, &d, &first);
	if (status != OPTIONS_GO)
		return status;
	if (first == argc)
		return diag_usage(&d, "what to do is missing: %s", verb_words);
	verb = find_verb(argv[first]);
	if (!verb)
		return diag_usage(&d, "%s is not something to do: %s", argv[first],
				  verb_words);
	if (argc - first != 2)
		return diag_usage(&d, "%s needs one image", verb->word);
	status = check_usage(verb, &s, argv[first + 1], &d);
	return status == OPTIONS_GO ? run(verb, &s, argv[first + 1], &d) : status;
}
